package io.processexecutor.benchmarks.tasks;

import io.processexecutor.pool.ProcessPoolExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Tasks that do nothing, as fast as two workers take them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xms2g", "-Xmx2g", "-XX:+UseG1GC"})
@Warmup(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@NullUnmarked // JMH fills the fields.
public class ThroughputBenchmark {

    private static final int BATCH = 20_000;

    /** How many threads submit them. */
    @Param("1")
    public int callers;

    private ProcessPoolExecutor executor;
    private ExecutorService threads;
    private List<Callable<Void>> shares;

    /** For JMH. */
    public ThroughputBenchmark() {}

    /** Starts the workers. */
    @Setup
    public void start() {
        executor = ProcessPoolExecutor.builder().workers(2).minWorkers(2).build();
        threads = Executors.newFixedThreadPool(callers);
        shares = Collections.nCopies(callers, () -> submit(BATCH / callers));
    }

    /** Ends them. */
    @TearDown
    public void close() {
        executor.close();
        threads.shutdown();
    }

    /**
     * From the first submission to the last result.
     *
     * @throws InterruptedException if this thread is interrupted meanwhile
     * @throws ExecutionException if a task fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void noOps() throws InterruptedException, ExecutionException {
        for (Future<Void> each : threads.invokeAll(shares)) {
            each.get();
        }
    }

    private Void submit(int number) {
        List<CompletableFuture<Integer>> share = new ArrayList<>(number);
        for (int i = 0; i < number; i++) {
            share.add(executor.submit(() -> 0));
        }
        share.forEach(CompletableFuture::join);
        return null;
    }
}
