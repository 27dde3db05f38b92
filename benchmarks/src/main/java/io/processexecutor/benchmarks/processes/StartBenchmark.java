package io.processexecutor.benchmarks.processes;

import io.processexecutor.ProcessTask;
import io.processexecutor.pool.ProcessPoolExecutor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The first result of a pool that has no worker yet, in a process that had pools before, next to a program that is empty. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC"})
@Warmup(iterations = 100)
@Measurement(iterations = 21)
@NullUnmarked // JMH fills the fields.
public class StartBenchmark {

    /** For JMH. */
    public StartBenchmark() {}

    /**
     * From an executor that is not even built to its first result.
     *
     * @param pool the executor
     * @return the result
     */
    @Benchmark
    public Integer coldPool(Pool pool) {
        pool.executor = pool.deployed.pool().build();
        return pool.executor.submit(task()).join();
    }

    private static ProcessTask<Integer> task() {
        return () -> 0;
    }

    /**
     * A JVM from its launch to its exit, told nothing but a class path of jars.
     *
     * @param jars the class path
     * @return its exit code
     * @throws IOException if it cannot be launched
     * @throws InterruptedException if this thread is interrupted meanwhile
     */
    @Benchmark
    public int bareJava(Jars jars) throws IOException, InterruptedException {
        return JavaProcess.command(jars.deployed.classPath(), List.of(), Nothing.class)
                .start()
                .waitFor();
    }

    /** The least of programs. */
    public static final class Nothing {

        private Nothing() {}

        /**
         * Does nothing.
         *
         * @param arguments none
         */
        public static void main(String[] arguments) {}
    }

    /** What both have on their class path. */
    @State(Scope.Benchmark)
    public static class Jars {

        Deployed deployed;

        /** For JMH. */
        public Jars() {}

        /**
         * Makes the jars.
         *
         * @throws Exception if that fails
         */
        @Setup
        public void make() throws Exception {
            deployed = Deployed.jars();
        }

        /**
         * Deletes them.
         *
         * @throws IOException if that fails
         */
        @TearDown
        public void delete() throws IOException {
            deployed.close();
        }
    }

    /** An executor. */
    @State(Scope.Benchmark)
    public static class Pool extends Jars {

        /** Whether the archive of the classes of its workers is there. */
        @Param("true")
        public boolean archive;

        private ProcessPoolExecutor executor;

        /** For JMH. */
        public Pool() {}

        @Override
        public void make() throws Exception {
            super.make();
            if (archive) {
                deployed.awaitArchive(task());
            }
        }

        /** Ends it, which is no part of its start. */
        @TearDown(Level.Invocation)
        public void close() {
            executor.close();
        }
    }
}
