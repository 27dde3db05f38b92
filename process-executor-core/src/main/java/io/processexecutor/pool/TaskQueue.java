package io.processexecutor.pool;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait for a worker, oldest first within either kind. Without locks. A task that is done while it waits counts no more at
 * once, and is swept out when such tasks outnumber the waiting ones.
 */
final class TaskQueue {

    private static final int SWEEP_AT_LEAST = 256;

    private final Deque<PendingTask<?>> tasks = new ConcurrentLinkedDeque<>();

    /** Those that only a prepared worker may have. */
    private final Deque<PendingTask<?>> demanding = new ConcurrentLinkedDeque<>();

    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final AtomicInteger putBacks = new AtomicInteger();
    private final AtomicLong claimsBegun = new AtomicLong();
    private final AtomicLong claimsEnded = new AtomicLong();

    /** Adds a new task, unless the given number wait already. */
    boolean offer(PendingTask<?> task, int limit) {
        int before;
        do {
            before = size.get();
            if (before >= limit) {
                return false;
            }
        } while (!size.compareAndSet(before, before + 1));
        boolean added = false;
        try {
            of(task).addLast(task);
            added = true;
        } finally {
            if (!added) {
                size.decrementAndGet();
            }
        }
        return true;
    }

    /** Adds a task that was taken already and did not begin. */
    void putBack(PendingTask<?> task) {
        putBacks.incrementAndGet();
        size.incrementAndGet();
        addFirst(of(task), task);
    }

    /** Whoever took it out has it and nobody else: it must get back. */
    private static void addFirst(Deque<PendingTask<?>> deque, PendingTask<?> task) {
        long until = Shortage.longest();
        while (true) {
            try {
                deque.addFirst(task);
                return;
            } catch (Throwable e) {
                if (!Shortage.mayPass(e, until)) {
                    throw e;
                }
            }
        }
    }

    /** Has the worker claim it, which takes room. */
    private static boolean claim(PendingTask<?> task, PooledWorker worker, Deque<PendingTask<?>> from) {
        try {
            return task.claim(worker);
        } catch (Throwable e) {
            addFirst(from, task);
            throw e;
        }
    }

    /** From here on a worker is busy for the sake of a task that still waits, and until {@link #claimEnds} one task counts for two. */
    void claimBegins() {
        claimsBegun.incrementAndGet();
    }

    /** The task waits no more, or the worker is not busy. */
    void claimEnds() {
        claimsEnded.incrementAndGet();
    }

    /** How many claims have ended. */
    long claimsEnded() {
        return claimsEnded.get();
    }

    /** Whether none has been under way since so many had ended. */
    boolean isWithoutClaimsSince(long ended) {
        return claimsBegun.get() == ended;
    }

    /** The worker is not given a task which it claimed, after all. */
    void unclaim(PendingTask<?> task, PooledWorker worker) {
        if (task.giveBack(worker)) {
            putBack(task);
        }
    }

    /** Takes the oldest task that a worker may have. */
    @Nullable
    PendingTask<?> claim(PooledWorker worker) {
        Deque<PendingTask<?>> next = next(worker);
        PendingTask<?> task;
        while ((task = next.pollFirst()) != null) {
            if (claim(task, worker, next)) {
                size.decrementAndGet();
                return task;
            }
            next = next(worker);
        }
        return null;
    }

    /**
     * Takes the oldest task that a worker may have after another. It counts as waiting until it is {@linkplain
     * #noLongerAhead() no longer ahead}.
     *
     * @param worker the worker
     * @param maxBytes how large the task may be
     */
    @Nullable
    PendingTask<?> claimAhead(PooledWorker worker, int maxBytes) {
        while (true) {
            Deque<PendingTask<?>> next = next(worker);
            PendingTask<?> first = next.peekFirst();
            if (first == null
                    || first.payloadBytes() > maxBytes
                    || first.options().queueTimeout().isPresent()) {
                return null;
            }
            // If somebody else was faster this is the one after, whatever it is like: if it has to wait it is recalled.
            first = next.pollFirst();
            if (first != null && claim(first, worker, next)) {
                return first;
            }
        }
    }

    /** A task that a worker had ahead is run by it, or is not there any more. */
    void noLongerAhead() {
        size.decrementAndGet();
    }

    /** Makes a task done if it waits here; it is then the caller's to complete. */
    boolean remove(PendingTask<?> task) {
        if (!task.finishIf(PendingTask.NoWorker.QUEUED)) {
            return false;
        }
        left();
        return true;
    }

    /** A task that waited here was made done by somebody else. */
    void left() {
        int waiting = size.decrementAndGet();
        if (abandoned.incrementAndGet() > Math.max(SWEEP_AT_LEAST, waiting)) {
            abandoned.set(0);
            try {
                tasks.removeIf(PendingTask::isDone);
                demanding.removeIf(PendingTask::isDone);
            } catch (OutOfMemoryError e) {
                // Then the next time.
            }
        }
    }

    /** The tasks that wait now, oldest first; they stay. */
    List<PendingTask<?>> waiting() {
        List<PendingTask<?>> waiting = new ArrayList<>(tasks);
        waiting.addAll(demanding);
        waiting.removeIf(task -> !task.isQueued());
        return waiting;
    }

    /** Those of them that wait for a prepared worker. */
    List<PendingTask<?>> demanding() {
        List<PendingTask<?>> waiting = new ArrayList<>(demanding);
        waiting.removeIf(task -> !task.isQueued());
        return waiting;
    }

    /** Whether there is something that any worker may claim. */
    boolean hasModestEntries() {
        return !tasks.isEmpty();
    }

    /** Whether there is something to claim, or something done that whoever comes to claim sweeps out. */
    boolean hasEntries() {
        return !tasks.isEmpty() || hasDemandingEntries();
    }

    /** What is done is swept out here, since most of those who come to claim may not have these. */
    private boolean hasDemandingEntries() {
        PendingTask<?> first;
        while ((first = demanding.peekFirst()) != null && first.isDone()) {
            boolean unused = demanding.remove(first);
        }
        return first != null;
    }

    int size() {
        return size.get();
    }

    /** How often a task was put back; who finds no task here and none at the workers may ask whether one slipped by. */
    int putBacks() {
        return putBacks.get();
    }

    boolean isEmpty() {
        return size.get() <= 0;
    }

    private Deque<PendingTask<?>> of(PendingTask<?> task) {
        return task.needsPreparedWorker() ? demanding : tasks;
    }

    /** Where the oldest task is that the worker may have. */
    private Deque<PendingTask<?>> next(PooledWorker worker) {
        PendingTask<?> other = worker.state().isPrepared() ? demanding.peekFirst() : null;
        PendingTask<?> one = other == null ? null : tasks.peekFirst();
        return other == null || (one != null && one.id() < other.id()) ? tasks : demanding;
    }
}
