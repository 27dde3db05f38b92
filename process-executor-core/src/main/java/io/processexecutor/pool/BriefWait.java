package io.processexecutor.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets a caller who waits for a task that is about to end look for the result for a moment before it goes to sleep, since to
 * be woken takes longer than a short task. Only where there are processors to spare: half of them are left to the workers.
 */
final class BriefWait {

    /** Two wake-ups on another processor, and some. */
    static final long MOMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** Each worker that is busy needs a processor, and so does each caller that looks. */
    private static final int MOST = Runtime.getRuntime().availableProcessors() / 2;

    private final AtomicInteger busy;
    private final AtomicInteger looking = new AtomicInteger();

    /**
     * Creates one.
     *
     * @param busy how many workers are busy
     */
    BriefWait(AtomicInteger busy) {
        this.busy = busy;
    }

    /** Returns once the task's future is done, or a moment later at most. */
    @SuppressWarnings("ThreadPriorityCheck") // who completes the future may wait for this very processor
    void await(PendingTask<?> task) {
        if (busy.get() > MOST
                || !(task.owner() instanceof PooledWorker worker)
                || !worker.pace().isBrief()) {
            return;
        }
        if (looking.incrementAndGet() <= MOST) {
            long began = System.nanoTime();
            while (!task.future().isDone() && System.nanoTime() - began < MOMENT_NANOS) {
                Thread.yield();
            }
        }
        looking.decrementAndGet();
    }
}
