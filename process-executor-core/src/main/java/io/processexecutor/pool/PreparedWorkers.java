package io.processexecutor.pool;

import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.WorkerPrepared;
import io.processexecutor.internal.protocol.Message.Failed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has workers prepared for the tasks that need it, one after the other, and deals with what comes of it. */
final class PreparedWorkers {

    private static final Logger log = LoggerFactory.getLogger(PreparedWorkers.class);

    private final WorkerPool pool;
    private final Preparation preparation;
    private final TaskQueue queue;
    private final WorkerSupply supply;
    private final IdleWorkers idle;
    private final Listeners listeners;
    private final AtomicInteger busy;

    PreparedWorkers(
            WorkerPool pool,
            Preparation preparation,
            TaskQueue queue,
            WorkerSupply supply,
            IdleWorkers idle,
            Listeners listeners,
            AtomicInteger busy) {
        this.pool = pool;
        this.preparation = preparation;
        this.queue = queue;
        this.supply = supply;
        this.idle = idle;
        this.listeners = listeners;
        this.busy = busy;
    }

    /** Whether there is nothing to prepare for. */
    boolean isNone() {
        return preparation.isNone();
    }

    /** Whether one more worker is to be prepared for the tasks that wait. */
    boolean isWanted() {
        return !pool.isStopping() && preparation.isWanted(queue.demanding().size());
    }

    /** Prepares as many of some reserved workers as may be, and frees the others. */
    void prepareSome(List<PooledWorker> reserved) {
        int next = 0;
        try {
            while (next < reserved.size()) {
                prepareOrFree(reserved.get(next++));
            }
        } finally {
            // Nobody else has those that are left.
            while (next < reserved.size()) {
                pool.dispatcher().park(reserved.get(next++));
            }
        }
    }

    private void prepareOrFree(PooledWorker worker) {
        boolean begun = false;
        try {
            begun = prepare(worker);
        } finally {
            if (!begun) {
                pool.dispatcher().park(worker);
            }
        }
    }

    private boolean prepare(PooledWorker worker) {
        busy.incrementAndGet();
        boolean begun = false;
        try {
            begun = !pool.isStopping()
                    && preparation.begin(worker, queue.demanding().size());
        } finally {
            if (!begun) {
                busy.decrementAndGet();
            }
        }
        if (begun && pool.isStopping()) {
            worker.kill(Reason.SHUTDOWN);
        }
        return begun;
    }

    /** Tells the listeners that a worker is prepared, for which no task need wait. */
    Runnable news(PooledWorker worker, Duration took) {
        return () -> {
            log.debug(
                    "{} - Worker {} (pid {}) is prepared after {} ms",
                    pool.settings().name(),
                    worker.id(),
                    worker.pid(),
                    took.toMillis());
            listeners.tellOfPreparation(new WorkerPrepared(worker.id(), worker.pid(), took));
            supply.prepared();
        };
    }

    void prepared(PooledWorker worker) {
        preparation.succeeded();
        worker.free(false);
        prepareIdle();
        // It may have gone on with a task at once, and it is another's turn to be prepared.
        pool.dispatcher().dispatch();
    }

    /** The worker goes on for all tasks that do not need it. */
    void preparationFailed(PooledWorker worker, Preparation.Attempt attempt, Failed failed) {
        preparation.failed();
        try {
            failDemanding(preparation.failure(worker, attempt, failed));
        } finally {
            worker.free(failed.unhealthy());
        }
    }

    /** Its time was over while the worker was still busy with its own start. */
    void preparationNotBegun(PooledWorker worker, Preparation.Attempt attempt) {
        preparation.failed();
        try {
            failDemanding(preparation.notBegun(worker, attempt));
        } finally {
            worker.free(false);
        }
    }

    /** The worker died over it, or took too long. To be called once, and never fails. */
    void preparationCutShort(WorkerExit exit) {
        busy.decrementAndGet();
        if (exit.reason() == Reason.SHUTDOWN) {
            preparation.abandoned();
        } else {
            preparation.failed();
        }
    }

    /** What follows {@link #preparationCutShort}. */
    void goOn(PooledWorker worker, Preparation.Attempt attempt, WorkerExit exit) {
        if (exit.reason() == Reason.SHUTDOWN) {
            return;
        }
        WorkerStartException failure = preparation.ended(worker, attempt, exit);
        if (preparation.deservesAnother(attempt)) {
            Shortage.warn(log, failure);
            prepareLater();
        } else {
            failDemanding(failure);
        }
    }

    private void failDemanding(WorkerStartException failure) {
        Shortage.warn(log, failure);
        if (!preparation.isUnderWay()
                && supply.workers().stream().noneMatch(worker -> worker.state().isPrepared())) {
            pool.failAll(queue.demanding(), "prepared", failure);
        }
        prepareLater();
    }

    private void prepareLater() {
        pool.threads()
                .later(
                        () -> {
                            prepareIdle();
                            pool.dispatcher().dispatch();
                        },
                        preparation.pause());
    }

    /** All that are up are to be prepared, and not more than some at once. */
    void prepareIdle() {
        if (!pool.settings().prepareEagerly() || pool.isShutdown()) {
            return;
        }
        for (PooledWorker worker : supply.workers()) {
            if (!worker.state().isPrepared() && idle.take(worker)) {
                prepareOrFree(worker);
            }
        }
    }
}
