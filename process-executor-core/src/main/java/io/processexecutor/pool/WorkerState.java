package io.processexecutor.pool;

import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one worker is in its life, which tasks it has and which slot it takes. Each step is one that only one thread makes,
 * whoever else tries it at the same time. Thread-safe; sends nothing and asks nobody.
 */
final class WorkerState {

    private enum Phase {
        STARTING,
        /** Up, and without a slot until the worker that it is to replace leaves. */
        STANDBY,
        IDLE,
        BUSY,
        LEAVING,
        GONE
    }

    /** What a worker leaves behind. */
    record Legacy(List<PendingTask<?>> tasks, Preparation.@Nullable Attempt preparation, Reason reason) {}

    /** What there is to see of it. */
    record View(WorkerInfo.State state, int slot, @Nullable PendingTask<?> current, long tasks) {}

    private final InFlight inFlight = new InFlight();
    private Phase phase = Phase.STARTING;
    private boolean recalling;
    private boolean givingBack;

    /** The last task that was told to stop. */
    private @Nullable PendingTask<?> stopped;

    private Preparation.@Nullable Attempt preparation;
    private @Nullable Reason exitReason;
    private @Nullable Legacy legacy;
    private boolean hurried;
    private boolean startFailed;
    private int slot;
    private int lastSlot;
    private long tasks;
    private volatile @Nullable Duration preparationTook;
    private volatile long idleSinceNanos;

    WorkerState(int slot) {
        this.slot = slot;
        this.lastSlot = slot;
    }

    /** What there is to see of it; {@code null} if it is gone. */
    synchronized @Nullable View view() {
        return phase == Phase.GONE
                ? null
                : new View(WorkerInfo.State.valueOf(phase.name()), slot, inFlight.current(), tasks);
    }

    // ---- coming up, and waiting for a task

    /** Whether it has a slot and is not up yet. */
    synchronized boolean isStarting() {
        return phase == Phase.STARTING && slot != Slots.NONE;
    }

    /** Returns whether it is news that it does not come up. */
    synchronized boolean failStart() {
        boolean news = !startFailed;
        startFailed = true;
        return news;
    }

    /** It did not come up; from here on it takes no slot. */
    synchronized void neverStarted() {
        phase = Phase.GONE;
    }

    /** It is up, and another that it is to replace is not done yet. */
    synchronized void becomeStandby() {
        if (phase == Phase.STARTING) {
            phase = Phase.STANDBY;
        }
    }

    synchronized boolean isStandby() {
        return phase == Phase.STANDBY;
    }

    /** Makes it free for a task. */
    synchronized boolean becomeIdle() {
        // Also one that is to be killed and does not know it yet.
        if (isEnding() || exitReason != null) {
            return false;
        }
        phase = Phase.IDLE;
        idleSinceNanos = System.nanoTime();
        return true;
    }

