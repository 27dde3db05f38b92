package io.processexecutor.pool;

import io.processexecutor.TaskProgress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a caller gets for a task. However it is completed from outside, the task is told: a queued one never runs, a
 * running one is stopped. Stages derived from it are plain ones and do not reach the task.
 */
final class TaskFuture<T> extends CompletableFuture<T> implements Progressing {

    private final PendingTask<T> task;
    private final WorkerPool pool;

    TaskFuture(PendingTask<T> task, WorkerPool pool) {
        this.task = task;
        this.pool = pool;
    }

    @Override
    public @Nullable TaskProgress progress() {
        return task.progress();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        awaitBriefly();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        if (unit.toNanos(timeout) > BriefWait.MOMENT_NANOS) {
            awaitBriefly();
        }
        return super.get(timeout, unit);
    }

    @Override
    public T join() {
        awaitBriefly();
        return super.join();
    }

    private void awaitBriefly() {
        if (!isDone()) {
            pool.briefWait().await(task);
        }
    }

    /** Completes it from inside; to be called by who finished the task. */
    void succeed(@Nullable T value) {
        super.complete(value);
    }

    /** Completes it from inside; to be called by who finished the task. */
    void fail(Throwable failure) {
        super.completeExceptionally(failure);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        Object had = task.finish();
        if (had == PendingTask.NoWorker.DONE) {
            return isCancelled();
        }
        pool.abandon(task, had, mayInterruptIfRunning);
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        pool.abandoned(task, had);
        return cancelled;
    }

    @Override
    public boolean complete(@Nullable T value) {
        Object had = task.finish();
        if (had == PendingTask.NoWorker.DONE) {
            return false;
        }
        pool.abandon(task, had, true);
        boolean completed = super.complete(value);
        pool.abandoned(task, had);
        return completed;
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        Object had = task.finish();
        if (had == PendingTask.NoWorker.DONE) {
            return false;
        }
        pool.abandon(task, had, true);
        boolean completed = super.completeExceptionally(failure);
        pool.abandoned(task, had);
        return completed;
    }

    /** As inherited, but by way of {@link #complete}, which the inherited one goes round. */
    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        executor.execute(() -> {
            try {
                complete(supplier.get());
            } catch (Throwable failure) {
                completeExceptionally(failure);
            }
        });
        return this;
    }

    @Override
    public void obtrudeValue(@Nullable T value) {
        super.obtrudeValue(value);
        abandonUnlessDone();
    }

    @Override
    public void obtrudeException(Throwable failure) {
        super.obtrudeException(failure);
        abandonUnlessDone();
    }

    private void abandonUnlessDone() {
        Object had = task.finish();
        if (had != PendingTask.NoWorker.DONE) {
            pool.abandon(task, had, true);
            pool.abandoned(task, had);
        }
    }
}
