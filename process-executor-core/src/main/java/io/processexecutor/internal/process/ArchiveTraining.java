package io.processexecutor.internal.process;

import io.processexecutor.WorkerExit;
import io.processexecutor.internal.protocol.Message.Bye;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the archives of a pool's workers, each once and in the background, one at a time: one more worker is launched, which
 * rehearses, and leaves the archive behind when it ends. For the first one nothing of the application's is run; for the other
 * one, of workers that have been prepared, what prepares them.
 */
final class ArchiveTraining implements AutoCloseable {

    /** It only keeps the processor busy; a machine that takes longer has better things to do. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Logger log = LoggerFactory.getLogger(ArchiveTraining.class);

    /** So often does one that has had no task wait for it. */
    private static final int DELAYS = 6;

    /** Many pools may have the same workers. */
    private static final Set<Path> UNDER_WAY = ConcurrentHashMap.newKeySet();

    private final LaunchSettings settings;
    private final Rehearsals rehearsals;
    private final Set<Path> considered = ConcurrentHashMap.newKeySet();
    private final Lock oneByOne = new ReentrantLock();
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable WorkerProcess trainee;
    private boolean closed;

    ArchiveTraining(LaunchSettings settings, Rehearsals rehearsals) {
        this.settings = settings;
        this.rehearsals = rehearsals;
    }

    /** Launches a worker with further options. */
    @FunctionalInterface
    interface Trainee {

        WorkerProcess launch(List<String> options);
    }

    /** Called when there is a use for one. */
    void consider(ClassArchive archive, Trainee launcher) {
        if (!archive.ours() || !considered.add(archive.file())) {
            return;
        }
        Optional<Path> found = archive.find();
        if (found.isPresent()) {
            ClassArchive.touch(found.get());
            return;
        }
        await(() -> train(archive, launcher), DELAYS);
    }

    /** Until tasks have run, of which there is more to learn, but not for ever. */
    private void await(Runnable work, int delays) {
        CompletableFuture.delayedExecutor(
                        settings.archive().trainAfter().toNanos(), TimeUnit.NANOSECONDS, due -> begin(due, delays))
                .execute(work);
    }

    private synchronized void begin(Runnable work, int delays) {
        if (closed) {
            return;
        }
        if (delays > 1 && !rehearsals.tasksHaveRun()) {
            await(work, delays - 1);
        } else {
            Thread started = new Thread(work, settings.poolName() + "-class-archive");
            started.setDaemon(true);
            started.start();
            threads.add(started);
        }
    }

    private void train(ClassArchive archive, Trainee launcher) {
        oneByOne.lock();
        try {
            trainNext(archive, launcher);
        } finally {
            oneByOne.unlock();
        }
    }

    private void trainNext(ClassArchive archive, Trainee launcher) {
        if (archive.find().isPresent() || !UNDER_WAY.add(archive.file())) {
            return;
        }
        long began = System.nanoTime();
        Path draft = null;
        try {
            draft = archive.draft();
            WorkerProcess worker = launcher.launch(archive.makeOptions(draft));
            WorkerExit exit;
            try {
                if (isTrainee(worker)) {
                    worker.connection().send(new Bye());
                    boolean ended = worker.awaitEnd(PATIENCE);
                    log.debug("The worker that makes the archive has ended: {}", ended);
                } else {
                    worker.kill();
                }
            } finally {
                exit = worker.awaitExit(WorkerExit.Reason.RECYCLED);
                worker.release();
            }
            // One that was killed has written half of it.
            if (exit.exitCode().equals(OptionalInt.of(0)) && ClassArchive.isFinished(draft)) {
                Path made = archive.publish(draft);
                log.info(
                        "{} - Workers start faster from now on: {} holds what they load ({} ms in the background)",
                        settings.poolName(),
                        made,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            }
        } catch (IOException | RuntimeException e) {
            // Nothing depends on it.
            log.debug("{} - No class-data archive for the workers", settings.poolName(), e);
        } finally {
            delete(draft);
            UNDER_WAY.remove(archive.file());
        }
    }

    private synchronized boolean isTrainee(WorkerProcess worker) {
        trainee = worker;
        return !closed;
    }

    private static void delete(@Nullable Path draft) {
        try {
            if (draft != null) {
                ClassArchive.deleteDraft(draft);
            }
        } catch (IOException e) {
            log.debug("Could not delete {}", draft, e);
        }
    }

    /** Gives up what is not done, and waits until nothing is left of it. */
    @Override
    public void close() {
        List<Thread> training;
        synchronized (this) {
            closed = true;
            training = List.copyOf(threads);
            if (trainee != null) {
                trainee.kill();
            }
        }
        boolean interrupted = false;
        for (Thread each : training) {
            while (each.isAlive()) {
                try {
                    each.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
