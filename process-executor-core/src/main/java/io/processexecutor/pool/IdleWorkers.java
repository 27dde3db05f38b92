package io.processexecutor.pool;

import io.processexecutor.WorkerExit.Reason;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/** The workers that wait for a task. Last in, first out: what is not needed grows old and is let go. Without locks. */
final class IdleWorkers {

    private final Deque<PooledWorker> workers = new ConcurrentLinkedDeque<>();
    private final Duration timeout;
    private final WorkerSupply supply;
    private final Alarm eviction;

    IdleWorkers(Duration timeout, WorkerSupply supply, PoolThreads threads) {
        this.timeout = timeout;
        this.supply = supply;
        this.eviction = new Alarm(threads, this::evict, timeout);
    }

    /** Takes in a worker, unless it is about to leave. */
    void park(PooledWorker worker) {
        if (worker.state().becomeIdle()) {
            workers.addFirst(worker);
            if (supply.isAboveMinimum()) {
                eviction.set();
            }
        }
    }

    /** The worker that was used last, reserved. */
    @Nullable
    PooledWorker take() {
        PooledWorker worker;
        while ((worker = workers.pollFirst()) != null) {
            if (worker.state().reserve()) {
                return worker;
            }
        }
        return null;
    }

    /** The worker that was idle for longest, reserved. */
    @Nullable
    PooledWorker takeOldest() {
        PooledWorker worker;
        while ((worker = workers.pollLast()) != null) {
            if (worker.state().reserve()) {
                return worker;
            }
        }
        return null;
    }

    /** Takes one out, reserved, if it is idle. */
    boolean take(PooledWorker worker) {
        if (!worker.state().reserve()) {
            return false;
        }
        workers.remove(worker);
        return true;
    }

    void forget(PooledWorker worker) {
        workers.remove(worker);
    }

    /** Lets go those that were idle for too long, oldest first. */
    private void evict() {
        PooledWorker oldest;
        while (supply.isAboveMinimum() && (oldest = workers.peekLast()) != null) {
            if (!oldest.state().isIdle()) {
                // It was taken before it was put in here.
                workers.removeLastOccurrence(oldest);
                continue;
            }
            if (System.nanoTime() - oldest.state().idleSinceNanos() < PoolThreads.nanos(timeout)) {
                break;
            }
            if (workers.removeLastOccurrence(oldest) && oldest.state().reserve()) {
                oldest.leave(Reason.IDLE);
            }
        }
        if (!workers.isEmpty() && supply.isAboveMinimum()) {
            eviction.set();
        }
    }
}
