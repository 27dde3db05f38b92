package io.processexecutor.benchmarks.tasks;

import io.processexecutor.ProcessTask;
import io.processexecutor.pool.ProcessPoolExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** The example of loky's documentation: a list of 1,000,000 integers goes to a worker, an integer comes back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 3, // Each worker settles on a heap of its own, of which the time depends.
        jvmArgs = {"-Xms2g", "-Xmx2g", "-XX:+UseG1GC"})
@Warmup(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@NullUnmarked // JMH fills the fields.
public class ListBenchmark {

    /** How it goes there. */
    @Param("BY_KRYO")
    public Travels travels;

    /** The worker's; Serial is its default. */
    @Param("Serial")
    public String collector;

    /** The length of the list. */
    @Param("1000000")
    public int length;

    private ProcessPoolExecutor executor;
    private ProcessTask<Integer> task;

    /** For JMH. */
    public ListBenchmark() {}

    /** Makes the list and starts the worker. */
    @Setup
    public void start() {
        ProcessPoolExecutor.Builder builder =
                ProcessPoolExecutor.builder().workers(1).minWorkers(1).serializer(travels.serializer());
        if (!collector.equals("Serial")) {
            builder.jvmArgs(List.of("-XX:-UseSerialGC", "-XX:+Use" + collector + "GC"));
        }
        executor = builder.build();
        List<Integer> list = new ArrayList<>(IntStream.range(0, length).boxed().toList());
        task = travels.ready(() -> 2 * list.get(list.size() - 1));
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
    public Integer call() {
        return executor.submit(task).join();
    }
}
