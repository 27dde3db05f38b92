package io.processexecutor.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.pool.ProcessPoolExecutor;
import io.processexecutor.spring.metrics.ProcessExecutorMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a task costs beside its work. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@NullUnmarked // JMH fills the fields.
public class TaskBenchmark {

    private static final int BATCH = 200;

    /** Whether there is a meter registry. */
    @Param("false")
    public boolean measured;

    private ProcessExecutor executor;
    private List<CompletableFuture<Integer>> batch;

    /** For JMH. */
    public TaskBenchmark() {}

    /** Starts the worker. */
    @Setup
    public void start() {
        ProcessPoolExecutor.Builder builder =
                ProcessPoolExecutor.builder().workers(1).maxHeapBytes(128 << 20);
        if (measured) {
            builder.listener(new ProcessExecutorMetrics(new SimpleMeterRegistry(), 0));
        }
        executor = builder.build();
        executor.submit(() -> 0).join();
        batch = new ArrayList<>(BATCH);
    }

    /** Ends it. */
    @TearDown
    public void close() {
        executor.close();
    }

    /** Many at once. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void noOps() {
        for (int i = 0; i < BATCH; i++) {
            batch.add(executor.submit(() -> 0));
        }
        batch.forEach(CompletableFuture::join);
        batch.clear();
    }
}
