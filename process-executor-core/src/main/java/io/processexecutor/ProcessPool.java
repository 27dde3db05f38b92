package io.processexecutor;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;

/**
 * The workers behind an executor, for those who watch and look after them. All methods are safe to call from any thread,
 * and none of them blocks.
 */
public interface ProcessPool {

    /**
     * The name of the executor.
     *
     * @return as logs, threads and errors have it
     */
    String name();

    /**
     * Tells how the executor is doing. Cheap enough to be polled each second.
     *
     * @return counts as of now; they are read one after the other, so they may be off by tasks in motion
     */
    ProcessExecutorStats stats();

    /**
     * Tells what each worker is doing. Cheap enough to be polled each second.
     *
     * @return those of which a process is or will be there, by slot
     */
    List<WorkerInfo> workers();

    /**
     * Tells how the last workers ended, whatever for.
     *
     * @return the newest first, and not more than some
     */
    List<WorkerExit> lastExits();

    /**
     * Tells why no worker can be started.
     *
     * @return why the last start failed; empty unless the {@linkplain ProcessExecutorStats#breakerOpen breaker} is open
     */
    Optional<WorkerStartException> startFailure();

    /**
     * Tells whether tasks are taken.
     *
     * @return whether none is any more; those that were taken may still run
     */
    boolean isShutdown();

    /**
     * Tells how far a task is.
     *
     * @param future what submitting the task returned, or calling the asynchronous method that became the task; no future
     *     derived from that
     * @return what the task told last, also after it has ended; empty if it told nothing so far
     * @throws IllegalArgumentException if the future is not one of these
     */
    Optional<TaskProgress> progress(Future<?> future);

    /**
     * Has each worker that is up now replaced by a fresh one, as soon as it is between two tasks. The replacements start
     * first, some at a time, so that no task waits for it.
     */
    void recycle();

    /**
     * Cancels a task as its future's {@code cancel(true)} does: one that waits never runs, one that runs is interrupted,
     * and its worker is killed if it does not end within the cancel grace.
     *
     * @param taskId its number, as {@link WorkerInfo#task} and events tell it
     * @return whether there was such a task and it was not done
     */
    boolean cancel(long taskId);
}
