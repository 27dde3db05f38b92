package io.processexecutor.pool;

import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerVitals;
import io.processexecutor.internal.process.WorkerProcess;
import io.processexecutor.internal.protocol.StatusPage;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows once a worker is gone, or nothing it says can be trusted any more, on the thread that read. Nobody else does
 * it: so a step for which there is no room is done again, one that fails is no reason to leave out the others, and all that
 * takes memory before anything is known was made with the worker.
 */
final class Aftermath {

    private static final Logger log = LoggerFactory.getLogger(Aftermath.class);

    private final PooledWorker worker;
    private final WorkerPool pool;
    private final Runnable[] steps = {
        this::takeStock,
        this::freeSlot,
        this::bury,
        this::clearUp,
        this::endPreparation,
        this::count,
        this::identifyLost,
        this::tell,
        this::sentenceAll,
        this::accountFor,
        this::goOn,
        this::complete,
        this::failUndecided
    };

    private @Nullable Throwable end;
    private @Nullable WorkerProcess dead;
    private WorkerState.@Nullable Legacy legacy;
    private long endedNanos;
    private @Nullable WorkerExit exit;
    private StatusPage.@Nullable Snapshot lastStatus;
    private @Nullable List<LostTask> lost;
    private int left;
    private boolean preparationEnded;
    private @Nullable List<Runnable> completions;

    Aftermath(PooledWorker worker, WorkerPool pool) {
        this.worker = worker;
        this.pool = pool;
    }

    /** To be called once. */
    void begin(WorkerProcess itsProcess, Throwable itsEnd) {
        dead = itsProcess;
        end = itsEnd;
        endedNanos = System.nanoTime();
        for (Runnable step : steps) {
            Shortage.outlast(step);
            // A listener that was interrupted, or says so, means none of the callbacks.
            boolean ignored = Thread.interrupted();
        }
    }

    private void takeStock() {
        WorkerState.Legacy itsLegacy = worker.state().die();
        left = itsLegacy.tasks().size();
        legacy = itsLegacy;
    }

    private void freeSlot() {
        boolean understood = end instanceof IOException && !(end instanceof StreamCorruptedException);
        if (!understood) {
            dead().kill();
        }
        legacy().tasks().forEach(PendingTask::cancelRunTimer);
        pool.slotFreed(worker);
        if (!understood) {
            log.warn(
                    "{} - Worker {} is killed, it cannot be understood: {}",
                    pool.settings().name(),
                    worker.id(),
                    String.valueOf(end));
        } else {
            log.debug("{} - The connection to worker {} ended", pool.settings().name(), worker.id(), end);
        }
    }

    private void bury() {
        exit = dead().awaitExit(legacy().reason());
    }

    private void clearUp() {
        lastStatus = dead().status();
        dead().release();
        worker.logs().end(lastStatus);
    }

    private void endPreparation() {
        Preparation.Attempt cutShort = legacy().preparation();
        if (cutShort == null) {
            return;
        }
        WorkerExit itsExit = exit();
        if (!preparationEnded) {
            preparationEnded = true;
            pool.preparedWorkers().preparationCutShort(itsExit);
        }
        pool.preparedWorkers().goOn(worker, cutShort, itsExit);
    }

    private void count() {
        pool.verdicts().count(worker, exit());
    }

    private void identifyLost() {
        List<LostTask> all = LostTask.of(legacy().tasks(), lastStatus, endedNanos);
        completions = new ArrayList<>(all.size());
        lost = all;
    }

    private void tell() {
        pool.verdicts().tell(exit(), lost(), legacy().preparation() != null);
    }

    /** Backwards: what is to be run again stands in front of the others. */
    private void sentenceAll() {
        for (; left > 0; left--) {
            pool.verdicts().sentence(lost().get(left - 1), worker, exit(), completions());
        }
    }

    private void accountFor() {
        pool.verdicts().sentenced(worker, !legacy().tasks().isEmpty());
    }

    private void goOn() {
        pool.verdicts().goOn(worker, exit());
    }

    private void complete() {
        pool.verdicts().complete(completions());
    }

    /** Where a step failed for good that was to decide about a task. */
    private void failUndecided() {
        for (PendingTask<?> task : legacy().tasks().subList(0, left)) {
            if (task.isOwnedBy(worker)) {
                pool.outcomes().crashed(task, worker, exit(), "while it had the " + task);
            }
        }
    }

    private WorkerProcess dead() {
        return required(dead);
    }

    private WorkerState.Legacy legacy() {
        return required(legacy);
    }

    /** How it ended, as far as could be found out. */
    private WorkerExit exit() {
        WorkerExit known = exit;
        if (known == null) {
            known = new WorkerExit(
                    worker.id(),
                    dead().pid(),
                    legacy().reason(),
                    null,
                    dead().uptime(),
                    List.of(),
                    null,
                    null,
                    WorkerVitals.UNKNOWN);
            exit = known;
        }
        return known;
    }

    private List<LostTask> lost() {
        return required(lost);
    }

    private List<Runnable> completions() {
        return required(completions);
    }

    private static <T> T required(@Nullable T known) {
        if (known == null) {
            throw new IllegalStateException("a step before this one failed");
        }
        return known;
    }
}
