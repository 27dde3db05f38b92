package io.processexecutor.pool;

import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSubmitter;
import io.processexecutor.internal.protocol.Message.Form;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The many ways to submit a task, all by way of one. */
abstract class SubmittingExecutor implements ProcessExecutor {

    private static final Logger log = LoggerFactory.getLogger(SubmittingExecutor.class);

    private final String name;
    private final BulkCalls bulkCalls = new BulkCalls(this);

    SubmittingExecutor(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    /** Accepts a task in the form that it is to be run in. */
    abstract <T> CompletableFuture<T> submit(Object task, Form form, TaskOptions options, @Nullable T fixedResult);

    @Override
    public <T> CompletableFuture<T> submit(ProcessTask<T> task) {
        return submit(task, Form.CALL, TaskOptions.defaults(), null);
    }

    @Override
    public CompletableFuture<Void> submit(ProcessAction action) {
        return submit(action, Form.RUN, TaskOptions.defaults(), null);
    }

    @Override
    public <T> CompletableFuture<T> submit(Callable<T> task) {
        return submit(task, Form.CALL, TaskOptions.defaults(), null);
    }

    @Override
    public CompletableFuture<?> submit(Runnable task) {
        return submit(task, Form.RUN, TaskOptions.defaults(), null);
    }

    @Override
    public <T> CompletableFuture<T> submit(Runnable task, T result) {
        return submit(task, Form.RUN, TaskOptions.defaults(), result);
    }

    @Override
    public void execute(ProcessAction action) {
        execute((Runnable) action);
    }

    @Override
    public void execute(Runnable command) {
        String named = name;
        CompletableFuture<?> unused = submit(command).whenComplete((nothing, failure) -> {
            // Who cancels it, or shuts the executor down, knows.
            if (failure != null && !(failure instanceof CancellationException)) {
                log.warn("{} - A task given to execute() failed", named, failure);
            }
        });
    }

    @Override
    public Optional<TaskProgress> progress(Future<?> future) {
        return Progressing.progress(future);
    }

    @Override
    public TaskSubmitter with(TaskOptions options) {
        return new Submitter(Objects.requireNonNull(options, "options"));
    }

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) throws InterruptedException {
        return bulkCalls.invokeAll(tasks, Long.MAX_VALUE / 2);
    }

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException {
        return bulkCalls.invokeAll(tasks, bounded(timeout, unit));
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks) throws InterruptedException, ExecutionException {
        try {
            return bulkCalls.invokeAny(tasks, Long.MAX_VALUE / 2);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        return bulkCalls.invokeAny(tasks, bounded(timeout, unit));
    }

    static long bounded(long timeout, TimeUnit unit) {
        return Math.min(unit.toNanos(timeout), Long.MAX_VALUE / 2);
    }

    /** A view whose tasks carry options. */
    private final class Submitter implements TaskSubmitter {

        private final TaskOptions options;

        Submitter(TaskOptions options) {
            this.options = options;
        }

        @Override
        public <T> CompletableFuture<T> submit(ProcessTask<T> task) {
            return SubmittingExecutor.this.submit(task, Form.CALL, options, null);
        }

        @Override
        public CompletableFuture<Void> submit(ProcessAction action) {
            return SubmittingExecutor.this.submit(action, Form.RUN, options, null);
        }

        @Override
        public <T> CompletableFuture<T> submit(Callable<T> task) {
            return SubmittingExecutor.this.submit(task, Form.CALL, options, null);
        }

        @Override
        public CompletableFuture<?> submit(Runnable task) {
            return SubmittingExecutor.this.submit(task, Form.RUN, options, null);
        }
    }
}
