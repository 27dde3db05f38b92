package io.processexecutor.pool;

import io.processexecutor.WorkerExit.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings tasks and workers together, by whichever thread made the second of the two available; no lock is on that way.
 */
final class Dispatcher {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

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
        try {
            while (queue.hasEntries()) {
                PooledWorker worker = idle.take();
                if (worker == null) {
                    if (unfit.isEmpty()) {
                        supply.grow(queue);
                    }
                    break;
                }
                unfit = giveTo(worker, unfit);
            }
        } catch (Throwable e) {
            // Else nobody would find them. Not even an iterator, for which there may be no room.
            for (int i = 0; i < unfit.size(); i++) {
                park(unfit.get(i));
            }
            throw e;
        }
        return unfit;
    }

    /** Gives a reserved worker the next task, or makes it wait for one, or else adds it to the unfit ones. */
    private List<PooledWorker> giveTo(PooledWorker worker, List<PooledWorker> unfit) {
        boolean given;
        try {
            PendingTask<?> task = claim(worker);
            if (task == null && !worker.state().isPrepared() && !preparing.isNone()) {
                List<PooledWorker> more = unfit.isEmpty() ? new ArrayList<>() : unfit;
                more.add(worker);
                return more;
            }
            given = task != null && giveClaimed(worker, task);
        } catch (Throwable e) {
            park(worker);
            throw e;
        }
        if (!given) {
            park(worker);
        }
        return unfit;
    }

    /** Takes a task out of the queue for a reserved worker, which is busy from here on if there is one. */
    private @Nullable PendingTask<?> claim(PooledWorker worker) {
        PendingTask<?> task = null;
        queue.claimBegins();
        // Busy before the task leaves the queue: in between, a shutdown must not take the pool for drained.
        busy.incrementAndGet();
        try {
            task = queue.claim(worker);
        } finally {
            if (task == null) {
                busy.decrementAndGet();
            }
            queue.claimEnds();
        }
        return task;
    }

    /** Gives a worker the task that it claimed, or it is not busy any more. */
    private boolean giveClaimed(PooledWorker worker, PendingTask<?> task) {
        boolean given = false;
        try {
            given = give(worker, task);
        } finally {
            if (!given) {
                busy.decrementAndGet();
            }
        }
        return given;
    }

    private boolean give(PooledWorker worker, PendingTask<?> task) {
        List<PendingTask<?>> tasks;
        try {
            tasks = List.of(task);
        } catch (Throwable e) {
            putBack(task, worker, false);
            throw e;
        }
        return give(worker, tasks);
    }

    /**
     * Gives tasks to a worker.
     *
     * @param tasks claimed by the worker; unless it runs one already, the first is to run at once
     * @return whether it has something to do now
     */
    private boolean give(PooledWorker worker, List<PendingTask<?>> tasks) {
        PendingTask<?> runsAlready = worker.state().current();
        List<PendingTask<?>> refused;
        try {
            refused = worker.run(tasks);
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.TASKS_NOT_GIVEN, e);
            refused = tasks;
        }
        for (int i = refused.size() - 1; i >= 0; i--) {
            putBack(refused.get(i), worker, runsAlready != null || refused.get(i) != tasks.get(0));
        }
        if (refused.size() == tasks.size()) {
            return false;
        }
        try {
            given(worker, tasks, refused, runsAlready);
        } catch (Throwable e) {
            // They are the worker's now, and nobody else would end them in time.
            worker.kill(Reason.UNHEALTHY);
            Shortage.tell(log, Mishap.CANNOT_GO_ON, e);
        }
        return true;
    }

    /** What follows when a worker has got tasks. */
    private void given(
            PooledWorker worker,
            List<PendingTask<?>> tasks,
            List<PendingTask<?>> refused,
            @Nullable PendingTask<?> runsAlready) {
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
        boolean stays = false;
        boolean given = false;
        List<PendingTask<?>> next = List.of();
        try {
            stays = !leavesAsSurplus(worker) && !recycling.leaves(worker);
            if (stays && !pool.isStopping()) {
                next = prefetch.next(worker);
                given = !next.isEmpty() && give(worker, next);
            }
        } finally {
            if (!given) {
                busy.decrementAndGet();
            }
        }
        if (given) {
            pool.settle();
            return;
        }
        if (stays) {
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
        try {
            if (!leavesAsSurplus(worker)) {
                idle.park(worker);
                recycling.idle(worker);
            }
        } catch (Throwable e) {
            // Else nobody would find it.
            worker.kill(Reason.UNHEALTHY);
            Shortage.tell(log, Mishap.CANNOT_WAIT, e);
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
        long until = Shortage.longest();
        Runnable cameBack;
        while (true) {
            try {
                // Before it is given back: then it must get into the queue, whatever there is no room for.
                pool.deadlines().queued(task);
                cameBack = () -> pool.cameBack(task, worker);
                break;
            } catch (Throwable e) {
                if (!Shortage.mayPass(e, until)) {
                    throw e;
                }
            }
        }
        if (!task.giveBack(worker)) {
            task.releasePayload();
            return false;
        }
        queue.putBack(task);
        Shortage.outlast(cameBack);
        return true;
    }
}
