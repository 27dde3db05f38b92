package io.processexecutor.benchmarks.serializers;

import io.processexecutor.benchmarks.serializers.Codec.Coder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** One graph through one codec. {@link SerializerLines} says which pairs there are and why. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@NullUnmarked // JMH fills the fields.
public class TravelBenchmark {

    /**
     * The very first one finds the processor's caches full of the large graph, whatever the engine does. What the engine can
     * do wrong is to make each later one pay as well.
     */
    private static final int IN_A_ROW = 100;

    private static final int WARM_LARGE = 50;
    private static final int WARM_SMALL = 2_000;

    /** What travels. */
    @Param("BEANS")
    public Graph graph;

    /** How. */
    @Param("KRYO")
    public Codec codec;

    private Coder coder;
    private Object value;
    private byte[] bytes;

    /** For JMH. */
    public TravelBenchmark() {}

    /** Makes the graph, and its bytes. */
    @Setup
    public void make() {
        coder = codec.open();
        value = graph.make();
        bytes = coder.encode(value);
    }

    /**
     * There and back.
     *
     * @return the copy
     */
    @Benchmark
    public @Nullable Object roundTrip() {
        return coder.decode(coder.encode(value));
    }

    /**
     * There.
     *
     * @return the bytes
     */
    @Benchmark
    public byte[] encode() {
        return coder.encode(value);
    }

    /**
     * Back.
     *
     * @return the copy
     */
    @Benchmark
    public @Nullable Object decode() {
        return coder.decode(bytes);
    }

    /**
     * There, some times in a row on what a large graph has just used.
     *
     * @param before the large graph
     * @param there takes the bytes
     */
    @Benchmark
    @OperationsPerInvocation(IN_A_ROW)
    public void encodeAfterLargeGraph(LargeGraph before, Blackhole there) {
        for (int i = 0; i < IN_A_ROW; i++) {
            there.consume(coder.encode(value));
        }
    }

    /**
     * Back, some times in a row on what a large graph has just used.
     *
     * @param before the large graph
     * @param back takes the copies
     */
    @Benchmark
    @OperationsPerInvocation(IN_A_ROW)
    public void decodeAfterLargeGraph(LargeGraph before, Blackhole back) {
        for (int i = 0; i < IN_A_ROW; i++) {
            back.consume(coder.decode(bytes));
        }
    }

    /** A graph of more than 100,000 objects that travels before each measured one. */
    @State(Scope.Thread)
    public static class LargeGraph {

        private Object large;

        /** For JMH. */
        public LargeGraph() {}

        /**
         * Makes the large graph, and gets the code warm for both: the small one runs too seldom here to do so itself.
         *
         * @param small the small one
         */
        @Setup
        public void make(TravelBenchmark small) {
            large = Graph.MANY_BEANS.make();
            for (int i = 0; i < WARM_LARGE; i++) {
                travel(small);
                for (int j = 0; j < WARM_SMALL; j++) {
                    small.roundTrip();
                }
            }
        }

        /**
         * Lets the large one travel.
         *
         * @param small for its coder
         */
        @Setup(Level.Invocation)
        public void travel(TravelBenchmark small) {
            small.coder.decode(small.coder.encode(large));
        }
    }
}
