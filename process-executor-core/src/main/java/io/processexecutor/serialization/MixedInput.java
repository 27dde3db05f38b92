package io.processexecutor.serialization;

import io.processexecutor.serialization.graph.ArrivedGraph;
import io.processexecutor.serialization.graph.GraphCodec;
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
    private final GraphCodec codec;
    private final Deque<ArrivedGraph> graphs = new ArrayDeque<>();
    private final byte[] single = new byte[1];
    private int left;

    MixedInput(InputStream source, GraphCodec codec) {
        this.codec = codec;
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
            if (left == MixedOutput.GRAPH) {
                left = 0;
                graphs.add(codec.take(source));
            } else if (left < 0) {
                throw new StreamCorruptedException("a piece of " + left + " bytes");
            }
        }
        int count = source.read(bytes, offset, Math.min(length, left));
        left -= Math.max(count, 0);
        return count;
    }

    /** Decodes the next graph: they are asked for in the order they were written. */
    @Nullable
    Object decodeGraph() throws IOException {
        ArrivedGraph next = graphs.poll();
        if (next == null) {
            throw new StreamCorruptedException("no graph is there for what it is to stand for");
        }
        return codec.decode(next);
    }
}
