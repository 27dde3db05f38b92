package io.processexecutor.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends workers tasks ahead of the one they run, so that a short task does not cost a round trip in which the worker waits.
 * Only while more tasks wait than there are workers, only as many as the worker is done with in a moment or one that is
 * short, and none that is large. If the worker turns out to take longer, or another has nothing to do, they are recalled, so
 * that long tasks do not wait for each other.
 */
final class Prefetch {

    /** How long a task that was sent ahead waits for a short one before it until it is recalled, and twice that at most. */
    private static final Duration PATIENCE = Duration.ofMillis(5);

    /** What is large takes longer to be read than to be waited for. */
    private static final int LARGE_BYTES = 16 * 1024;

    private final int most;
    private final TaskQueue queue;
    private final WorkerSupply supply;
    private final Recycling recycling;
    private final Alarm watch;

    Prefetch(PoolSettings settings, TaskQueue queue, WorkerSupply supply, Recycling recycling, PoolThreads threads) {
        this.most = settings.queueTimeout() == null ? settings.prefetch() : 0;
        this.queue = queue;
        this.supply = supply;
        this.recycling = recycling;
        this.watch = new Alarm(threads, this::look, PATIENCE);
    }

    /**
     * Takes tasks out of the queue for a worker that has none.
     *
     * @return the first is to be run at once; empty if none waits that it may have
     */
    List<PendingTask<?>> next(PooledWorker worker) {
        PendingTask<?> first = queue.claim(worker);
        if (first == null) {
            return List.of();
        }
        List<PendingTask<?>> tasks;
        int count;
        try {
            count = Math.min(room(worker), recycling.tasksLeft(worker) - 1);
            if (count <= 0) {
                return List.of(first);
            }
            tasks = new ArrayList<>(1 + count);
        } catch (Throwable e) {
            queue.unclaim(first, worker);
            throw e;
        }
        tasks.add(first);
        claim(worker, count, tasks);
        return tasks;
    }

    /** Takes tasks out of the queue that a worker is to run after those that it has. */
    List<PendingTask<?>> more(PooledWorker worker) {
        int has = worker.state().ahead();
        int room = room(worker);
        // Half of them at a time, since each time costs a system call.
        int count = Math.min(room - has, recycling.tasksLeft(worker));
        if (has > room / 2 || count <= 0 || worker.state().isRecalling()) {
            return List.of();
        }
        List<PendingTask<?>> tasks = new ArrayList<>(count);
        claim(worker, count, tasks);
        return tasks;
    }

    private int room(PooledWorker worker) {
        if (most == 0 || supply.slots().held() < supply.most() || recycling.isDue(worker)) {
            return 0;
        }
        // With fewer than this the others would soon have none.
        int share = queue.size() / (2 * supply.most());
        return (int) Math.min(Math.min(most, share), worker.pace().ahead());
    }

    private void claim(PooledWorker worker, int count, List<PendingTask<?>> tasks) {
        for (int left = count; left > 0; left--) {
            PendingTask<?> task;
            try {
                task = queue.claimAhead(worker, LARGE_BYTES);
            } catch (OutOfMemoryError e) {
                // Those that it has already are enough.
                break;
            }
            if (task == null) {
                break;
            }
            tasks.add(task);
        }
    }

    /** To be called once a worker has tasks ahead, each time it got some: sees to it that they do not wait for long. */
    void given() {
        watch.set();
    }

    /** To be called when a worker finds nothing to do: it may have what others have ahead. */
    void share() {
        for (PooledWorker worker : supply.workers()) {
            if (worker.pace().isWorthHelping() && worker.state().ahead() > 0) {
                worker.recall();
            }
        }
    }

    private void look() {
        boolean any = false;
        for (PooledWorker worker : supply.workers()) {
            if (worker.state().ahead() > 0) {
                any = true;
                if (worker.pace().isStill(PATIENCE.toNanos())) {
                    worker.recall();
                }
            }
        }
        if (any) {
            watch.set();
        }
    }
}
