package io.processexecutor.pool;

import io.processexecutor.TaskProgress;
import java.util.Objects;
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

    /** For {@link Stragglers}, and under their lock while it is one of them. */
    private @Nullable TaskFuture<?> followed;

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
        boolean unused = completeNow(value);
    }

    /** Completes it from inside; to be called by who finished the task. */
    void fail(Throwable failure) {
        try {
            super.completeExceptionally(failure);
        } catch (Throwable e) {
            completeLater(failure, e);
        }
    }

    /** That takes memory, and if there was none it is done once there is: nobody else can do it. */
    private void completeLater(@Nullable Throwable failure, Throwable why) {
        boolean done = isDone();
        if (!done) {
            task.owe(failure);
        }
        // It may have got no further than to some of those that depend on it.
        if (!done || getNumberOfDependents() > 0) {
            pool.completeLater(this);
        }
        if (done && why instanceof Error callbacks) {
            throw callbacks;
        }
    }

    /** Does what there was no memory for. */
    void completeLate() {
        Throwable owed = task.owed();
        if (isDone()) {
            // Which changes nothing but goes on with those that depend on it.
            boolean unused = completeNow(null);
        } else if (owed != null) {
            fail(owed);
        } else {
            boolean unused = cancelNow(true);
        }
    }

    @Nullable
    TaskFuture<?> followed() {
        return followed;
    }

    void follow(@Nullable TaskFuture<?> other) {
        followed = other;
    }

    private boolean completeNow(@Nullable T value) {
        try {
            return super.complete(value);
        } catch (Throwable e) {
            completeLater(e, e);
            return true;
        }
    }

    private boolean cancelNow(boolean mayInterruptIfRunning) {
        try {
            return super.cancel(mayInterruptIfRunning);
        } catch (Throwable e) {
            completeLater(null, e);
            return true;
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        Object had = task.finish();
        if (had == PendingTask.NoWorker.DONE) {
            return isCancelled();
        }
        boolean cancelled;
        try {
            pool.abandon(task, had, mayInterruptIfRunning);
        } finally {
            try {
                cancelled = cancelNow(mayInterruptIfRunning);
            } finally {
                pool.abandoned(task, had);
            }
        }
        return cancelled;
    }

    @Override
    public boolean complete(@Nullable T value) {
        Object had = task.finish();
        if (had == PendingTask.NoWorker.DONE) {
            return false;
        }
        boolean completed;
        try {
            pool.abandon(task, had, true);
        } finally {
            try {
                completed = completeNow(value);
            } finally {
                pool.abandoned(task, had);
            }
        }
        return completed;
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        Object had = task.finish();
        if (had == PendingTask.NoWorker.DONE) {
            return false;
        }
        try {
            pool.abandon(task, had, true);
        } finally {
            try {
                fail(failure);
            } finally {
                pool.abandoned(task, had);
            }
        }
        return true;
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
