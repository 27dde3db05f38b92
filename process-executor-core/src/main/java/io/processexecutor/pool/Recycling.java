package io.processexecutor.pool;

import io.processexecutor.RecycleLimits;
import io.processexecutor.WorkerExit.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

    private final PoolSettings settings;
    private final RecycleLimits limits;
    private final SizeLimits sizes;
    private final boolean limited;
    private final WorkerSupply supply;
    private final IdleWorkers idle;
    private final PoolStatistics statistics;

    private record Replacement(PooledWorker successor, Reason reason) {}

    /** By the worker that is replaced. */
    private final Map<PooledWorker, Replacement> replacements = new HashMap<>();

    /** For a look without the lock. */
    private volatile boolean replacing;

    Recycling(PoolSettings settings, WorkerSupply supply, IdleWorkers idle, PoolStatistics statistics) {
        this.settings = settings;
        this.limits = settings.recycleLimits();
        this.sizes = new SizeLimits(settings);
        this.limited = !limits.equals(RecycleLimits.none());
        this.supply = supply;
        this.idle = idle;
        this.statistics = statistics;
    }

    /** How many more tasks a worker may be given. */
    int tasksLeft(PooledWorker worker) {
        return limits.maxTasks() == 0
                ? Integer.MAX_VALUE
                : (int) Math.min(
                        Integer.MAX_VALUE,
                        Math.max(0, limits.maxTasks() - worker.state().tasks()));
    }

    /** Whether a worker should leave as soon as it is between two tasks, however many it had. */
    boolean isDue(PooledWorker worker) {
        Reason due = due(worker);
        return due != null && due != Reason.MAX_TASKS;
    }

    /** A worker was given a task. If it is its last, the replacement has until its end to come up. */
    void taskGiven(PooledWorker worker) {
        if (limits.maxTasks() > 0 && worker.state().tasks() >= limits.maxTasks()) {
            replace(worker, Reason.MAX_TASKS);
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
            Replacement replacement = replacements.get(worker);
            if (replacement != null && replacement.successor().state().isStandby()) {
                handOver(worker, replacement);
                return true;
            }
        }
        if (due == Reason.MAX_TASKS || (due != Reason.MAX_AGE && sizes.isFarBeyond(worker))) {
            tellOf(worker, due);
            worker.leave(due);
            return true;
        }
        replace(worker, due);
        return false;
    }

    /** A worker became idle; its replacement may have come up a moment ago. */
    void idle(PooledWorker worker) {
        if (!replacing) {
            return;
        }
        synchronized (this) {
            Replacement replacement = replacements.get(worker);
            if (replacement != null && replacement.successor().state().isStandby() && idle.take(worker)) {
                handOver(worker, replacement);
            }
        }
    }

    /** Looks at a worker that may be idle, or busy with one task, for long. */
    void check(PooledWorker worker) {
        Reason due = due(worker);
        if (due == null) {
            return;
        }
        if (!worker.state().isIdle()) {
            if (due == Reason.MAX_TASKS) {
                // It will leave after this task, and the replacement that was to be up by then may have died.
                replace(worker, due);
            }
        } else if (due == Reason.RECYCLED || !supply.isAboveMinimum()) {
            // Who asks for fresh workers wants as many as there are, while a limit may just end one that nobody needs.
            replace(worker, due);
        } else if (idle.take(worker)) {
            tellOf(worker, due);
            worker.leave(due);
        }
    }

    /**
     * A worker is up.
     *
     * @return whether it has no slot yet, and stands by or left
     */
    synchronized boolean standsBy(PooledWorker worker) {
        if (worker.state().slot() != Slots.NONE) {
            return false;
        }
        PooledWorker old = predecessorOf(worker);
        Replacement replacement = old == null ? null : replacements.get(old);
        if (old == null || replacement == null) {
            worker.leave(supply.isShutdown() ? Reason.SHUTDOWN : Reason.RESIZED);
        } else if (idle.take(old)) {
            handOver(old, replacement);
        } else {
            worker.state().becomeStandby();
        }
        return true;
    }

    /**
     * A worker has no slot any more, whatever for: its replacement, if there is one, takes a free one at once. If it was
     * itself to replace another, that one goes on until it is looked at again.
     *
     * @return the replacement if it is up
     */
    synchronized @Nullable PooledWorker inherit(PooledWorker old) {
        forget(predecessorOf(old));
        PooledWorker successor = forget(old);
        if (successor == null) {
            return null;
        }
        try {
            return inheritedBy(successor);
        } catch (Throwable e) {
            // Nobody else knows what it was for.
            successor.kill(Reason.UNHEALTHY);
            throw e;
        }
    }

    private @Nullable PooledWorker inheritedBy(PooledWorker successor) {
        int slot = supply.takeSlot();
        if (slot == Slots.NONE) {
            if (successor.state().isStandby()) {
                successor.leave(Reason.RESIZED);
            }
            return null;
        }
        if (!successor.state().giveSlot(slot)) {
            supply.slots().giveBack(slot);
            return null;
        }
        if (!successor.state().isStandby()) {
            return null;
        }
        statistics.tookSlot(slot);
        return successor;
    }

    /** The pool is drained: nobody needs to be replaced any more. */
    synchronized void dismiss() {
        List<PooledWorker> successors = new ArrayList<>(replacements.size());
        for (Replacement replacement : replacements.values()) {
            successors.add(replacement.successor());
        }
        // First, since one that leaves is looked for among those that are replaced and those that replace.
        replacements.clear();
        replacing = false;
        // Not even an iterator: there may be no room for one, and nobody knows of them any more.
        for (int i = 0; i < successors.size(); i++) {
            if (successors.get(i).state().isStandby()) {
                successors.get(i).leave(Reason.SHUTDOWN);
            }
        }
    }

    /** Never fails: what cannot be replaced now goes on until it is looked at again. */
    private void replace(PooledWorker worker, Reason reason) {
        Replacement replacement = null;
        try {
            replacement = toReplace(worker, reason);
            if (replacement != null) {
                supply.launch(replacement.successor());
            }
        } catch (Throwable e) {
            undo(worker, replacement);
            Shortage.tell(log, Mishap.NOT_REPLACED, e);
        }
    }

    private synchronized @Nullable Replacement toReplace(PooledWorker worker, Reason reason) {
        int most = Math.max(1, supply.most() / WORKERS_PER_REPLACEMENT);
        if (replacements.containsKey(worker) || replacements.size() >= most || !supply.mayReplace(worker)) {
            return null;
        }
        Replacement replacement = new Replacement(supply.newSuccessor(), reason);
        try {
            replacements.put(worker, replacement);
        } catch (Throwable e) {
            // It may be there all the same: a map makes room after it took something in.
            replacements.remove(worker);
            throw e;
        }
        replacing = true;
        return replacement;
    }

    private synchronized void undo(PooledWorker worker, @Nullable Replacement replacement) {
        if (replacement != null && replacement.equals(replacements.get(worker))) {
            forget(worker);
        }
    }

    /** Both are between two tasks. Never fails, since nobody else has them. */
    private void handOver(PooledWorker old, Replacement replacement) {
        try {
            handOverSlot(old, replacement);
        } catch (Throwable e) {
            old.leave(replacement.reason());
            replacement.successor().kill(Reason.UNHEALTHY);
            Shortage.tell(log, Mishap.NOT_HANDED_OVER, e);
        }
    }

    private void handOverSlot(PooledWorker old, Replacement replacement) {
        forget(old);
        PooledWorker successor = replacement.successor();
        tellOf(old, replacement.reason());
        int slot = old.state().takeAwaySlot();
        if (slot == Slots.NONE) {
            slot = supply.takeSlot();
        }
        old.leave(replacement.reason());
        if (slot == Slots.NONE) {
            successor.leave(Reason.RESIZED);
        } else if (successor.state().giveSlot(slot)) {
            statistics.tookSlot(slot);
            idle.park(successor);
        } else {
            // It died a moment ago. Who called goes on to start another if it is needed.
            supply.slots().giveBack(slot);
        }
    }

    private @Nullable PooledWorker forget(@Nullable PooledWorker old) {
        Replacement replacement = old == null ? null : replacements.remove(old);
        replacing = !replacements.isEmpty();
        return replacement == null ? null : replacement.successor();
    }

    private @Nullable PooledWorker predecessorOf(PooledWorker successor) {
        for (Map.Entry<PooledWorker, Replacement> each : replacements.entrySet()) {
            if (each.getValue().successor() == successor) {
                return each.getKey();
            }
        }
        return null;
    }

    private @Nullable Reason due(PooledWorker worker) {
        if (worker.isToBeRecycled()) {
            return Reason.RECYCLED;
        }
        if (!limited) {
            return null;
        }
        if (limits.maxTasks() > 0 && worker.state().tasks() >= limits.maxTasks()) {
            return Reason.MAX_TASKS;
        }
        Duration age = limits.maxAge().orElse(null);
        if (age != null && worker.uptime().compareTo(age) >= 0 && isOfUse(worker, age)) {
            return Reason.MAX_AGE;
        }
        return sizes.exceeded(worker);
    }

    /** One that is as old before its first task would be replaced by one that is no younger, and so on. */
    private static boolean isOfUse(PooledWorker worker, Duration maxAge) {
        return worker.state().tasks() > 0 || maxAge.compareTo(worker.startup()) > 0;
    }

    /** Never fails: who is told of has yet to leave. */
    private void tellOf(PooledWorker worker, Reason reason) {
        try {
            log.info(
                    "{} - Worker {} (pid {}) is recycled after {} tasks: {}",
                    settings.name(),
                    worker.id(),
                    worker.pid(),
                    worker.state().tasks(),
                    reason);
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.RECYCLING_UNTOLD, e);
        }
    }
}
