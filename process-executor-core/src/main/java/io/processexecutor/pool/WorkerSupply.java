package io.processexecutor.pool;

import io.processexecutor.WorkerStartException;
import io.processexecutor.internal.process.WorkerLauncher;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many workers there are, may be and must be; starts them. */
final class WorkerSupply {

    private final PoolSettings settings;
    private final WorkerLauncher launcher;
    private final WorkerPool pool;
    private final StartBreaker breaker;
    private final Slots slots;

    /** All of which something is left. */
    private final Set<PooledWorker> workers = ConcurrentHashMap.newKeySet();

    /** Those with a slot that are not up yet. */
    private final AtomicInteger starting = new AtomicInteger();

    private final AtomicInteger lastWorkerId = new AtomicInteger();

    WorkerSupply(PoolSettings settings, String serialization, WorkerPool pool) {
        this.settings = settings;
        this.launcher = new WorkerLauncher(settings.launch(), serialization);
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

    int starting() {
        return starting.get();
    }

    /** Workers that are up and not about to leave. */
    int up() {
        return Math.max(0, slots.held() - starting.get());
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
        while (!queue.isEmpty() && starting.get() < queue.size() && slots.held() < slots.most()) {
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
    boolean started(PooledWorker worker) {
        if (worker.slot() != Slots.NONE) {
            starting.decrementAndGet();
        }
        return breaker.succeeded();
    }

    /**
     * A worker did not come up.
     *
     * @return whether it makes no sense to wait for another
     */
    boolean startFailed(PooledWorker worker) {
        // First of all: freeing its slot would start the next one at once.
        boolean open = breaker.failed();
        workers.remove(worker);
        if (freeSlot(worker)) {
            starting.decrementAndGet();
        }
        return open && up() == 0;
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
        int slot = worker.takeAwaySlot();
        if (slot == Slots.NONE) {
            return false;
        }
        slots.giveBack(slot);
        return true;
    }

    /** Frees the slot of a worker if there are more than there should be; it must leave then. */
    boolean freeSurplusSlot(PooledWorker worker) {
        return slots.held() > slots.most() && worker.giveUpSurplus(slots);
    }

    // ---- replacements, which have no slot before they take one over

    boolean mayReplace(PooledWorker worker) {
        return !pool.isShutdown() && !breaker.isTripped() && slots.held() <= slots.most();
    }

    PooledWorker newSuccessor() {
        return newWorker(Slots.NONE);
    }

    void launch(PooledWorker worker) {
        workers.add(worker);
        try {
            worker.start();
        } catch (Throwable noThread) {
            pool.startFailed(worker, notStarted(settings.name(), worker, noThread));
        }
    }

    int takeSlot() {
        return slots.take(slots.most());
    }

    /** A replacement that is not up yet was given a slot. */
    void startingInSlot() {
        starting.incrementAndGet();
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
        return breaker.isTripped() && (starting.get() > 0 || breaker.pauseNanos() > 0);
    }

    private boolean launchOne(int most) {
        int slot = slots.take(most);
        if (slot == Slots.NONE) {
            return false;
        }
        starting.incrementAndGet();
        PooledWorker worker = newWorker(slot);
        launch(worker);
        return true;
    }

    private PooledWorker newWorker(int slot) {
        return new PooledWorker(lastWorkerId.incrementAndGet(), slot, pool, launcher);
    }
}
