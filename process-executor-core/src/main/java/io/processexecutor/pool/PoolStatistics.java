package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens to the workers, and tells it together with what the pool is doing now. */
final class PoolStatistics {

    private final WorkerSupply supply;
    private final TaskOutcomes outcomes;
    private final TaskQueue queue;
    private final AtomicInteger busy;

    private final LongAdder starts = new LongAdder();
    private final LongAdder restarts = new LongAdder();
    private final LongAdder startFailures = new LongAdder();
    private final Map<Reason, LongAdder> exits = new EnumMap<>(Reason.class);

    PoolStatistics(WorkerSupply supply, TaskOutcomes outcomes, TaskQueue queue, AtomicInteger busy) {
        this.supply = supply;
        this.outcomes = outcomes;
        this.queue = queue;
        this.busy = busy;
        for (Reason reason : Reason.values()) {
            exits.put(reason, new LongAdder());
        }
    }

    void started(PooledWorker worker) {
        starts.increment();
        int slot = worker.slot();
        if (slot == Slots.NONE || supply.slots().servedBefore(slot)) {
            restarts.increment();
        }
    }

    void startFailed() {
        startFailures.increment();
    }

    void exited(WorkerExit exit) {
        LongAdder count = exits.get(exit.reason());
        if (count != null) {
            count.increment();
        }
    }

    ProcessExecutorStats stats() {
        int running = busy.get();
        Map<Reason, Long> exitCounts = new EnumMap<>(Reason.class);
        exits.forEach((reason, count) -> {
            if (count.sum() > 0) {
                exitCounts.put(reason, count.sum());
            }
        });
        return new ProcessExecutorStats(
                Math.max(0, queue.size()),
                running,
                outcomes.completed(),
                supply.most(),
                supply.starting(),
                Math.max(0, supply.up() - running),
                starts.sum(),
                restarts.sum(),
                startFailures.sum(),
                supply.isBreakerOpen(),
                Map.copyOf(exitCounts),
                supply.refusedConnections());
    }

    /** The state of the pool as messages tell it. */
    String describe() {
        ProcessExecutorStats now = stats();
        return "max=" + now.maxWorkers() + ", busy=" + now.running() + ", idle=" + now.idleWorkers() + ", starting="
                + now.startingWorkers() + ", queued=" + now.queued();
    }

    List<WorkerInfo> workers() {
        return supply.workers().stream()
                .map(worker -> worker.info(supply.slots()))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparingInt(WorkerInfo::slot).thenComparingInt(WorkerInfo::workerId))
                .toList();
    }
}
