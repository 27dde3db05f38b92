package io.processexecutor.pool;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets tasks into the queue, as long as it has room or a caller waits until it has. */
final class Admission {

    private static final String UNPREPARED = "an ObjectReplacer replaced something in it and says of itself that"
            + " needsPreparedWorker, but there is no preparation: set one with Builder.preparation";

    /**
     * Usually they take a microsecond, and where the thread gets no processor a few milliseconds, or hundreds of them on a
     * virtual machine that gets none itself.
     */
    private static final long LONGEST_CLAIM_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PoolSettings settings;
    private final TaskQueue queue;
    private final WorkerSupply supply;
    private final TaskOutcomes outcomes;
    private final PoolStatistics statistics;
    private final AtomicInteger busy;
    private final Room room = new Room();
    private volatile boolean closed;

    Admission(
            PoolSettings settings,
            TaskQueue queue,
            WorkerSupply supply,
            TaskOutcomes outcomes,
            PoolStatistics statistics,
            AtomicInteger busy) {
        this.settings = settings;
        this.queue = queue;
        this.supply = supply;
        this.outcomes = outcomes;
        this.statistics = statistics;
        this.busy = busy;
    }

    /** Puts a task into the queue, once there is room for it, or throws. */
    void admit(PendingTask<?> task) {
        if (closed) {
            throw rejected(task, Room.SHUT_DOWN);
        }
        if (task.needsPreparedWorker() && settings.preparation() == null) {
            throw rejected(task, UNPREPARED);
        }
        if (room.hasWaiters() || !offer(task)) {
            room.admit(
                    () -> queue.offer(task, limit()),
                    () -> closed,
                    settings.submitTimeout(),
                    why -> rejected(task, why));
        }
    }

    /** What is thrown at the submitter of a task that is not taken. */
    RejectedExecutionException rejected(PendingTask<?> task, String why) {
        outcomes.rejected(task);
        return new RejectedExecutionException(refusal(settings.name(), task.toString(), why, statistics.describe()));
    }

    /** As the submitter of a task is told. */
    static String refusal(String executor, String task, String why, String state) {
        return executor + " - The executor does not take the " + task + ": " + why + " (" + state + ")";
    }

    /** A task left the queue, or a worker that will take one. */
    void roomMayHaveCome() {
        room.mayHaveCome();
    }

    /** From now on nothing is taken. */
    void close() {
        closed = true;
        room.close();
    }

    /**
     * Puts a task into the queue if there is room. While a claim is under way a task counts as waiting and as having a worker:
     * what then looks full need not be, so it is looked again.
     */
    @SuppressWarnings("ThreadPriorityCheck") // who is claiming may wait for this very processor
    private boolean offer(PendingTask<?> task) {
        long began = 0;
        while (true) {
            long claimsEnded = queue.claimsEnded();
            if (queue.offer(task, limit())) {
                return true;
            }
            long now = System.nanoTime() | 1;
            began = began == 0 ? now : began;
            if (queue.isWithoutClaimsSince(claimsEnded) || now - began > LONGEST_CLAIM_NANOS) {
                return false;
            }
            Thread.yield();
        }
    }

    private int limit() {
        // A task for which there is or will be a worker at once does not count as waiting.
        long limit = (long) settings.queueCapacity() + Math.max(0, supply.most() - busy.get());
        return (int) Math.min(limit, Integer.MAX_VALUE);
    }
}
