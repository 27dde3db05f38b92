package io.processexecutor.benchmarks.tasks;

import io.processexecutor.spring.ProcessTaskExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
import org.springframework.context.ConfigurableApplicationContext;

/** What it costs that somebody looks at the tasks. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xms2g", "-Xmx2g", "-XX:+UseG1GC"})
@Warmup(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@NullUnmarked // JMH fills the fields.
public class WatchedBenchmark {

    private static final int BATCH = 200;

    /** Who watches. */
    @Param("NOBODY")
    public Watched watched;

    private ConfigurableApplicationContext application;
    private ProcessTaskExecutor executor;
    private List<CompletableFuture<Integer>> batch;

    /** For JMH. */
    public WatchedBenchmark() {}

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
