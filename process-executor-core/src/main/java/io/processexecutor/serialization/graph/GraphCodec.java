package io.processexecutor.serialization.graph;

import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.io.KryoBufferUnderflowException;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.serialization.explain.Failures;
import io.processexecutor.serialization.graph.failure.HookFailure;
import io.processexecutor.serialization.graph.failure.LockedOut;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.failure.MissingClass;
import io.processexecutor.serialization.graph.failure.SinkFailure;
import io.processexecutor.serialization.graph.failure.TooDeep;
import io.processexecutor.serialization.graph.wire.DeepStack;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.LargeArrays;
import io.processexecutor.serialization.policy.Limits;
import io.processexecutor.serialization.policy.StreamFilter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Turns graphs into bytes and back on engines from a pool. Every failure comes out as {@link TaskSerializationException}
 * but errors of the JVM itself, and costs the engine it happened in. Thread-safe.
 */
public final class GraphCodec {

    private static final int SHALLOW = 200;
    private static final int TOO_DEEP_FOR_A_HOOK = 50;

    private final boolean closuresAnywhere;
    private final EnginePools engines;
    private final Limits limits;
    private final int shallow;

    /**
     * Creates one.
     *
     * @param closuresAnywhere whether lambdas may stand inside data, rather than only be the root or captured by one that
     *     is allowed
     * @param engines where its engines come from, which may be shared with others
     */
    public GraphCodec(boolean closuresAnywhere, EnginePools engines) {
        this.engines = engines;
        this.limits = engines.policy().limits();
        this.shallow = Math.min(SHALLOW, limits.depth());
        this.closuresAnywhere = closuresAnywhere;
    }

    /**
     * Encodes into a stream.
     *
     * @param value the root; may be null
     * @param sink where to; gets large pieces as one array each
     */
    public void encode(@Nullable Object value, OutputStream sink) {
        encode(value, sink, true);
    }

    /**
     * Encodes what a replacer sends for an object, without asking the replacers about it again; only about what it holds.
     *
     * @param reference the reference
     * @param sink where to
     */
    public void encodeAsIs(Object reference, OutputStream sink) {
        encode(reference, sink, false);
    }

    private void encode(@Nullable Object value, OutputStream sink, boolean offered) {
        EnginePool pool = engines.current();
        Engine engine = write(pool, value, offered, sink);
        try {
            engine.finish(sink);
        } catch (IOException | RuntimeException e) {
            throw sinkFailure(e);
        }
        pool.release(engine);
    }

    /**
     * Encodes into an array.
     *
     * @param value the root; may be null
     * @return the bytes
     */
    public byte[] toBytes(@Nullable Object value) {
        EnginePool pool = engines.current();
        ByteArrayOutputStream sink = new ByteArrayOutputStream(0);
        Engine engine = write(pool, value, true, sink);
        byte[] bytes;
        try {
            bytes = engine.finish(sink);
        } catch (IOException | RuntimeException e) {
            throw sinkFailure(e);
        }
        pool.release(engine);
        return bytes;
    }

    /** Where a graph came from. Classes, since to link a lambda takes a worker longer than to load one. */
    private interface Origin {

        /** Takes the graph from there once more. */
        ArrivedGraph again() throws IOException;
    }

    private record MarkedStream(GraphCodec codec, InputStream source) implements Origin {