    synchronized boolean isIdle() {
        return phase == Phase.IDLE;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    /** Takes it out of the idle ones, for a task or to let it go. */
    synchronized boolean reserve() {
        if (phase != Phase.IDLE) {
            return false;
        }
        phase = Phase.BUSY;
        return true;
    }

    // ---- its tasks

    /** Gives it tasks; fails if it died meanwhile. */
    synchronized boolean accept(List<PendingTask<?>> given) {
        if (phase != Phase.BUSY) {
            return false;
        }
        inFlight.add(given);
        tasks += given.size();
        return true;
    }

    /** Returns whether it was still there; if not, the worker died meanwhile, and with it the task is accounted for. */
    synchronized boolean takeOut(PendingTask<?> task) {
        if (inFlight.remove(task.id()) == null) {
            return false;
        }
        tasks--;
        return true;
    }

    /** The task that it runs, as far as can be known here. */
    synchronized @Nullable PendingTask<?> current() {
        return inFlight.current();
    }

    /** How many tasks it has beyond the one that it runs. */
    synchronized int ahead() {
        return inFlight.ahead();
    }

    synchronized boolean isAhead(PendingTask<?> task) {
        return inFlight.current() != task && inFlight.contains(task);
    }

    synchronized List<PendingTask<?>> tasksInFlight() {
        return inFlight.all();
    }

    synchronized boolean holds(PendingTask<?> task) {
        return inFlight.contains(task);
    }

    /** How many tasks it was given. */
    synchronized long tasks() {
        return tasks;
    }

    /** The task that it replied to, which it has no more; {@code null} if that is not the one it was to run. */
    synchronized @Nullable PendingTask<?> replied(long taskId) {
        return inFlight.ended(taskId);
    }

    /** Its reply could not be dealt with: it counts as one that the worker has. */
    synchronized void takeBackReply(PendingTask<?> task) {
        inFlight.addFirst(task);
    }

    /** Takes all its tasks away from it. */
    synchronized List<PendingTask<?>> drain() {
        return inFlight.drain();
    }

    // ---- recalls

    synchronized boolean isRecalling() {
        return recalling;
    }

    /** The tasks to ask back; none if there are none, or they are being asked back already. */
    synchronized List<Long> beginRecall() {
        List<Long> ids = recalling ? List.of() : inFlight.aheadIds();
        recalling = !ids.isEmpty() || recalling;
        return ids;
    }

    /**
     * Takes out the tasks that it gave back. Once they wait again, to be {@linkplain #gaveBack told}.
     *
     * @param unknown gets those that it did not have
     */
    synchronized List<PendingTask<?>> recalled(List<Long> taskIds, List<Long> unknown) {
        recalling = false;
        List<PendingTask<?>> back = new ArrayList<>(taskIds.size());
        for (long taskId : taskIds) {
            PendingTask<?> task = inFlight.remove(taskId);
            if (task != null) {
                task.recalled();
                back.add(task);
                tasks--;
            } else if (phase != Phase.LEAVING) {
                // One that is not well had all its tasks taken away.
                unknown.add(taskId);
            }
        }
        givingBack = !back.isEmpty();
        return back;
    }

    /** Those that it gave back wait again. */
    synchronized void gaveBack() {
        givingBack = false;
    }

    /** Whether there are tasks that it has no more and that do not wait yet. */
    synchronized boolean isGivingBack() {
        return givingBack;
    }

    // ---- its preparation

    /** Whether it may have any task there is. */
    boolean isPrepared() {
        return preparationTook != null;
    }

    /** Fails if it died meanwhile. */
    synchronized boolean beginPreparation(Preparation.Attempt begun) {
        if (phase != Phase.BUSY) {
            return false;
        }
        preparation = begun;
        return true;
    }

    synchronized boolean isPreparing(Preparation.Attempt begun) {
        return preparation == begun;
    }

    synchronized boolean isPreparing() {
        return preparation != null;
    }

    synchronized Preparation.@Nullable Attempt preparation() {
        return preparation;
    }

    /** It is over. {@code took} is how long it took; {@code null} if it failed. */
    synchronized void endPreparation(@Nullable Duration took) {
        preparation = null;
        preparationTook = took;
    }

    /** How long its preparation took; {@code null} if it is not prepared. */
    @Nullable
    Duration preparationTook() {
        return preparationTook;
    }

    // ---- its end

    /** Once for each task that it has. */
    synchronized boolean beginStop(PendingTask<?> task) {
        if (stopped == task || !inFlight.contains(task)) {
            return false;
        }
        stopped = task;
        return true;
    }

    synchronized boolean beginLeaving(Reason reason) {
        if (isEnding()) {
            return false;
        }
        phase = Phase.LEAVING;
        exitReason = reason;
        return true;
    }

    synchronized boolean beginHurry() {
        if (phase != Phase.LEAVING || hurried) {
            return false;
        }
        hurried = true;
        return true;
    }

    /** It is about to be killed; who was first has named the reason. */
    synchronized void doom(Reason reason) {
        if (exitReason == null) {
            exitReason = reason;
        }
    }

    /**
     * As {@link #doom}, if it still runs that task. Should it reply at the last moment, it must not be given another task to
     * die with.
     */
    synchronized boolean doomWith(PendingTask<?> task, Reason reason) {
        if (phase == Phase.GONE || inFlight.current() != task) {
            return false;
        }
        phase = Phase.LEAVING;
        doom(reason);
        return true;
    }

    synchronized boolean isGone() {
        return phase == Phase.GONE;
    }

    /** It is gone, once and for all. Says the same whenever it is asked; nothing is changed if it fails. */
    synchronized Legacy die() {
        Legacy known = legacy;
        if (known == null) {
            known = new Legacy(inFlight.all(), preparation, exitReason == null ? Reason.CRASHED : exitReason);
            inFlight.clear();
            legacy = known;
            phase = Phase.GONE;
            preparation = null;
        }
        return known;
    }

    private boolean isEnding() {
        return phase == Phase.LEAVING || phase == Phase.GONE;
    }

    // ---- its slot

    /** Its place among the workers; {@link Slots#NONE} if it has none (any more), for example since it is leaving. */
    synchronized int slot() {
        return slot;
    }

    /** The slot it had last. */
    synchronized int lastSlot() {
        return lastSlot;
    }

    /** Gives it a slot, unless it needs none any more. */
    synchronized boolean giveSlot(int given) {
        if (isEnding()) {
            return false;
        }
        slot = given;
        lastSlot = given;
        return true;
    }

    /** The slot it had until now, if any: it counts no more among the workers there may be. */
    synchronized int takeAwaySlot() {
        int had = slot;
        slot = Slots.NONE;
        return had;
    }

    /** Gives its slot back if there are more workers than there should be; it must leave then. */
    synchronized boolean giveUpSurplus(Slots slots) {
        if (slot == Slots.NONE || !slots.giveBackSurplus(slot)) {
            return false;
        }
        slot = Slots.NONE;
        return true;
    }
}
