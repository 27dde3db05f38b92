package io.processexecutor.benchmarks.tasks;

import static io.processexecutor.benchmarks.table.Line.atMost;
import static io.processexecutor.benchmarks.table.Line.micros;
import static io.processexecutor.benchmarks.table.Line.ratio;
import static io.processexecutor.benchmarks.tasks.Where.IN_THREADS;
import static io.processexecutor.benchmarks.tasks.Where.IN_WORKERS;

import io.processexecutor.benchmarks.table.Benchmarked;
import io.processexecutor.benchmarks.table.Line;
import io.processexecutor.benchmarks.table.Measurement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What is promised of tasks, next to what the machine and the platform can do. */
public final class TaskLines {

    /** Not measurably slower. */
    private static final double MARK = 1.05;

    private TaskLines() {}

    /**
     * All of them.
     *
     * @return in the order of the table
     */
    public static List<Line> all() {
        List<Line> lines = new ArrayList<>();
        lines.addAll(smallTasks());
        lines.addAll(watchedTasks());
        lines.addAll(theList());
        lines.addAll(largePayloads());
        lines.addAll(start());
        lines.addAll(memory());
        lines.addAll(scaling());
        lines.addAll(isolation());
        return lines;
    }

    /** 5 us are 200,000 a second. */
    private static Collection<Line> smallTasks() {
        Benchmarked throughput = Benchmarked.of(ThroughputBenchmark.class, "noOps");
        return List.of(
                ratio(
                        "round trip of a no-op / of 16 bytes over a Unix socket",
                        Benchmarked.of(RoundTripBenchmark.class, "task"),
                        Benchmarked.of(RoundTripBenchmark.class, "wire"),
                        2),
                micros("no-op tasks of 1 thread on 2 workers, each", throughput.with("callers", 1), 5),
                micros("no-op tasks of 4 threads on 2 workers, each", throughput.with("callers", 4), 5));
    }

    /** As many tasks in the same time as when nobody watches, less a tenth. */
    private static Collection<Line> watchedTasks() {
        Benchmarked noOps = Benchmarked.of(WatchedBenchmark.class, "noOps");
        Benchmarked unwatched = noOps.with("watched", Watched.NOBODY);
        return List.of(
                ratio("no-op measured / not", noOps.with("watched", Watched.METERS), unwatched, 1 / 0.9),
                ratio("no-op observed / not", noOps.with("watched", Watched.OBSERVATIONS), unwatched, 1 / 0.9));
    }

    private static Collection<Line> theList() {
        Benchmarked call = Benchmarked.of(ListBenchmark.class, "call").with("length", 1_000_000, 1_000);
        Benchmarked byKryo = call.with("travels", Travels.BY_KRYO);
        return List.of(
                micros("list of 1,000,000 Integer", byKryo, 18_000),
                ratio(
                        "list of 1,000,000 Integer, closure / kryo",
                        call.with("travels", Travels.BY_CLOSURE),
                        byKryo,
                        MARK),
                ratio("list of 1,000,000 Integer, wrapped / kryo", call.with("travels", Travels.WRAPPED), byKryo, MARK),
                ratio("list of 1,000,000 Integer, worker on Serial / G1", byKryo, byKryo.with("collector", "G1"), 1),
                ratio(
                        "list of 1,000,000 Integer, worker on Serial / Parallel",
                        byKryo,
                        byKryo.with("collector", "Parallel"),
                        1));
    }

    private static Collection<Line> largePayloads() {
        return List.of(
                large("256 MB byte[] / a fresh copy", Payload.BYTES),
                large("256 MB long[] / a fresh copy", Payload.LONGS),
                large("256 MB double[] / a fresh copy", Payload.DOUBLES),
                large("256 MB ByteBuffer / a fresh copy", Payload.BUFFER));
    }

    private static Line large(String name, Payload payload) {
        return ratio(
                name,
                Benchmarked.of(PayloadBenchmark.class, "send")
                        .with("payload", payload)
                        .with("kilobytes", 256 << 10, 1 << 10),
                Benchmarked.of(FreshCopyBenchmark.class, "copy").with("kilobytes", 256 << 10, 1 << 10),
                4);
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

    private static Collection<Line> isolation() {
        Measurement inWorkers = new Requests(Optional.of(IN_WORKERS));
        return List.of(ratio(
                "p99 of requests beside work in workers / in threads",
                inWorkers,
                new Requests(Optional.of(IN_THREADS)),
                1));
    }
}
