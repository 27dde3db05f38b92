package io.processexecutor.serialization;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The platform's stream in pieces, and between them graphs of the closure serializer, which so need not go through the
 * buffers of that stream. Each piece follows its length; a graph, which tells its end itself, follows a mark. A graph
 * stands before the piece with the place it is for. {@link MixedInput} reads them.
 */
final class MixedOutput extends OutputStream {

    /** Stands where else a length does. */
    static final int GRAPH = -1;

    private final OutputStream sink;
    private final byte[] single = new byte[1];
    private final byte[] header = new byte[Integer.BYTES];

    private @Nullable Graph open;

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
            writePiece(bytes, offset, length);
        }
    }

    @Override
    public void flush() throws IOException {
        sink.flush();
    }

    /** Where one graph goes. Should it not be completed, nothing may follow. */
    Graph graph() {
        return new Graph();
    }

    private void writePiece(byte[] bytes, int offset, int length) throws IOException {
        if (open != null) {
            throw new IOException("a graph in it could not be written to its end");
        }
        writeNumber(length);
        sink.write(bytes, offset, length);
    }

    private void writeNumber(int number) throws IOException {
        ByteBuffer.wrap(header).putInt(number);
        sink.write(header, 0, header.length);
    }

    /** One graph in the stream. */
    final class Graph extends OutputStream {

        @Override
        public void write(int value) throws IOException {
            single[0] = (byte) value;
            write(single, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (open == null) {
                open = this;
                writeNumber(GRAPH);
            }
            sink.write(bytes, offset, length);
        }

        /** It is complete. */
        void end() {
            open = null;
        }
    }
}
