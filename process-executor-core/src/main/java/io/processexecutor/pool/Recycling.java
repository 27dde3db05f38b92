package io.processexecutor.pool;

import io.processexecutor.RecycleLimits;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.internal.protocol.StatusPage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces workers that reached a limit. The replacement is started first and stands by, without a slot, until the old
 * worker is between two tasks; then it takes over the slot, and the old one leaves. So there are never more workers at
 * work than there may be, and no task waits for a start.
 */
final class Recycling {

    private static final Logger log = LoggerFactory.getLogger(Recycling.class);

    /** Of so many workers, one may be replaced at a time. */
    private static final int WORKERS_PER_REPLACEMENT = 4;

    private static final double FAR_BEYOND = 1.25;

    private final PoolSettings settings;
    private final RecycleLimits limits;
    private final boolean limited;
    private final WorkerSupply supply;
    private final IdleWorkers idle;

    /** Who is to take over from whom; both may be gone already. */
    private final Map<PooledWorker, PooledWorker> successors = new HashMap<>();

    /** For a look without the lock. */
    private volatile boolean replacing;

    Recycling(PoolSettings settings, WorkerSupply supply, IdleWorkers idle) {
        this.settings = settings;
        this.limits = settings.recycleLimits();
        this.limited = !limits.equals(RecycleLimits.none());
        this.supply = supply;
        this.idle = idle;
    }

    /** A worker was given a task. If it is its last, the replacement has until its end to come up. */
    void taskGiven(PooledWorker worker) {
        if (limits.maxTasks() > 0 && worker.tasks() == limits.maxTasks()) {
            replace(worker);
        }
    }

    /**
     * A worker replied to a task.
     *
     * @return whether it left and may be given no other
     */
    boolean leaves(PooledWorker worker) {
        Reason due = due(worker);
        if (due == null) {
            return false;
        }
        synchronized (this) {
            PooledWorker successor = successors.get(worker);
            if (successor != null && successor.isStandby()) {
                handOver(worker, successor, due);
                return true;
            }
        }
        if (due == Reason.MAX_TASKS || isFarBeyond(worker, due)) {
            tellOf(worker, due);
            worker.leave(due);
            return true;
        }
        replace(worker);
        return false;
    }

    /** A worker became idle; its replacement may have come up a moment ago. */
    void idle(PooledWorker worker) {
        if (!replacing) {
            return;
        }
        synchronized (this) {
            PooledWorker successor = successors.get(worker);
            if (successor != null && successor.isStandby() && idle.take(worker)) {
                handOver(worker, successor, dueOrAged(worker));
            }
        }
    }

    /** Looks at a worker that may be idle for long. */
    void check(PooledWorker worker) {
        if (!worker.isIdle()) {
            return;
        }
        Reason due = due(worker);
        if (due == null) {
            return;
        }
        if (!supply.isAboveMinimum()) {
            replace(worker);
        } else if (idle.take(worker)) {
            tellOf(worker, due);
            worker.leave(due);
        }
    }

    /** A worker without a slot is up. */
    synchronized void standBy(PooledWorker successor) {
        PooledWorker old = predecessorOf(successor);
        if (old == null) {
            successor.leave(Reason.RESIZED);
        } else if (idle.take(old)) {
            handOver(old, successor, dueOrAged(old));
        } else {
            successor.becomeStandby();
        }
    }

    /**
     * A worker gave its slot back, whatever for: its replacement, if there is one, takes the place at once.
     *
     * @return the replacement if it is up
     */
    synchronized @Nullable PooledWorker inherit(PooledWorker old) {
        PooledWorker successor = successors.remove(old);
        replacing = !successors.isEmpty();
        if (successor == null) {
            return null;
        }
        int slot = supply.takeSlot();
        if (slot == Slots.NONE) {
            if (successor.isStandby()) {
                successor.leave(Reason.RESIZED);
            }
            return null;
        }
        successor.giveSlot(slot);
        if (successor.isStandby()) {
            return successor;
        }
        supply.startingInSlot();
        return null;
    }

