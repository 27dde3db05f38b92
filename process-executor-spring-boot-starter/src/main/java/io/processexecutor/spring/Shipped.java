package io.processexecutor.spring;

import io.processexecutor.ProcessTask;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSubmitter;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stands in a {@link Wrapper} in the place of its function: ships that to a worker, and waits for what comes of it. */
final class Shipped implements Callable<@Nullable Object>, Runnable, Supplier<@Nullable Object> {

    private final ProcessTaskExecutor executor;
    private final TaskOptions options;
    private final Object function;

    Shipped(ProcessTaskExecutor executor, TaskOptions options, Object function) {
        this.executor = executor;
        this.options = options;
        this.function = function;
    }

    /** Waits for a task. An interrupt, by who cancels the call or closes the application, stops the task. */
    static <T extends @Nullable Object> T await(CompletableFuture<T> task) throws Exception {
        Dispatch<?> dispatch = Dispatch.current();
        if (dispatch != null) {
            dispatch.became(task);
        }
        try {
            return task.get();
        } catch (InterruptedException e) {
            task.cancel(true);
            if (dispatch == null || !dispatch.executor().isShutdown()) {
                throw e;
            }
            Thread.currentThread().interrupt();
            throw dispatch.shutDown(e);
        } catch (ExecutionException e) {
            throw cause(e);
        }
    }

    @Override
    public @Nullable Object call() throws Exception {
        Dispatch<?> dispatch = Dispatch.current();
        TaskOptions asked = dispatch == null
                ? options
                : dispatch.queueTimeLeft(options, function.getClass().getName());
        return await(submit(executor.processExecutor().with(asked)));
    }

    @Override
    public void run() {
        Object unused = get();
    }

    @Override
    public @Nullable Object get() {
        try {
            return call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            // What completable futures make of it anyway.
            throw new CompletionException(e);
        }
    }

    private CompletableFuture<?> submit(TaskSubmitter workers) {
        if (function instanceof Callable<?> callable) {
            return workers.submit(callable);
        }
        if (function instanceof Supplier<?> supplier) {
            ProcessTask<?> task = supplier::get;
            return workers.submit(task);
        }
        return workers.submit((Runnable) function);
    }

    private static Exception cause(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof Exception exception ? exception : e;
    }
}
