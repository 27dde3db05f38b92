package io.processexecutor.benchmarks.tasks;

import io.processexecutor.Broadcast;
import io.processexecutor.ProcessTask;
import io.processexecutor.SharedBuffer;
import io.processexecutor.pool.ProcessPoolExecutor;
import java.nio.ByteBuffer;
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
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A thousand tasks on two workers, and something large that they need. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xms2g", "-Xmx2g", "-XX:+UseG1GC"})
@Warmup(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@NullUnmarked // JMH fills the fields.
public class SharedBenchmark {

    private static final int WORKERS = 2;
    private static final int TASKS = 1_000;

    /** How large. */
    @Param("51200")
    public int kilobytes;

    private ProcessPoolExecutor executor;
    private byte[] bytes;

    /** For JMH. */
    public SharedBenchmark() {}

    /** Makes it and starts the workers. */
    @Setup
    public void start() {
        executor = ProcessPoolExecutor.builder()
                .workers(WORKERS)
                .minWorkers(WORKERS)
                .maxHeapBytes(1L << 30)
                .build();
        bytes = new byte[kilobytes << 10];
    }

    /** Ends them. */
    @TearDown
    public void close() {
        executor.close();
    }

    /** All use it, and it is broadcast. */
    @Benchmark
    public void broadcast() {
        try (Broadcast<byte[]> value = executor.broadcast(bytes)) {
            run(() -> value.value().length, () -> value.value().length);
        }
    }

    /** As many tasks as there are workers bring it along, and the others do nothing. */
    @Benchmark
    public void arguments() {
        byte[] captured = bytes;
        run(() -> captured.length, () -> 0);
    }

    /** All look at it in one place. */
    @Benchmark
    public void buffer() {
        try (SharedBuffer shared = executor.share(ByteBuffer.wrap(bytes))) {
            run(() -> shared.buffer().remaining(), () -> shared.buffer().remaining());
        }
    }

    private void run(ProcessTask<Integer> first, ProcessTask<Integer> others) {
        List<CompletableFuture<Integer>> all = new ArrayList<>(TASKS);
        for (int i = 0; i < TASKS; i++) {
            all.add(executor.submit(i < WORKERS ? first : others));
        }
        all.forEach(CompletableFuture::join);
    }
}
