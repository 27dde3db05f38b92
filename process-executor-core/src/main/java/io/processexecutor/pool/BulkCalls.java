package io.processexecutor.pool;

import io.processexecutor.ProcessExecutor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The {@code invokeAll} and {@code invokeAny} of an executor, by way of its {@code submit}. */
final class BulkCalls {

    private final ProcessExecutor executor;

    BulkCalls(ProcessExecutor executor) {
        this.executor = executor;
    }

    /** Waits for all; at the deadline those that are not done are cancelled. */
    <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks, long timeoutNanos)
            throws InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        List<CompletableFuture<T>> futures = new ArrayList<>(tasks.size());
        boolean complete = false;
        try {
            for (Callable<T> task : tasks) {
                futures.add(executor.submit(task));
            }
            for (CompletableFuture<T> future : futures) {
                try {
                    future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (ExecutionException | CancellationException e) {
                    // It is done, which is all that was waited for; its future tells the rest.
                } catch (TimeoutException e) {
                    return List.copyOf(futures);
                }
            }
            complete = true;
            return List.copyOf(futures);
        } finally {
            if (!complete) {
                cancel(futures);
            }
        }
    }

    /** Gives the first result there is and cancels the rest. */
    <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeoutNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("invokeAny needs at least one task");
        }
        long deadline = System.nanoTime() + timeoutNanos;
        BlockingQueue<CompletableFuture<T>> done = new LinkedBlockingQueue<>();
        List<CompletableFuture<T>> futures = new ArrayList<>(tasks.size());
        try {
            for (Callable<T> task : tasks) {
                CompletableFuture<T> future = executor.submit(task);
                futures.add(future);
                CompletableFuture<T> unused = future.whenComplete((value, failure) -> done.add(future));
            }
            ExecutionException last = null;
            for (int left = tasks.size(); left > 0; left--) {
                CompletableFuture<T> first = done.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (first == null) {
                    throw new TimeoutException("none of " + tasks.size() + " tasks has returned in time");
                }
                try {
                    return first.get();
                } catch (ExecutionException e) {
                    last = e;
                } catch (CancellationException e) {
                    last = new ExecutionException(e);
                }
            }
            throw last;
        } finally {
            cancel(futures);
        }
    }

    private static void cancel(List<? extends Future<?>> futures) {
        futures.forEach(future -> future.cancel(true));
    }
}
