package io.processexecutor.pool;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Callers that wait for room in a full queue, first come first served. Costs those who find room a look at an empty queue. */
final class Room {

    /** Why a task is not taken. */
    static final String SHUT_DOWN = "it is shut down";

    private static final String FULL = "its queue is full";

    /** Thread and whether it still waits; by identity, since a thread may wait twice over. */
    private static final class Waiter {
        private final Thread thread = Thread.currentThread();
    }

    private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();

    boolean hasWaiters() {
        return !waiters.isEmpty();
    }

    /**
     * Waits until an attempt succeeds, or throws.
     *
     * @param attempt see {@link #await}
     * @param closed see {@link #await}
     * @param patience how long to wait at most
     * @param rejected what is to be thrown, by the reason
     */
    void admit(
            BooleanSupplier attempt,
            BooleanSupplier closed,
            Duration patience,
            Function<String, RejectedExecutionException> rejected) {
        if (closed.getAsBoolean()) {
            throw rejected.apply(SHUT_DOWN);
        }
        if (patience.isZero()) {
            throw rejected.apply(FULL);
        }
        boolean accepted;
        try {
            accepted = await(attempt, closed, PoolThreads.nanos(patience));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            RejectedExecutionException interrupted = rejected.apply(FULL + " and the caller was interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
        if (!accepted) {
            throw rejected.apply(closed.getAsBoolean() ? SHUT_DOWN : FULL + " and stayed so for " + patience);
        }
    }

    /**
     * Waits until an attempt succeeds.
     *
     * @param attempt tries to get room; asked when room may have come and this caller is the first of those who wait
     * @param closed whether there will be no room any more
     * @param nanos how long to wait at most
     * @return whether it succeeded
     * @throws InterruptedException if the caller is interrupted; it has no room then
     */
    private boolean await(BooleanSupplier attempt, BooleanSupplier closed, long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        Waiter self = new Waiter();
        waiters.add(self);
        try {
            while (true) {
                if (waiters.peek() == self && attempt.getAsBoolean()) {
                    return true;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0 || closed.getAsBoolean()) {
                    return false;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            waiters.remove(self);
            // Room for two may have come at once, or this one gave up what the next can use.
            mayHaveCome();
        }
    }

    /** Wakes the first of those who wait. */
    void mayHaveCome() {
        Waiter first = waiters.peek();
        if (first != null) {
            LockSupport.unpark(first.thread);
        }
    }

    /** Wakes all, since there will be none. */
    void close() {
        waiters.forEach(waiter -> LockSupport.unpark(waiter.thread));
    }
}
