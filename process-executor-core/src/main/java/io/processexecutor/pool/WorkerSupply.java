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

    /** All of which something is left. */
    private final Set<PooledWorker> workers = ConcurrentHashMap.newKeySet();

    /** Those that count against the most there may be; one that ends counts no more, so that another may start. */
    private final AtomicInteger slots = new AtomicInteger();

    private final AtomicInteger starting = new AtomicInteger();
    private final AtomicInteger lastWorkerId = new AtomicInteger();

    WorkerSupply(PoolSettings settings, WorkerPool pool) {
        this.settings = settings;
        this.launcher = new WorkerLauncher(settings.launch());
        this.breaker = new StartBreaker(settings.firstStartPause());
        this.pool = pool;
    }

    Set<PooledWorker> workers() {
        return workers;
    }

    int starting() {
        return starting.get();
    }

    /** Workers that are up and not about to leave. */
    int up() {
        return Math.max(0, slots.get() - starting.get());
    }

    boolean isAboveMinimum() {
        return slots.get() > settings.minWorkers();
    }

    /** Starts workers for tasks that wait and have none coming. */
    void grow(TaskQueue queue) {
        while (!queue.isEmpty() && starting.get() < queue.size() && slots.get() < settings.workers()) {
            if (mustWait() || !launchOne(settings.workers())) {
                return;
            }
        }
    }

    void keepMinimum() {
        while (slots.get() < settings.minWorkers()) {
            if (mustWait() || !launchOne(settings.minWorkers())) {
                return;
            }
        }
    }

    void started() {
        starting.decrementAndGet();
        breaker.succeeded();
    }

    /**
     * A worker did not come up.
     *
     * @return whether it makes no sense to wait for another
     */
    boolean startFailed(PooledWorker worker) {
        // First of all: freeing its slot would start the next one at once.
        boolean open = breaker.failed();
        starting.decrementAndGet();
        workers.remove(worker);
        freeSlot(worker);
        return open && up() == 0;
    }

    /** How long until the next start may be tried. */
    Duration pause() {
        return Duration.ofNanos(Math.max(0, breaker.pauseNanos()));
    }

    /** Returns whether it held a slot until now. */
    boolean freeSlot(PooledWorker worker) {
        boolean freed = worker.freeSlot();
        if (freed) {
            slots.decrementAndGet();
        }
        return freed;
    }

    /** Kills what is being started; nothing is started any more. */
    void abandonLaunches() {
        launcher.abandonLaunches();
    }

    /** Removes what the workers left on disk. */
    void close() {
        launcher.close();
    }

    /** After a failed start one at a time is tried, and not before its pause is over. */
    private boolean mustWait() {
        return breaker.isTripped() && (starting.get() > 0 || breaker.pauseNanos() > 0);
    }

    private boolean launchOne(int most) {
        int before = slots.get();
        if (before >= most) {
            return false;
        }
        if (!slots.compareAndSet(before, before + 1)) {
            return true;
        }
        starting.incrementAndGet();
        PooledWorker worker = new PooledWorker(lastWorkerId.incrementAndGet(), pool, launcher);
        workers.add(worker);
        try {
            worker.start();
        } catch (Throwable noThread) {
            pool.startFailed(worker, notStarted(settings.name(), worker, noThread));
            return false;
        }
        return true;
    }

    static WorkerStartException notStarted(String poolName, PooledWorker worker, Throwable cause) {
        return new WorkerStartException(
                poolName + " - Worker " + worker.id() + " could not be launched: " + cause,
                List.of(),
                List.of(),
                cause);
    }
}