    /** A replacement did not come up; the old worker goes on, and another is tried when it is looked at again. */
    synchronized void failed(PooledWorker successor) {
        successors.values().remove(successor);
        replacing = !successors.isEmpty();
    }

    /** The pool is drained: nobody needs to be replaced any more. */
    synchronized void dismiss() {
        for (PooledWorker successor : successors.values()) {
            if (successor.isStandby()) {
                successor.leave(Reason.SHUTDOWN);
            }
        }
        successors.clear();
        replacing = false;
    }

    private void replace(PooledWorker worker) {
        PooledWorker successor;
        synchronized (this) {
            int most = Math.max(1, supply.most() / WORKERS_PER_REPLACEMENT);
            if (successors.containsKey(worker) || successors.size() >= most || !supply.mayReplace(worker)) {
                return;
            }
            successor = supply.newSuccessor();
            successors.put(worker, successor);
            replacing = true;
        }
        supply.launch(successor);
    }

    /** Both are between two tasks. */
    private void handOver(PooledWorker old, PooledWorker successor, Reason reason) {
        successors.remove(old);
        replacing = !successors.isEmpty();
        tellOf(old, reason);
        int slot = old.takeAwaySlot();
        if (slot == Slots.NONE) {
            slot = supply.takeSlot();
        }
        old.leave(reason);
        if (slot == Slots.NONE) {
            successor.leave(Reason.RESIZED);
        } else {
            successor.giveSlot(slot);
            idle.park(successor);
        }
    }

    private @Nullable PooledWorker predecessorOf(PooledWorker successor) {
        for (Map.Entry<PooledWorker, PooledWorker> each : successors.entrySet()) {
            if (each.getValue() == successor) {
                return each.getKey();
            }
        }
        return null;
    }

    private Reason dueOrAged(PooledWorker worker) {
        Reason due = due(worker);
        return due == null ? Reason.MAX_AGE : due;
    }

    private @Nullable Reason due(PooledWorker worker) {
        if (!limited) {
            return null;
        }
        if (limits.maxTasks() > 0 && worker.tasks() >= limits.maxTasks()) {
            return Reason.MAX_TASKS;
        }
        Duration age = limits.maxAge().orElse(null);
        if (age != null && worker.uptime().compareTo(age) >= 0) {
            return Reason.MAX_AGE;
        }
        return limits.maxRssBytes() == 0 && limits.maxHeapBytes() == 0 && limits.maxMetaspaceBytes() == 0
                ? null
                : tooLarge(worker.status(), 1);
    }

    /** A worker that grows fast must not be given tasks for as long as it takes to start another. */
    private boolean isFarBeyond(PooledWorker worker, Reason due) {
        return due != Reason.MAX_AGE && tooLarge(worker.status(), FAR_BEYOND) != null;
    }

    private @Nullable Reason tooLarge(StatusPage.@Nullable Snapshot status, double tolerance) {
        if (status == null) {
            return null;
        }
        if (exceeds(status.memory().rss(), limits.maxRssBytes() * tolerance)) {
            return Reason.MAX_RSS;
        }
        if (exceeds(status.memory().heapAfterGc(), limits.maxHeapBytes() * tolerance)) {
            return Reason.MAX_HEAP;
        }
        return exceeds(status.memory().metaspace(), limits.maxMetaspaceBytes() * tolerance)
                ? Reason.MAX_METASPACE
                : null;
    }

    private static boolean exceeds(long value, double limit) {
        return limit > 0 && value > limit;
    }

    private void tellOf(PooledWorker worker, Reason reason) {
        log.info(
                "{} - Worker {} (pid {}) is recycled after {} tasks: {}",
                settings.name(),
                worker.id(),
                worker.pid(),
                worker.tasks(),
                reason);
    }
}
