package io.processexecutor.serialization.graph;

import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.wire.GraphInput;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphOutput;
import io.processexecutor.serialization.policy.Limits;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.runtime.ClassNaming;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One Kryo with its buffers. Used by one thread at a time, and never again after it threw: the graph may have left
 * anything in it.
 *
 * <p>The bytes are a mark of their format, the length of the graph, and the graph.
 */
final class Engine {

    private static final byte FORMAT = 0x51;
    private static final int HEADER_BYTES = 1 + Integer.BYTES;
    private static final int BUFFER_KEPT = 16 << 20;

    private final GraphKryo kryo;
    private final GraphOutput output;
    private final GraphInput input;
    private final Limits limits;

    Engine(ClassLoader loader, Policy policy, ClassNaming naming) {
        this.limits = policy.limits();
        this.output = new GraphOutput(limits);
        this.input = new GraphInput(limits);
        this.kryo = GraphKryo.of(new TypeTable(policy, naming), loader, policy, naming);
    }

    GraphKryo kryo() {
        return kryo;
    }

    /** Encodes into the engine's own buffer. */
    void write(@Nullable Object value, boolean offered, boolean closuresAnywhere, int deepest) {
        output.setPosition(HEADER_BYTES);
        kryo.writeGraph(output, value, offered, closuresAnywhere, deepest);
        ByteBuffer.wrap(output.getBuffer()).put(FORMAT).putInt(output.position() - HEADER_BYTES);
    }

    void copyTo(OutputStream sink) throws IOException {
        sink.write(output.getBuffer(), 0, output.position());
    }

    byte[] copy() {
        return Arrays.copyOf(output.getBuffer(), output.position());
    }

    /** Takes exactly the bytes of one graph from a stream, and nothing of what follows. */
    static byte[] take(InputStream source, Limits limits) throws IOException {
        DataInputStream data = new DataInputStream(source);
        int length = length(data.readByte(), data.readInt(), limits);
        byte[] bytes = source.readNBytes(length);
        if (bytes.length < length) {
            throw new MalformedGraph("only " + bytes.length + " of " + length + " bytes are there");
        }
        return bytes;
    }

    /** Where the graph begins in bytes that {@link #copy} returned, which may stand anywhere in the array. */
    static int begin(byte[] bytes, int from, Limits limits) {
        int left = bytes.length - from;
        if (left < HEADER_BYTES) {
            throw new MalformedGraph("only " + left + " bytes are there");
        }
        int length = length(
                bytes[from], ByteBuffer.wrap(bytes, from + 1, Integer.BYTES).getInt(), limits);
        if (left - HEADER_BYTES < length) {
            throw new MalformedGraph("only " + (left - HEADER_BYTES) + " of " + length + " bytes are there");
        }
        return from + HEADER_BYTES;
    }

    private static int length(byte format, int length, Limits limits) {
        if (format != FORMAT || length < 0) {
            throw new MalformedGraph("these are not bytes of this serializer");
        }
        limits.checkBytes((long) length + HEADER_BYTES);
        return length;
    }

    @Nullable
    Object read(byte[] bytes, int from, int deepest) {
        input.setBuffer(bytes, from, bytes.length);
        return kryo.readGraph(input, deepest);
    }

    /** Forgets the graph, so that the engine can wait for the next without holding on to this one. */
    Engine cleared() {
        kryo.reset();
        output.shrink(BUFFER_KEPT);
        input.setBuffer(NOTHING, 0, 0);
        return this;
    }

    private static final byte[] NOTHING = {};
}
