package io.processexecutor.pool;

import io.processexecutor.WorkerStartException;
import io.processexecutor.internal.files.SharedFiles;
import io.processexecutor.internal.process.Rehearsals;
import io.processexecutor.internal.process.WorkerLauncher;
import io.processexecutor.internal.sharing.SharedStorage;
import io.processexecutor.serialization.ExecutorSerializers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many workers there are, may be and must be; starts them. */
final class WorkerSupply {

    private final PoolSettings settings;
    private final WorkerLauncher launcher;
    private final WorkerPool pool;
    private final StartBreaker breaker;
    private final Slots slots;

    /** All of which something is left. */
    private final Set<PooledWorker> workers = ConcurrentHashMap.newKeySet();

    private final AtomicInteger lastWorkerId = new AtomicInteger();

    WorkerSupply(PoolSettings settings, ExecutorSerializers serializers, Rehearsals rehearsals, WorkerPool pool) {
        this.settings = settings;
        this.launcher =
                new WorkerLauncher(settings.launch(), serializers.describe(), serializers::expected, rehearsals);
        this.breaker = new StartBreaker(settings.firstStartPause());
        this.slots = new Slots(settings.workers());
        this.pool = pool;
    }

    Set<PooledWorker> workers() {
        return workers;
    }

    Slots slots() {
        return slots;
    }

    /** The files that it shares with them; {@code null} if there is no place for any. */
    @Nullable
    SharedFiles sharedFiles() {
        return launcher.sharedFiles();
    }

    /** A worker was prepared. */
    void prepared() {
        launcher.prepared();
    }

    /** Workers with a slot that are not up yet. Counted anew each time, so that no race can make it wrong for good. */
    int starting() {
        int count = 0;
        for (PooledWorker worker : workers) {
            if (worker.state().isStarting()) {
                count++;
            }
        }
        return count;
    }

    /** Workers that are up and not about to leave. */
    int up() {
        return Math.max(0, slots.held() - starting());
    }

    /** The most workers that may work at once. */
    int most() {
        return slots.most();
    }

    boolean isAboveMinimum() {
        return slots.held() > minimum();
    }

    /** Starts workers for tasks that wait and have none coming. */
    void grow(TaskQueue queue) {
        while (slots.held() < slots.most() && !queue.isEmpty() && starting() < queue.size()) {
            if (mustWait() || !launchOne(slots.most())) {
                return;
            }
        }
    }

    void keepMinimum() {
        while (slots.held() < minimum()) {
            if (mustWait() || !launchOne(minimum())) {
                return;
            }
        }
    }

    /**
     * A worker came up.
     *
     * @return whether that was the first after so many failures that they were told
     */
    boolean started() {
        return breaker.succeeded();
    }

    /** A worker did not come up. To be called once for each, and before it is {@linkplain #forget forgotten}. */
    void startFailed() {
        int unused = breaker.failed();
    }

    /** There is no such worker after all. Never fails. */
    void forget(PooledWorker worker) {
        workers.remove(worker);
        worker.state().neverStarted();
        boolean unused = freeSlot(worker);
    }

    /** Finds out whether starts work again, though nobody asks for a worker. */
    void probe() {
        if (breaker.isOpen() && !mustWait()) {
            boolean unused = launchOne(slots.most());
        }
    }

    boolean isBreakerOpen() {
        return breaker.isOpen();
    }

    /** How long until the next start may be tried. */
    Duration pause() {
        return Duration.ofNanos(Math.max(0, breaker.pauseNanos()));
    }

    /** Returns whether it held a slot until now. */
    boolean freeSlot(PooledWorker worker) {
        int slot = worker.state().takeAwaySlot();
        if (slot == Slots.NONE) {
            return false;
        }
        slots.giveBack(slot);
        return true;
    }

    /** Whether there are more workers than there should be. */
    boolean hasSurplus() {
        return slots.held() > slots.most();
    }

    /** Frees the slot of a worker if there are more than there should be; it must leave then. */
    boolean freeSurplusSlot(PooledWorker worker) {
        return hasSurplus() && worker.state().giveUpSurplus(slots);
    }

    // ---- replacements, which have no slot before they take one over

    /** A worker without a slot is leaving already. */
    boolean mayReplace(PooledWorker worker) {
        return worker.state().slot() != Slots.NONE && !isShutdown() && !mustWait() && slots.held() <= slots.most();
    }

    boolean isShutdown() {
        return pool.isShutdown();
    }

    PooledWorker newSuccessor() {
        return newWorker(Slots.NONE);
    }

    void launch(PooledWorker worker) {
        try {
            workers.add(worker);
            worker.start();
        } catch (Throwable noThread) {
            notLaunched(worker, noThread);
        }
    }

    /** If it cannot even be told that there is no such worker, whoever wanted it has to know that. */
    private void notLaunched(PooledWorker worker, Throwable why) {
        boolean told = false;
        try {
            pool.startFailed(worker, notStarted(settings.name(), worker, why));
            told = true;
        } finally {
            if (!told) {
                forget(worker);
            }
        }
    }

    int takeSlot() {
        return slots.take(slots.most());
    }

    /** Where the workers find what is shared. */
    SharedStorage storage() {
        return new PoolStorage(launcher, workers);
    }

    // ---- the end

    long refusedConnections() {
        return launcher.refusals();
    }

    /** Kills what is being started; nothing is started any more. */
    void abandonLaunches() {
        launcher.abandonLaunches();
    }

    /** Removes what the workers left on disk. */
    void close() {
        launcher.close();
    }

    static WorkerStartException notStarted(String poolName, PooledWorker worker, Throwable cause) {
        return new WorkerStartException(
                poolName + " - Worker " + worker.id() + " could not be launched: " + cause,
                List.of(),
                List.of(),
                cause);
    }

    private int minimum() {
        return Math.min(settings.minWorkers(), slots.most());
    }

    /** After a failed start one at a time is tried, and not before its pause is over. */
    private boolean mustWait() {
        return breaker.isTripped() && (starting() > 0 || breaker.pauseNanos() > 0);
    }

    private boolean launchOne(int most) {
        int slot = slots.take(most);
        if (slot == Slots.NONE) {
            return false;
        }
        launch(newWorkerIn(slot));
        return true;
    }

    private PooledWorker newWorkerIn(int slot) {
        try {
            return newWorker(slot);
        } catch (Throwable e) {
            slots.giveBack(slot);
            throw e;
        }
    }

    private PooledWorker newWorker(int slot) {
        return new PooledWorker(lastWorkerId.incrementAndGet(), slot, pool, launcher);
    }
}
