package io.processexecutor.serialization;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * The platform's stream in pieces, and between them graphs of the closure serializer, which so need not go through the
 * buffers of that stream. Each piece follows its length; that of a graph is negative. A graph stands before the piece
 * with the place it is for. {@link MixedInput} reads them.
 */
final class MixedOutput extends OutputStream {

    private final OutputStream sink;
    private final byte[] single = new byte[1];
    private final byte[] header = new byte[Integer.BYTES];

    MixedOutput(OutputStream sink) {
        this.sink = sink;
    }

    @Override
    public void write(int value) throws IOException {
        single[0] = (byte) value;
        write(single, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
            writePiece(length, bytes, offset, length);
        }
    }

    @Override
    public void flush() throws IOException {
        sink.flush();
    }

    /** Where one graph goes, as one array. */
    OutputStream graph() {
        return new OutputStream() {
            @Override
            public void write(int value) {
                throw new IllegalStateException("a graph comes in one piece");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                writePiece(-length, bytes, offset, length);
            }
        };
    }

    private void writePiece(int marked, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer.wrap(header).putInt(marked);
        sink.write(header, 0, header.length);
        sink.write(bytes, offset, length);
    }
}
