package io.processexecutor.spring;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one bound of everything that is given to an executor, by whichever way: a task is in from its acceptance until it is
 * done, and as many may be in as run at once and may wait.
 */
final class Admission {

    private final LongSupplier limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private int inside;
    private @Nullable CompletableFuture<Void> idle;

    Admission(LongSupplier limit) {
        this.limit = limit;
    }

    /**
     * Lets one more in.
     *
     * @param nanos how long to wait for room
     * @return whether there is room
     */
    boolean enter(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (inside >= limit.getAsLong()) {
                if (left <= 0) {
                    return false;
                }
                left = room.awaitNanos(left);
            }
            inside++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        CompletableFuture<Void> reached = null;
        lock.lock();
        try {
            inside--;
            room.signal();
            if (inside == 0) {
                reached = idle;
                idle = null;
            }
        } finally {
            lock.unlock();
        }
        if (reached != null) {
            reached.complete(null);
        }
    }

    /** Completes when nothing is in any more, or the time is over. */
    CompletableFuture<Void> idle(long nanos) {
        lock.lock();
        try {
            if (inside == 0) {
                return CompletableFuture.completedFuture(null);
            }
            if (idle == null) {
                idle = new CompletableFuture<>();
            }
            return idle.copy().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
        } finally {
            lock.unlock();
        }
    }
}
