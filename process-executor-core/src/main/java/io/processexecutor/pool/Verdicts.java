package io.processexecutor.pool;

import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what becomes of the tasks of a worker that is gone. */
final class Verdicts {

    private static final Logger log = LoggerFactory.getLogger(Verdicts.class);

    private final WorkerPool pool;
    private final Dispatcher dispatcher;
    private final TaskQueue queue;
    private final WorkerSupply supply;
    private final IdleWorkers idle;
    private final PoolStatistics statistics;
    private final Listeners listeners;
    private final AtomicInteger busy;

    Verdicts(
            WorkerPool pool,
            Dispatcher dispatcher,
            TaskQueue queue,
            WorkerSupply supply,
            IdleWorkers idle,
            PoolStatistics statistics,
            Listeners listeners,
            AtomicInteger busy) {
        this.pool = pool;
        this.dispatcher = dispatcher;
        this.queue = queue;
        this.supply = supply;
        this.idle = idle;
        this.statistics = statistics;
        this.listeners = listeners;
        this.busy = busy;
    }

    /**
     * A worker is gone and nothing of it is left.
     *
     * @param lost the tasks that it had, in the order in which it ran them
     * @param told whether it has been said already what happened
     */
    void gone(PooledWorker worker, WorkerExit exit, List<LostTask> lost, boolean told) {
        statistics.exited(exit);
        supply.slots().exited(worker.state().lastSlot(), exit);
        log.debug("{} - Gone: {}", pool.settings().name(), exit);
        if (exit.reason() == Reason.CRASHED && !told) {
            log.warn(
                    "{} - Worker {} (pid {}) crashed with {} {}. {}",
                    pool.settings().name(),
                    exit.workerId(),
                    exit.pid(),
                    exit.describe(),
                    lost.isEmpty() ? "while it had no task" : lost.get(0).when(),
                    exit.advice());
        }
        // The task is back in the queue, if that is where it goes, before the pool may take itself for drained; what
        // completes it comes last, since that runs user code.
        Queue<Runnable> verdicts = new ConcurrentLinkedQueue<>();
        for (int i = lost.size() - 1; i >= 0; i--) {
            sentence(lost.get(i), worker, exit, verdicts);
        }
        if (!lost.isEmpty()) {
            busy.decrementAndGet();
        }
        idle.forget(worker);
        dispatcher.dispatch();
        listeners.tellOfExit(exit);
        // Last, so that who waits for the end of the pool has been told of every worker.
        supply.workers().remove(worker);
        pool.settle();
        Runnable first = verdicts.poll();
        pool.threads().completeAll(verdicts);
        if (first != null) {
            first.run();
        }
    }

    private void sentence(LostTask lost, PooledWorker worker, WorkerExit exit, Queue<Runnable> verdicts) {
        PendingTask<?> task = lost.task();
        if (lost.wasAhead()) {
            queue.noLongerAhead();
        }
        if (lost.isInnocent() && !pool.isStopping() && exit.reason() != Reason.SHUTDOWN) {
            boolean unused = dispatcher.waitAgain(task, worker);
            return;
        }
        Runnable verdict = judge(lost, worker, exit);
        if (verdict != null) {
            pool.outcomes().ending(task);
            verdicts.add(() -> {
                verdict.run();
                pool.outcomes().ended(task);
            });
        }
    }

    /** Decides what becomes of the task whose worker died; what is returned tells the caller, if it is not run again. */
    private @Nullable Runnable judge(LostTask lost, PooledWorker worker, WorkerExit exit) {
        PendingTask<?> task = lost.task();
        Duration overrun = task.overrun();
        if (overrun != null) {
            return () -> pool.outcomes().ranTooLong(task, worker, overrun, List.of());
        }
        if (pool.isStopping() || exit.reason() == Reason.SHUTDOWN) {
            return () -> pool.outcomes().dropped(task, worker);
        }
        boolean begun = lost.hasBegun();
        boolean again = begun ? task.countCrash() <= task.options().retryOnCrash() : task.countHandBack() < 2;
        if (!again) {
            return () -> pool.outcomes().crashed(task, worker, exit, lost.describe());
        }
        if (begun) {
            task.waitAnew();
        }
        if (dispatcher.waitAgain(task, worker)) {
            log.info("{} - The {} is run again: {}", pool.settings().name(), task, exit);
        }
        return null;
    }
}
