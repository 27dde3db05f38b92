package io.processexecutor.benchmarks.tasks;

import io.processexecutor.ProcessTask;
import io.processexecutor.pool.ProcessPoolExecutor;
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

/** A large argument goes to a worker, an integer comes back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xms2g", "-Xmx2g", "-XX:+UseG1GC"})
@Warmup(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@NullUnmarked // JMH fills the fields.
public class PayloadBenchmark {

    private static final int KILOBYTE = 1 << 10;

    /** What is large. */
    @Param("BYTES")
    public Payload payload;

    /** How large. */
    @Param("262144")
    public int kilobytes;

    private ProcessPoolExecutor executor;
    private ProcessTask<Integer> task;

    /** For JMH. */
    public PayloadBenchmark() {}

    /** Makes it and starts the worker. */
    @Setup
    public void start() {
        executor = ProcessPoolExecutor.builder()
                .workers(1)
                .minWorkers(1)
                .maxHeapBytes(1L << 30)
                .build();
        task = payload.task(kilobytes * KILOBYTE);
    }

    /** Ends it. */
    @TearDown
    public void close() {
        executor.close();
    }

    /**
     * There and back.
     *
     * @return the integer
     */
    @Benchmark
    public Integer send() {
        return executor.submit(task).join();
    }
}
