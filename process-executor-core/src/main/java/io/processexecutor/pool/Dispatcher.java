package io.processexecutor.pool;

import io.processexecutor.WorkerExit.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Brings tasks and workers together, by whichever thread made the second of the two available; no lock is on that way.
 */
final class Dispatcher {

    private final WorkerPool pool;
    private final TaskQueue queue;
    private final WorkerSupply supply;
    private final IdleWorkers idle;
    private final Recycling recycling;
    private final Prefetch prefetch;
    private final PreparedWorkers preparing;

    /** Workers that are reserved for a task, have one, or lost one whose fate is not decided yet. */
    private final AtomicInteger busy;

    Dispatcher(
            WorkerPool pool,
            TaskQueue queue,
            WorkerSupply supply,
            IdleWorkers idle,
            Recycling recycling,
            PreparedWorkers preparing,
            AtomicInteger busy) {
        this.pool = pool;
        this.queue = queue;
        this.supply = supply;
        this.idle = idle;
        this.recycling = recycling;
        this.prefetch = new Prefetch(pool.settings(), queue, supply, recycling, pool.threads());
        this.preparing = preparing;
        this.busy = busy;
    }

    /** Brings waiting tasks and idle workers together until one of them runs out. */
    void dispatch() {
        List<PooledWorker> unfit;
        do {
            unfit = bringTogether();
            preparing.prepareSome(unfit);
            // What came while they were held here found none of them idle.
        } while (!unfit.isEmpty() && (queue.hasModestEntries() || preparing.isWanted()));
        if (!pool.isShutdown()) {
            supply.keepMinimum();
        }
        pool.settle();
    }

    /** Returns workers, reserved, which are not prepared as all the tasks that still wait need it. */
    private List<PooledWorker> bringTogether() {
        List<PooledWorker> unfit = List.of();
        while (queue.hasEntries()) {
            PooledWorker worker = idle.take();
            if (worker == null) {
                if (unfit.isEmpty()) {
                    supply.grow(queue);
                }
                break;
            }
            // Busy before the task leaves the queue: in between, a shutdown must not take the pool for drained.
            busy.incrementAndGet();
            PendingTask<?> task = queue.claim(worker);
            if (task == null || !give(worker, List.of(task))) {
                busy.decrementAndGet();
                if (task == null && !worker.state().isPrepared() && !preparing.isNone()) {
                    unfit = unfit.isEmpty() ? new ArrayList<>() : unfit;
                    unfit.add(worker);
                } else {
                    park(worker);
                }
            }
        }
        return unfit;
    }

    /**
     * Gives tasks to a worker.
     *
     * @param tasks claimed by the worker; unless it runs one already, the first is to run at once
     * @return whether it has something to do now
     */
    private boolean give(PooledWorker worker, List<PendingTask<?>> tasks) {
        PendingTask<?> runsAlready = worker.state().current();
        List<PendingTask<?>> refused = worker.run(tasks);
        for (int i = refused.size() - 1; i >= 0; i--) {
            putBack(refused.get(i), worker, runsAlready != null || refused.get(i) != tasks.get(0));
        }
        if (refused.size() == tasks.size()) {
            return false;
        }
        if (runsAlready != null || tasks.size() > 1) {
            prefetch.given();
        }
        recycling.taskGiven(worker);
        if (runsAlready == null) {
            if (refused.contains(tasks.get(0))) {
                promoted(worker);
            } else {
                pool.deadlines().dispatched(tasks.get(0), worker);
            }
        }
        if (pool.isStopping()) {
            pool.stopTaskOf(worker);
        }
        return true;
    }

    /** A worker runs now what it had ahead. To be called by who reads its replies. */
    private void promoted(PooledWorker worker) {
        PendingTask<?> current = worker.state().current();
        if (current != null) {
            queue.noLongerAhead();
            current.begins();
            pool.deadlines().dispatched(current, worker);
        }
    }

    /** A task that a worker had, or was to have, goes back to where it was, unless it is done. */
    private void putBack(PendingTask<?> task, PooledWorker worker, boolean wasAhead) {
        if (wasAhead) {
            queue.noLongerAhead();
        }
        task.cancelRunTimer();
        task.recalled();
        boolean unused = waitAgain(task, worker);
    }

    // ---- what workers do

    /** A worker replied and can take the next task, if it has none. */
    void release(PooledWorker worker) {
        if (worker.state().current() != null) {
            goOn(worker);
            return;
        }
        if (leavesAsSurplus(worker) || recycling.leaves(worker)) {
            busy.decrementAndGet();
        } else {
            List<PendingTask<?>> next = pool.isStopping() ? List.of() : prefetch.next(worker);
            if (!next.isEmpty() && give(worker, next)) {
                pool.settle();
                return;
            }
            busy.decrementAndGet();
            park(worker);
            if (next.isEmpty()) {
                prefetch.share();
            }
        }
        dispatch();
    }

    /** A worker goes on with a task that it has already. */
    private void goOn(PooledWorker worker) {
        promoted(worker);
        if (pool.isStopping()) {
            pool.stopTaskOf(worker);
        } else if (supply.hasSurplus() || recycling.isDue(worker)) {
            worker.recall();
        } else {
            List<PendingTask<?>> more = prefetch.more(worker);
            if (!more.isEmpty()) {
                boolean unused = give(worker, more);
            }
        }
        pool.settle();
    }

    /**
     * A worker will not begin some of its tasks.
     *
     * @param tasks in the order in which it had them
     * @param first the one it was to run first
     */
    void givenBack(PooledWorker worker, List<PendingTask<?>> tasks, @Nullable PendingTask<?> first) {
        if (tasks.isEmpty()) {
            // What it runs now it may have been given meanwhile.
            return;
        }
        for (int i = tasks.size() - 1; i >= 0; i--) {
            putBack(tasks.get(i), worker, tasks.get(i) != first);
        }
        PendingTask<?> current = worker.state().current();
        if (current == null) {
            release(worker);
        } else if (current != first) {
            promoted(worker);
        }
        dispatch();
    }

    /** A worker replied that it is not well. Its replacement starts before it ends. */
    void retire(PooledWorker worker, List<PendingTask<?>> notBegun) {
        for (int i = notBegun.size() - 1; i >= 0; i--) {
            putBack(notBegun.get(i), worker, true);
        }
        retire(worker);
    }

    /** As the other, of one that has no tasks. */
    void retire(PooledWorker worker) {
        busy.decrementAndGet();
        worker.leave(Reason.UNHEALTHY);
        dispatch();
    }

    // ---- what becomes available

    /** Makes a worker available, if it is still one of those there should be. */
    void park(PooledWorker worker) {
        if (!leavesAsSurplus(worker)) {
            idle.park(worker);
            recycling.idle(worker);
        }
    }

    private boolean leavesAsSurplus(PooledWorker worker) {
        if (!supply.freeSurplusSlot(worker)) {
            return false;
        }
        worker.leave(Reason.RESIZED);
        return true;
    }

    /** A task that a worker had waits again, unless it is done. */
    boolean waitAgain(PendingTask<?> task, PooledWorker worker) {
        if (!task.giveBack(worker)) {
            task.releasePayload();
            return false;
        }
        queue.putBack(task);
        pool.deadlines().queued(task);
        pool.cameBack(task, worker);
        return true;
    }
}
