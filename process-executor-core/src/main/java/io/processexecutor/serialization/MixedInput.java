package io.processexecutor.serialization;

import io.processexecutor.serialization.graph.GraphCodec;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamCorruptedException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Gives the platform's stream its pieces, and puts the graphs that stand between them by until they are asked for. */
final class MixedInput extends InputStream {

    private final InputStream source;
    private final DataInputStream data;
    private final Deque<Graph> graphs = new ArrayDeque<>();
    private final byte[] single = new byte[1];
    private int left;

    MixedInput(InputStream source) {
        this.source = source;
        this.data = new DataInputStream(source);
    }

    @Override
    public int read() throws IOException {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (left == 0) {
            try {
                left = data.readInt();
            } catch (EOFException e) {
                return -1;
            }
            if (left < 0) {
                graphs.add(graph(-left));
                left = 0;
            }
        }
        int count = source.read(bytes, offset, Math.min(length, left));
        left -= Math.max(count, 0);
        return count;
    }

    private Graph graph(int length) throws IOException {
        if (source instanceof Bytes bytes) {
            return bytes.take(length);
        }
        return new Bytes(source.readNBytes(length)).take(length);
    }

    /** Decodes the next graph: they are asked for in the order they were written. */
    @Nullable
    Object decodeGraph(GraphCodec codec) throws IOException {
        Graph next = graphs.poll();
        if (next == null) {
            throw new StreamCorruptedException("no graph is there for what it is to stand for");
        }
        return codec.fromBytes(next.bytes, next.from);
    }

    @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
    private record Graph(byte[] bytes, int from) {}

    /** An array, of which graphs need not be copied. */
    static final class Bytes extends ByteArrayInputStream {

        Bytes(byte[] bytes) {
            super(bytes);
        }

        private Graph take(int length) throws IOException {
            int from = pos;
            if (skip(length) != length) {
                throw new StreamCorruptedException("only " + (count - from) + " of " + length + " bytes are there");
            }
            return new Graph(buf, from);
        }
    }
}
