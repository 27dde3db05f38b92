package io.processexecutor.benchmarks;

import io.processexecutor.spring.ProcessTaskExecutor;
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
import org.springframework.context.ConfigurableApplicationContext;

/** What a task costs beside its work. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@NullUnmarked // JMH fills the fields.
public class TaskBenchmark {

    private static final int BATCH = 200;

    /** Who watches. */
    @Param("NOBODY")
    public Watched watched;

    private ConfigurableApplicationContext application;
    private ProcessTaskExecutor executor;
    private List<CompletableFuture<Integer>> batch;

    /** For JMH. */
    public TaskBenchmark() {}

    /** Starts the worker. */
    @Setup
    public void start() {
        application = watched.application();
        executor = application.getBean(ProcessTaskExecutor.class);
        executor.submit(() -> 0).join();
        batch = new ArrayList<>(BATCH);
    }

    /** Ends it. */
    @TearDown
    public void close() {
        application.close();
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
