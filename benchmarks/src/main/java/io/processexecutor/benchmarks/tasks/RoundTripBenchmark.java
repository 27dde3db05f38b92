package io.processexecutor.benchmarks.tasks;

import io.processexecutor.pool.ProcessPoolExecutor;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One caller that waits for each result, next to the same way without a task. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xms2g", "-Xmx2g", "-XX:+UseG1GC"})
@Warmup(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@NullUnmarked // JMH fills the fields.
public class RoundTripBenchmark {

    /** For JMH. */
    public RoundTripBenchmark() {}

    /**
     * A task that does nothing.
     *
     * @param pool runs it
     * @return its result
     */
    @Benchmark
    public Integer task(Pool pool) {
        return pool.executor.submit(() -> 0).join();
    }

    /**
     * A few bytes there and back.
     *
     * @param wire takes them
     * @throws IOException if it breaks
     */
    @Benchmark
    public void wire(Wire wire) throws IOException {
        wire.echo.ping();
    }

    /** One worker. */
    @State(Scope.Benchmark)
    public static class Pool {

        private ProcessPoolExecutor executor;

        /** For JMH. */
        public Pool() {}

        /** Starts it. */
        @Setup
        public void start() {
            executor = ProcessPoolExecutor.builder().workers(1).minWorkers(1).build();
        }

        /** Ends it. */
        @TearDown
        public void close() {
            executor.close();
        }
    }

    /** One other JVM. */
    @State(Scope.Benchmark)
    public static class Wire {

        private Echo echo;

        /** For JMH. */
        public Wire() {}

        /**
         * Starts it.
         *
         * @throws IOException if that fails
         */
        @Setup
        public void start() throws IOException {
            echo = Echo.start();
        }

        /**
         * Ends it.
         *
         * @throws IOException if that fails
         */
        @TearDown
        public void close() throws IOException {
            echo.close();
        }
    }
}
