package io.processexecutor.benchmarks.tasks;

import static io.processexecutor.benchmarks.table.Line.micros;
import static io.processexecutor.benchmarks.table.Line.ratio;

import io.processexecutor.benchmarks.table.Benchmarked;
import io.processexecutor.benchmarks.table.Line;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What is promised of tasks in warm workers, next to what the machine and the platform can do. */
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
        lines.addAll(shared());
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

    /** In the middle, for the least disturbed time would be that of a worker whose collector had nothing to do. */
    private static Collection<Line> theList() {
        Benchmarked call = Benchmarked.of(ListBenchmark.class, "call")
                .with("length", 1_000_000, 1_000)
                .median();
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

    /** Sent once for each worker, so that a thousand tasks take no longer than one for each worker. */
    private static Collection<Line> shared() {
        Benchmarked arguments =
                Benchmarked.of(SharedBenchmark.class, "arguments").with("kilobytes", 50 << 10, 1 << 10);
        return List.of(
                ratio(
                        "50 MB broadcast to 1,000 tasks / as argument of 2",
                        Benchmarked.of(SharedBenchmark.class, "broadcast").with("kilobytes", 50 << 10, 1 << 10),
                        arguments,
                        1.25),
                ratio(
                        "50 MB shared with 1,000 tasks / as argument of 2",
                        Benchmarked.of(SharedBenchmark.class, "buffer").with("kilobytes", 50 << 10, 1 << 10),
                        arguments,
                        1));
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
}
