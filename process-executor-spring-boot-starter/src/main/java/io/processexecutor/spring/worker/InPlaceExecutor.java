package io.processexecutor.spring.worker;

import io.processexecutor.Broadcast;
import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.ProcessTask;
import io.processexecutor.SharedBuffer;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSubmitter;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerStartException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** What tasks find in a worker when they submit tasks of their own: each runs at once, on the thread that submits it. */
public final class InPlaceExecutor extends AbstractExecutorService implements ProcessExecutor {

    private volatile boolean shutdown;

    /** Creates one. */
    public InPlaceExecutor() {}

    @Override
    public <T> CompletableFuture<T> submit(ProcessTask<T> task) {
        return submit((Callable<T>) task);
    }

    @Override
    public CompletableFuture<Void> submit(ProcessAction action) {
        return submit(Executors.callable(action, null));
    }

    @Override
    public <T> CompletableFuture<T> submit(Callable<T> task) {
        Objects.requireNonNull(task, "task");
        if (shutdown) {
            throw new RejectedExecutionException("The executor is shut down");
        }
        try {
            return CompletableFuture.completedFuture(task.call());
        } catch (Throwable failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    @Override
    public CompletableFuture<?> submit(Runnable task) {
        return submit(Executors.callable(task, null));
    }

    @Override
    public <T> CompletableFuture<T> submit(Runnable task, T result) {
        return submit(Executors.callable(task, result));
    }

    @Override
    public void execute(ProcessAction action) {
        execute((Runnable) action);
    }

    @Override
    public void execute(Runnable command) {
        if (shutdown) {
            throw new RejectedExecutionException("The executor is shut down");
        }
        command.run();
    }

    /** Time-outs and the like are those of the task that is running already. */
    @Override
    public TaskSubmitter with(TaskOptions options) {
        return this;
    }

    /** What is submitted here is not encoded, so the value is what tasks find. */
    @Override
    public <T> Broadcast<T> broadcast(T value) {
        return new InPlaceBroadcast<>(Objects.requireNonNull(value, "value"));
    }

    @Override
    public SharedBuffer share(ByteBuffer bytes) {
        return new InPlaceBuffer(bytes);
    }

    /** Of no workers: who watches executors finds nothing to see here. */
    @Override
    public ProcessExecutorStats stats() {
        return ProcessExecutorStats.ofNoWorkers(0, Integer.MAX_VALUE, 0);
    }

    @Override
    public List<WorkerInfo> workers() {
        return List.of();
    }

    @Override
    public String name() {
        return "in-place";
    }

    @Override
    public List<WorkerExit> lastExits() {
        return List.of();
    }

    @Override
    public Optional<WorkerStartException> startFailure() {
        return Optional.empty();
    }

    /** What runs here tells it to whoever observes the task around it. */
    @Override
    public Optional<TaskProgress> progress(Future<?> future) {
        return Optional.empty();
    }

    /** There is nothing to replace. */
    @Override
    public void recycle() {}

    /** Whatever is submitted is done by the time there is somebody to ask for this. */
    @Override
    public boolean cancel(long taskId) {
        return false;
    }

    @Override
    public void resize(int workers) {
        throw new UnsupportedOperationException("A worker has no workers of its own to resize");
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }

    @Override
    public void close() {
        shutdown = true;
    }
}
