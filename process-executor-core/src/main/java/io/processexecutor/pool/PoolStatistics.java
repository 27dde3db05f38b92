package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerStartException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what happens to the workers, and tells it together with what the pool is doing now. */
final class PoolStatistics {

    private final WorkerSupply supply;
    private final TaskOutcomes outcomes;
    private final TaskQueue queue;
    private final Preparation preparation;
    private final AtomicInteger busy;
    private final int queueCapacity;

    private static final int EXITS_KEPT = 20;

    private final Deque<WorkerExit> lastExits = new ArrayDeque<>();
    private volatile @Nullable WorkerStartException startFailure;
    private final LongAdder starts = new LongAdder();
    private final LongAdder restarts = new LongAdder();
    private final AtomicLong startFailures = new AtomicLong();
    private final Map<Reason, LongAdder> exits = new EnumMap<>(Reason.class);

    PoolStatistics(
            WorkerSupply supply,
            TaskOutcomes outcomes,
            TaskQueue queue,
            Preparation preparation,
            AtomicInteger busy,
            int queueCapacity) {
        this.supply = supply;
        this.outcomes = outcomes;
        this.queue = queue;
        this.preparation = preparation;
        this.busy = busy;
        this.queueCapacity = queueCapacity;
        for (Reason reason : Reason.values()) {
            exits.put(reason, new LongAdder());
        }
    }

    void started() {
        starts.increment();
    }

    /** A worker that is up has a slot now: with its start, or later if it stood by for that of another. */
    void tookSlot(int slot) {
        if (slot != Slots.NONE && supply.slots().servedBefore(slot)) {
            restarts.increment();
        }
    }

    /** Never fails. */
    void startFailed(WorkerStartException failure) {
        startFailures.incrementAndGet();
        startFailure = failure;
    }

    /** Why no worker can be started, if none can. */
    Optional<WorkerStartException> startFailure() {
        return supply.isBreakerOpen() ? Optional.ofNullable(startFailure) : Optional.empty();
    }

    /** How the last workers ended, newest first. */
    List<WorkerExit> lastExits() {
        synchronized (lastExits) {
            return List.copyOf(lastExits);
        }
    }

    void exited(WorkerExit exit) {
        LongAdder count = exits.get(exit.reason());
        if (count != null) {
            count.increment();
        }
        synchronized (lastExits) {
            lastExits.addFirst(exit);
            if (lastExits.size() > EXITS_KEPT) {
                lastExits.removeLast();
            }
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
        int queued = Math.max(0, queue.size());
        return new ProcessExecutorStats(
                queued,
                Math.max(0, queueCapacity - queued),
                running,
                outcomes.completed(),
                supply.most(),
                supply.starting(),
                Math.max(0, supply.up() - running),
                starts.sum(),
                restarts.sum(),
                startFailures.get(),
                supply.isBreakerOpen(),
                Map.copyOf(exitCounts),
                supply.refusedConnections());
    }

    /** The state of the pool as messages tell it. */
    String describe() {
        return describe(stats(), preparation.underWay());
    }

    /** The same for an executor with these numbers, of whose busy workers some are at most being prepared. */
    static String describe(ProcessExecutorStats now, int underWay) {
        int preparing = Math.min(underWay, now.running());
        return "max=" + now.maxWorkers() + ", busy=" + (now.running() - preparing) + ", preparing=" + preparing
                + ", idle=" + now.idleWorkers() + ", starting=" + now.startingWorkers() + ", queued=" + now.queued();
    }

    List<WorkerInfo> workers() {
        return supply.workers().stream()
                .map(worker -> worker.info(supply.slots()))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparingInt(WorkerInfo::slot).thenComparingInt(WorkerInfo::workerId))
                .toList();
    }
}
