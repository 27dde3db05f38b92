package io.processexecutor;

import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/**
 * An {@link ExecutorService} whose tasks run in other processes: a warm pool of worker JVMs on the same machine. A task
 * can crash, leak, loop or be killed without touching the caller's process, and a worker that is lost fails only the
 * task that ran in it.
 *
 * <p>Every accepted future completes exactly once and in bounded time after the task ends, its worker dies or the
 * executor is closed. All methods are safe to call from any thread.
 */
public interface ProcessExecutor extends ExecutorService, TaskSubmitter, ProcessPool, AutoCloseable {

    /**
     * Gives a view of this executor whose tasks carry the given options.
     *
     * @param options timeout, label and the like
     * @return a view that shares the workers and the queue; it has nothing to close
     */
    TaskSubmitter with(TaskOptions options);

    /**
     * Encodes a value for many tasks: it goes to each worker once, however many tasks use it. To be {@linkplain
     * Broadcast#close closed} when no more tasks are to be submitted with it.
     *
     * @param value the value; encoded on the calling thread by the executor's serializer, and as it is now
     * @param <T> its type
     * @return what tasks are to capture in place of the value
     * @throws NullPointerException if there is none
     * @throws TaskSerializationException if the value cannot be encoded
     * @throws ProcessExecutorException if there is no room for it, in memory or on disk
     * @throws RejectedExecutionException if the executor is shut down
     */
    <T> Broadcast<T> broadcast(T value);

    /**
     * Copies bytes to where all workers can read them without a further copy. To be {@linkplain SharedBuffer#close closed}
     * when no more tasks are to be submitted with them.
     *
     * @param bytes the bytes, from position to limit; the buffer itself is not changed
     * @return what tasks are to capture in place of the bytes
     * @throws NullPointerException if there are none
     * @throws ProcessExecutorException if there is no room for them, in memory or on disk
     * @throws RejectedExecutionException if the executor is shut down
     */
    SharedBuffer share(ByteBuffer bytes);

    /**
     * Changes the most workers there may be. Never blocks: more workers start at once as far as tasks wait for them, and
     * surplus workers end as soon as they have no task. Prevails over the warm minimum.
     *
     * @param workers at least 1
     * @throws IllegalArgumentException if it is less
     */
    void resize(int workers);

    @Override
    boolean isShutdown();

    @Override
    <T> CompletableFuture<T> submit(Callable<T> task);

    @Override
    CompletableFuture<?> submit(Runnable task);

    @Override
    <T> CompletableFuture<T> submit(Runnable task, T result);

    /**
     * Runs a task in a worker process and forgets it. A failure is logged.
     *
     * @param action the task; a lambda written here is serializable
     * @throws TaskSerializationException if the task cannot be encoded
     * @throws RejectedExecutionException if the executor is shut down or its queue is full
     */
    void execute(ProcessAction action);

    /**
     * Stops accepting tasks, lets queued and running ones finish for the shutdown grace, then kills what is left and
     * waits for the workers to be gone. May be called more than once and from any thread, a task's callback included;
     * later calls wait for the first. From a {@linkplain ProcessExecutorListener listener}, for which the executor itself
     * waits, it returns at once and all else happens without it. If the calling thread is interrupted the rest is killed
     * at once and the interrupt flag is kept.
     */
    @Override
    void close();
}
