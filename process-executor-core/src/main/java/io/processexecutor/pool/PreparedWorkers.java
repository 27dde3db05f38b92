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
        return preparation.isWanted(queue.demanding().size());
    }

    /** Prepares as many of some reserved workers as may be, and frees the others. */
    void prepareSome(List<PooledWorker> reserved) {
        for (PooledWorker worker : reserved) {
            if (!prepare(worker)) {
                pool.dispatcher().park(worker);
            }
        }
    }

    private boolean prepare(PooledWorker worker) {
        busy.incrementAndGet();
        if (!pool.isStopping() && preparation.begin(worker, queue.demanding().size())) {
            if (pool.isStopping()) {
                worker.kill(Reason.SHUTDOWN);
            }
            return true;
        }
        busy.decrementAndGet();
        return false;
    }

    /** What is returned tells the listeners so, for which no task need wait. */
    Runnable prepared(PooledWorker worker, Duration took) {
        preparation.succeeded();
        log.debug(
                "{} - Worker {} (pid {}) is prepared after {} ms",
                pool.settings().name(),
                worker.id(),
                worker.pid(),
                took.toMillis());
        WorkerPrepared event = new WorkerPrepared(worker.id(), worker.pid(), took);
        pool.dispatcher().release(worker);
        prepareIdle();
        // It may have gone on with a task at once, and it is another's turn to be prepared.
        pool.dispatcher().dispatch();
        return () -> {
            listeners.tellOfPreparation(event);
            supply.prepared();
        };
    }

    /** The worker goes on for all tasks that do not need it. */
    void preparationFailed(PooledWorker worker, Preparation.Attempt attempt, Failed failed) {
        WorkerStartException failure = preparation.failed(worker, attempt, failed);
        log.warn("{}", failure.getMessage());
        failDemanding(failure);
        if (failed.unhealthy()) {
            pool.dispatcher().retire(worker);
        } else {
            pool.dispatcher().release(worker);
        }
    }

    /** Its time was over while the worker was still busy with its own start. */
    void preparationNotBegun(PooledWorker worker, Preparation.Attempt attempt) {
        WorkerStartException failure = preparation.notBegun(worker, attempt);
        log.warn("{}", failure.getMessage());
        failDemanding(failure);
        pool.dispatcher().release(worker);
    }

    /** The worker died over it, or took too long. */
    void preparationCutShort(PooledWorker worker, Preparation.Attempt attempt, WorkerExit exit) {
        busy.decrementAndGet();
        if (exit.reason() == Reason.SHUTDOWN) {
            preparation.abandoned();
        } else {
            WorkerStartException failure = preparation.ended(worker, attempt, exit);
            log.warn("{}", failure.getMessage());
            if (preparation.deservesAnother(attempt)) {
                prepareLater();
            } else {
                failDemanding(failure);
            }
        }
    }

    private void failDemanding(WorkerStartException failure) {
        if (!preparation.isUnderWay()
                && supply.workers().stream().noneMatch(worker -> worker.state().isPrepared())) {
            pool.failAll(queue.demanding(), failure);
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
                prepareSome(List.of(worker));
            }
        }
    }
}
