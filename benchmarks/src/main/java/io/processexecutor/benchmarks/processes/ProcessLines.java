package io.processexecutor.benchmarks.processes;

import static io.processexecutor.benchmarks.processes.Where.IN_THREADS;
import static io.processexecutor.benchmarks.processes.Where.IN_WORKERS;
import static io.processexecutor.benchmarks.table.Line.atMost;
import static io.processexecutor.benchmarks.table.Line.ratio;

import io.processexecutor.benchmarks.table.Benchmarked;
import io.processexecutor.benchmarks.table.Line;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What is promised of the processes themselves, next to what the platform can do. */
public final class ProcessLines {

    private ProcessLines() {}

    /**
     * All of them.
     *
     * @return in the order of the table
     */
    public static List<Line> all() {
        List<Line> lines = new ArrayList<>();
        lines.addAll(start());
        lines.addAll(memory());
        lines.addAll(scaling());
        lines.add(isolation());
        return lines;
    }

    private static Collection<Line> start() {
        Benchmarked coldPool = Benchmarked.of(StartBenchmark.class, "coldPool").with("archive", true, false);
        Benchmarked bareJava = Benchmarked.of(StartBenchmark.class, "bareJava");
        return List.of(
                ratio("first result of a cold pool / bare java, least of 21", coldPool, bareJava, 1.8),
                ratio(
                        "first result of a cold pool / bare java, median of 21",
                        coldPool.median(),
                        bareJava.median(),
                        1.8));
    }

    private static Collection<Line> memory() {
        return List.of(
                atMost("RSS of an idle worker", new IdleWorker(true), 60, "MB"),
                atMost("RSS of an idle worker without an archive", new IdleWorker(false), 60, "MB"),
                atMost("heap of a queued task beside its bytes, 100,000", new QueuedTasks(100_000), 200, "bytes"),
                atMost("heap of a queued task beside its bytes, 1,000,000", new QueuedTasks(1_000_000), 200, "bytes"));
    }

    private static Collection<Line> scaling() {
        return List.of(scaling(1, 10), scaling(2, 10), scaling(2, 1), scaling(2, 100));
    }

    private static Line scaling(int size, int millis) {
        Benchmarked compute = Benchmarked.of(ScalingBenchmark.class, "compute")
                .with("size", size)
                .with("millis", millis);
        return ratio(
                "tasks of " + millis + " ms, " + size + (size == 1 ? " worker / thread" : " workers / threads"),
                compute.with("where", IN_WORKERS),
                compute.with("where", IN_THREADS),
                1 / 0.95);
    }

    private static Line isolation() {
        return ratio(
                "p99 of requests beside work in workers / in threads",
                new Requests(Optional.of(IN_WORKERS)),
                new Requests(Optional.of(IN_THREADS)),
                1);
    }
}
