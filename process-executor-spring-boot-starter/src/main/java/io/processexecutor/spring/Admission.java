package io.processexecutor.spring;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one bound of everything that is given to an executor, by whichever way: a task is in from its acceptance until it is
 * done, and as many may be in as run at once and may wait. Without a lock, unless somebody waits for room or for the end.
 */
final class Admission {

    private final LongSupplier limit;
    private final AtomicLong inside = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private volatile int waiting;
    private volatile @Nullable CompletableFuture<Void> idle;

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
        return enterNow() || enterLater(nanos);
    }

    private boolean enterNow() {
        long before;
        do {
            before = inside.get();
            if (before >= limit.getAsLong()) {
                return false;
            }
        } while (!inside.compareAndSet(before, before + 1));
        return true;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    private boolean enterLater(long nanos) throws InterruptedException {
        lock.lock();
        waiting++;
        try {
            long left = nanos;
            // Asked after it is known that somebody waits: who leaves from here on tells.
            while (!enterNow()) {
                if (left <= 0) {
                    return false;
                }
                left = room.awaitNanos(left);
            }
            return true;
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    void leave() {
        long left = inside.decrementAndGet();
        if (waiting > 0) {
            lock.lock();
            try {
                room.signal();
            } finally {
                lock.unlock();
            }
        }
        if (left == 0 && idle != null) {
            tellIdle();
        }
    }

    /** Completes when nothing is in any more, or the time is over. */
    CompletableFuture<Void> idle(long nanos) {
        CompletableFuture<Void> reached;
        lock.lock();
        try {
            reached = idle;
            if (reached == null) {
                reached = new CompletableFuture<>();
                idle = reached;
            }
        } finally {
            lock.unlock();
        }
        if (inside.get() == 0) {
            tellIdle();
        }
        return reached.copy().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
    }

    private void tellIdle() {
        CompletableFuture<Void> reached;
        lock.lock();
        try {
            reached = idle;
            idle = null;
        } finally {
            lock.unlock();
        }
        if (reached != null) {
            reached.complete(null);
        }
    }
}
