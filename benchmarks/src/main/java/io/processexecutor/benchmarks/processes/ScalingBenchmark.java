package io.processexecutor.benchmarks.processes;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/** Tasks that compute, on as many workers or threads. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC"})
@Warmup(iterations = 5)
@Measurement(iterations = 20)
@NullUnmarked // JMH fills the fields.
public class ScalingBenchmark {

    /** What each worker or thread has to do in total. */
    private static final int MILLIS = 400;

    /** So many batches of that many tasks until the JVMs have compiled what is on the way of each. */
    private static final int BATCHES_BEFORE = 40;

    private static final int BATCH = 5_000;

    /** Who computes. */
    @Param("IN_WORKERS")
    public Where where;

    /** How many of them. */
    @Param("2")
    public int size;

    /** How long a task takes, more or less. */
    @Param("10")
    public int millis;

    private ExecutorService executor;

    /** For JMH. */
    public ScalingBenchmark() {}

    /**
     * Starts them, and lets the tasks of their lives before go by, which do nothing.
     *
     * @param how whether anything warms up
     * @throws InterruptedException if this thread is interrupted meanwhile
     * @throws ExecutionException if a task fails
     */
    @Setup
    public void start(BenchmarkParams how) throws InterruptedException, ExecutionException {
        executor = where.open(size);
        int batches = how.getWarmup().getCount() > 0 ? BATCHES_BEFORE : 0;
        for (int i = 0; i < batches; i++) {
            new Computation(0).run(BATCH, executor);
        }
    }

    /**
     * Ends them.
     *
     * @throws InterruptedException if this thread is interrupted meanwhile
     */
    @TearDown
    public void close() throws InterruptedException {
        executor.shutdown();
        if (!executor.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException(executor + " does not end");
        }
    }

    /**
     * As many tasks as they have to do.
     *
     * @throws InterruptedException if this thread is interrupted meanwhile
     * @throws ExecutionException if one fails
     */
    @Benchmark
    public void compute() throws InterruptedException, ExecutionException {
        new Computation(millis).run(size * MILLIS / millis, executor);
    }
}
