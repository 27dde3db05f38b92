package io.processexecutor;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * The submitting half of a {@link ProcessExecutor}. The task is encoded before {@code submit} returns, on the calling
 * thread: what it captured is a snapshot, and changing it afterwards does not reach the worker.
 *
 * <p>The returned future is cancelled for real: {@code cancel(true)}, {@code orTimeout} and any other completion from
 * outside interrupt the task in its worker and kill the worker if the task does not end. {@code cancel(false)} on a
 * running task lets it run to its end and drops the result. Cancelling a stage derived from the future (by
 * {@code thenApply} and the like) does not reach the task.
 *
 * <p>All methods are safe to call from any thread.
 */
public interface TaskSubmitter {

    /**
     * Runs a task in a worker process.
     *
     * @param task the task; a lambda written here is serializable
     * @param <T> the type of the result
     * @return its result; fails with what the task threw, or with a {@link ProcessExecutorException} that tells what
     *     else went wrong
     * @throws TaskSerializationException if the task cannot be encoded
     * @throws RejectedExecutionException if the executor is shut down or its queue is full
     */
    <T> CompletableFuture<T> submit(ProcessTask<T> task);

    /**
     * Runs a task without a result in a worker process.
     *
     * @param action the task; a lambda written here is serializable
     * @return completes with {@code null} when the task has run
     * @throws TaskSerializationException if the task cannot be encoded
     * @throws RejectedExecutionException if the executor is shut down or its queue is full
     */
    CompletableFuture<Void> submit(ProcessAction action);

    /**
     * Runs a {@link Callable} in a worker process. It must be of a kind that the serializer in force accepts.
     *
     * @param task the task
     * @param <T> the type of the result
     * @return its result, as for {@link #submit(ProcessTask)}
     * @throws TaskSerializationException if the task cannot be encoded
     * @throws RejectedExecutionException if the executor is shut down or its queue is full
     */
    <T> CompletableFuture<T> submit(Callable<T> task);

    /**
     * Runs a {@link Runnable} in a worker process. It must be of a kind that the serializer in force accepts.
     *
     * @param task the task
     * @return completes with {@code null} when the task has run
     * @throws TaskSerializationException if the task cannot be encoded
     * @throws RejectedExecutionException if the executor is shut down or its queue is full
     */
    CompletableFuture<?> submit(Runnable task);
}