        @Override
        public ArrivedGraph again() throws IOException {
            source.reset();
            return codec.take(source);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
    private record Bytes(GraphCodec codec, byte[] bytes) implements Origin {

        @Override
        public ArrivedGraph again() {
            return codec.graphIn(bytes);
        }
    }

    private record Gone() implements Origin {

        @Override
        public ArrivedGraph again() throws IOException {
            throw new IOException("what it was taken from has gone on");
        }
    }

    /**
     * Decodes from a stream, of which it takes no byte too many.
     *
     * @param source where from; it may be {@linkplain InputStream#mark marked}
     * @return the root
     */
    public @Nullable Object decode(InputStream source) {
        // Without room of its own: who would have to remember what was read is not to keep large arrays twice.
        source.mark(0);
        return decode(take(source), new MarkedStream(this, source));
    }

    /**
     * Takes a graph from a stream, to be decoded later.
     *
     * @param source where from
     * @return the graph
     */
    public ArrivedGraph take(InputStream source) {
        try {
            return ArrivedGraph.take(source, limits);
        } catch (IOException | RuntimeException e) {
            throw Failures.ofSource(e);
        }
    }

    /**
     * Decodes from an array.
     *
     * @param bytes what {@link #toBytes} returned
     * @return the root
     */
    public @Nullable Object fromBytes(byte[] bytes) {
        return decode(graphIn(bytes), new Bytes(this, bytes));
    }

    private ArrivedGraph graphIn(byte[] bytes) {
        try {
            return ArrivedGraph.in(bytes, limits);
        } catch (IOException | RuntimeException e) {
            throw Failures.ofSource(e);
        }
    }

    private Engine write(EnginePool pool, @Nullable Object value, boolean offered, OutputStream sink) {
        Engine engine = pool.acquire();
        try {
            engine.write(value, offered, closuresAnywhere, shallow, sink);
            return engine;
        } catch (RuntimeException | Error e) {
            if (!toDoAgain(e, engine.kryo())) {
                throw encodeFailure(e, engine.kryo());
            }
        }
        if (engine.hasWritten()) {
            try {
                sink.write(LargeArrays.ANEW);
            } catch (IOException | RuntimeException e) {
                throw sinkFailure(e);
            }
        }
        Engine fresh = pool.acquire();
        try {
            return DeepStack.call(fresh.kryo().handedOn(() -> {
                fresh.write(value, offered, closuresAnywhere, limits.depth(), sink);
                return fresh;
            }));
        } catch (ExecutionException e) {
            throw encodeFailure(cause(e), fresh.kryo());
        } catch (LockedOut e) {
            fresh.kryo().abandon();
            throw encodeFailure(e, fresh.kryo());
        }
    }

    /**
     * Decodes what was taken from a stream.
     *
     * @param graph the graph; its large arrays become part of what is decoded
     * @return the root
     */
    public @Nullable Object decode(ArrivedGraph graph) {
        return decode(graph, new Gone());
    }

    private @Nullable Object decode(ArrivedGraph graph, Origin origin) {
        EnginePool pool = engines.current();
        Engine engine = pool.acquire();
        ArrivedGraph untouched;
        try {
            Object value = engine.read(graph, shallow);
            pool.release(engine);
            return value;
        } catch (RuntimeException | Error e) {
            if (!toDoAgain(e, engine.kryo())) {
                throw decodeFailure(e, engine.kryo());
            }
            untouched = untouched(graph, origin, e, engine.kryo());
        }
        Engine fresh = pool.acquire();
        try {
            Object value = DeepStack.call(() -> fresh.read(untouched, limits.depth()));
            pool.release(fresh);
            return value;
        } catch (ExecutionException e) {
            throw decodeFailure(cause(e), fresh.kryo());
        } catch (LockedOut e) {
            fresh.kryo().abandon();
            throw decodeFailure(e, fresh.kryo());
        }
    }

    /**
     * The graph as it arrived: hooks that have run may have changed what its large arrays hold. Before one that is too deep
     * for a small stack none has.
     */
    private ArrivedGraph untouched(ArrivedGraph graph, Origin origin, Throwable failure, GraphKryo kryo) {
        if (graph.arrays().isEmpty() || failure instanceof TooDeep) {
            return graph;
        }
        try {
            return origin.again();
        } catch (IOException e) {
            failure.addSuppressed(e);
            throw decodeFailure(failure, kryo);
        }
    }

    private static TaskSerializationException sinkFailure(Exception failure) {
        return Failures.ofSink(failure instanceof SinkFailure sink ? sink.thrown() : failure);
    }

    /**
     * Whether a graph must be done again, from its root and on a large stack. Hooks of the application run twice only if
     * they hold a lock which another one deep inside them needs, or if the caller had next to no stack left.
     */
    private boolean toDoAgain(Throwable failure, GraphKryo kryo) {
        if (failure instanceof LockedOut lockedOut) {
            try {
                lockedOut.awaitEnd();
                return true;
            } catch (LockedOut again) {
                return false;
            }
        }
        if (failure instanceof TooDeep) {
            return limits.depth() > shallow;
        }
        if (failure instanceof StackOverflowError) {
            return true;
        }
        // A hook that overflows near the root recurses by itself, on any stack.
        return failure instanceof HookFailure hook
                && hook.thrown() instanceof StackOverflowError
                && kryo.depth() > TOO_DEEP_FOR_A_HOOK;
    }

    private TaskSerializationException encodeFailure(Throwable failure, GraphKryo kryo) {
        if (failure instanceof SinkFailure sink) {
            return sinkFailure(sink);
        }
        return Failures.ofEncoding(unwrapped(failure), kryo.holders());
    }

    private TaskSerializationException decodeFailure(Throwable failure, GraphKryo kryo) {
        if (failure instanceof MissingClass missing) {
            return Failures.ofMissingClass(missing.className(), missing.getCause());
        }
        return Failures.ofDecoding(unwrapped(failure), kryo.openTypes());
    }

    private Throwable unwrapped(Throwable failure) {
        if (failure instanceof TooDeep) {
            return limits.tooDeep();
        }
        Throwable thrown = StreamFilter.reason(failure instanceof HookFailure hook ? hook.thrown() : failure);
        if (thrown instanceof VirtualMachineError fatal && !(thrown instanceof StackOverflowError)) {
            throw fatal;
        }
        if (thrown instanceof KryoBufferOverflowException) {
            return new MalformedGraph("the graph does not fit into 2 GB");
        }
        return thrown instanceof KryoBufferUnderflowException ? new MalformedGraph("the bytes end too early") : thrown;
    }

    private static Throwable cause(ExecutionException e) {
        Throwable cause = e.getCause();
        return cause == null ? e : cause;
    }
}
