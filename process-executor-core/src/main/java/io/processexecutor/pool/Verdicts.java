package io.processexecutor.pool;

import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import java.time.Duration;
import java.util.List;
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

    /** A worker is gone and nothing of it is left. */
    void count(PooledWorker worker, WorkerExit exit) {
        statistics.exited(exit);
        supply.slots().exited(worker.state().lastSlot(), exit);
    }

    /**
     * Before anything becomes of its tasks it is told how a worker ended.
     *
     * @param lost the tasks that it had, in the order in which it ran them
     * @param told whether it has been said already what happened
     */
    void tell(WorkerExit exit, List<LostTask> lost, boolean told) {
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
    }

    /**
     * Decides what becomes of one of its tasks. It is back in the queue, if that is where it goes, before the pool may take
     * itself for drained; what completes it comes last, since that runs user code.
     *
     * @param completions gets what completes it, and has room for that
     */
    void sentence(LostTask lost, PooledWorker worker, WorkerExit exit, List<Runnable> completions) {
        PendingTask<?> task = lost.task();
        if (lost.isInnocent() && !pool.isStopping() && exit.reason() != Reason.SHUTDOWN) {
            boolean unused = dispatcher.waitAgain(task, worker);
        } else {
            Runnable verdict = judge(lost, worker, exit);
            if (verdict != null) {
                pool.outcomes().ending(task);
                completions.add(() -> pool.outcomes().end(task, worker, verdict));
            }
        }
        if (lost.wasAhead()) {
            queue.noLongerAhead();
        }
    }

    /** What it had is decided. */
    void sentenced(PooledWorker worker, boolean hadTasks) {
        idle.forget(worker);
        if (hadTasks) {
            busy.decrementAndGet();
        }
    }

    /** Others take its place, and whoever wants to know is told. */
    void goOn(PooledWorker worker, WorkerExit exit) {
        try {
            dispatcher.dispatch();
            listeners.tellOfExit(exit);
        } finally {
            // Last, so that who waits for the end of the pool has been told of every worker.
            supply.workers().remove(worker);
            pool.settle();
        }
    }

    /** Completes all but one of the futures aside, and that one here. */
    void complete(List<Runnable> completions) {
        if (!completions.isEmpty()) {
            Runnable first = completions.get(0);
            pool.threads().completeAll(completions.subList(1, completions.size()));
            first.run();
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
        boolean again = begun ? task.crashes() < task.options().retryOnCrash() : task.handBacks() == 0;
        if (!again) {
            return () -> pool.outcomes().crashed(task, worker, exit, lost.describe());
        }
        task.runsAgain(begun);
        if (dispatcher.waitAgain(task, worker)) {
            tellRunsAgain(task, exit);
        }
        return null;
    }

    private void tellRunsAgain(PendingTask<?> task, WorkerExit exit) {
        try {
            log.info("{} - The {} is run again: {}", pool.settings().name(), task, exit);
        } catch (Throwable e) {
            // It is decided, and must not be once more.
            Shortage.tell(log, Mishap.STEP_FAILED, e);
        }
    }
}
