package io.processexecutor.serialization.graph;

import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.wire.GraphInput;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphOutput;
import io.processexecutor.serialization.graph.wire.LargeArrays;
import io.processexecutor.serialization.lambda.RecentSite;
import io.processexecutor.serialization.policy.Limits;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.runtime.ClassNaming;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One Kryo with its buffers. Used by one thread at a time, and never again after it threw: the graph may have left
 * anything in it.
 *
 * <p>The bytes are a mark of their format, the length of the graph, and the graph; before them the {@link LargeArrays}.
 */
final class Engine {

    static final byte FORMAT = 0x51;
    static final int HEADER_BYTES = 1 + Integer.BYTES;
    private static final int BUFFER_KEPT = 16 << 20;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    /** What is larger makes use of the room that a large graph leaves behind. */
    private static final int LITTLE_BYTES = 16 * 1024;

    /** So many little graphs are dearer than to make that room anew. */
    private static final int PATIENCE = 1000;

    private final GraphKryo kryo;
    private final GraphOutput output;
    private final GraphInput input;
    private final LargeArrays arrays;
    private final Limits limits;
    private int littleInARow;

    Engine(ClassLoader loader, Policy policy, ClassNaming naming, RecentSite recent) {
        this.limits = policy.limits();
        this.output = new GraphOutput(limits);
        this.input = new GraphInput(limits);
        this.kryo = GraphKryo.of(new TypeTable(policy, naming, recent), loader, policy, naming);
        this.arrays = kryo.session().arrays();
    }

    GraphKryo kryo() {
        return kryo;
    }

    /**
     * Encodes into the engine's own buffer, but for large arrays.
     *
     * @param sink where those may go before the rest, if they cannot wait
     */
    void write(@Nullable Object value, boolean offered, boolean closuresAnywhere, int deepest, OutputStream sink) {
        output.ensure(HEADER_BYTES);
        output.setPosition(HEADER_BYTES);
        arrays.begin(sink);
        kryo.writeGraph(output, value, offered, closuresAnywhere, deepest);
        arrays.check(output.position(), limits);
        ByteBuffer.wrap(output.getBuffer()).put(FORMAT).putInt(output.position() - HEADER_BYTES);
    }

    /** Whether the sink has something already. */
    boolean hasWritten() {
        return arrays.hasWritten();
    }

    /** Writes what the sink does not have yet. */
    void finish(OutputStream sink) throws IOException {
        arrays.flush();
        sink.write(output.getBuffer(), 0, output.position());
    }

    /** As {@link #finish}, with as few copies as can be. */
    byte[] finish(ByteArrayOutputStream sink) throws IOException {
        if (sink.size() > 0) {
            finish((OutputStream) sink);
            return sink.toByteArray();
        }
        if (arrays.bytes() == 0) {
            return Arrays.copyOf(output.getBuffer(), output.position());
        }
        long size = arrays.bytes() + output.position();
        if (size > LARGEST_ARRAY) {
            throw new MalformedGraph("a graph of " + size + " bytes does not fit into an array");
        }
        Exact exact = new Exact((int) size);
        arrays.begin(exact);
        finish((OutputStream) exact);
        return exact.array();
    }

    @Nullable
    Object read(ArrivedGraph graph, int deepest) {
        arrays.arrived(graph.arrays());
        input.setBuffer(graph.bytes(), graph.from(), graph.to() - graph.from());
        return kryo.readGraph(input, deepest);
    }

    /** Forgets the graph, so that the engine can wait for the next without holding on to this one. */
    Engine cleared() {
        boolean little = output.position() <= LITTLE_BYTES && input.limit() <= LITTLE_BYTES;
        littleInARow = little ? littleInARow + 1 : 0;
        kryo.reset();
        arrays.end();
        if (littleInARow == PATIENCE) {
            kryo.shrink();
            output.shrink(LITTLE_BYTES);
        } else {
            output.shrink(BUFFER_KEPT);
        }
        input.clear();
        return this;
    }

    /** An array that is filled once. */
    private static final class Exact extends ByteArrayOutputStream {

        Exact(int size) {
            super(size);
        }

        byte[] array() {
            return buf;
        }
    }
}
