package io.processexecutor.sample.demo;

import io.processexecutor.event.Serialization;
import io.processexecutor.event.Serialization.Operation;
import io.processexecutor.event.TaskCompleted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Warm runs of one task, reduced to their medians: one line of the walkthrough's table. */
final class TimedRuns {

    static final String HEADER = String.format(
            Locale.ROOT,
            "   %-28s %12s %16s %14s %12s",
            "serializer",
            "serialize",
            "transfer + run",
            "deserialize",
            "bytes");

    private final String name;
    private final List<TaskCompleted> runs = new ArrayList<>();

    TimedRuns(String name) {
        this.name = name;
    }

    void add(TaskCompleted run) {
        runs.add(run);
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "   %-28s %9.2f ms %13.2f ms %11.2f ms %12d",
                name,
                millis(run -> spent(run, Operation.ENCODE)),
                millis(run -> run.total().toNanos() - spent(run, Operation.ENCODE) - spent(run, Operation.DECODE)),
                millis(run -> spent(run, Operation.DECODE)),
                median(run -> run.serializations().stream()
                        .filter(each -> each.operation() == Operation.ENCODE)
                        .mapToLong(Serialization::bytes)
                        .sum()));
    }

    private double millis(ToLongFunction<TaskCompleted> nanos) {
        return median(nanos) / 1e6;
    }

    private long median(ToLongFunction<TaskCompleted> value) {
        long[] sorted = runs.stream().mapToLong(value).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static long spent(TaskCompleted run, Operation operation) {
        return run.serializations().stream()
                .filter(each -> each.operation() == operation)
                .mapToLong(each -> each.time().toNanos())
                .sum();
    }
}
