package io.processexecutor.spring;

import io.processexecutor.TaskOptions;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.event.TaskCompleted.Outcome;
import io.processexecutor.spring.observation.TaskObserver.Following;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits for a dispatcher, or runs on one, and its future. However the future is completed from outside, a
 * waiting call never runs and the dispatcher of a running one is interrupted, which stops the task in its worker.
 */
final class Dispatch<T extends @Nullable Object> extends CompletableFuture<T> implements Runnable {

    private static final ThreadLocal<@Nullable Dispatch<?>> CURRENT = new ThreadLocal<>();

    private final ProcessTaskExecutor executor;
    private final Optional<String> label;
    private final @Nullable Following following;
    private final Callable<T> call;
    private final @Nullable Duration queueTimeout;
    private final boolean somebodyWaits;
    private final long submittedNanos = System.nanoTime();
    private final CompletableFuture<@Nullable Void> begun = new CompletableFuture<>();

    private @Nullable Thread dispatcher;
    private volatile @Nullable CompletableFuture<?> task;
    private volatile boolean interrupts = true;
    private volatile boolean expired;
    private volatile @Nullable Throwable unheard;
    private boolean reached;
    private boolean shipped;

    /**
     * Creates one.
     *
     * @param label its name, if it has one
     * @param following observes it; {@code null} if nobody does
     * @param queueTimeout how long it may wait; {@code null} for ever
     * @param somebodyWaits whether the caller has a future, and not only a handler of what the call itself throws
     */
    Dispatch(
            ProcessTaskExecutor executor,
            Optional<String> label,
            @Nullable Following following,
            Callable<T> call,
            @Nullable Duration queueTimeout,
            boolean somebodyWaits) {
        this.executor = executor;
        this.label = label;
        this.following = following;
        this.call = call;
        this.queueTimeout = queueTimeout;
        this.somebodyWaits = somebodyWaits;
    }

    /** The call that the current thread, a dispatcher, is running; {@code null} on any other thread. */
    static @Nullable Dispatch<?> current() {
        return CURRENT.get();
    }

    ProcessTaskExecutor executor() {
        return executor;
    }

    /** The call has become a task; one that is repeated becomes another. */
    void became(CompletableFuture<?> shipped) {
        task = shipped;
    }

    /** The future of the task that the call has become; null as long as it waits, or if it stays here. */
    @Nullable
    CompletableFuture<?> task() {
        return task;
    }

    /** The advisor was reached, and decides where the method runs; anew each time that the call is repeated. */
    void reached() {
        reached = true;
        unheard = null;
    }

    /** The method failed. If it is void, Spring tells that to a handler, and the call comes to an end as if it had not. */
    void failed(Throwable failure) {
        if (!somebodyWaits) {
            unheard = failure;
        }
    }

    /** What a void method has failed with at last; null if it did not. */
    @Nullable
    Throwable unheard() {
        return unheard;
    }

    /** Whether a call that succeeded did so without the advisor, and so in this process. */
    boolean wentPastTheAdvisor() {
        return !reached && !isCompletedExceptionally();
    }

    /** To be called once it was accepted. */
    void accepted() {
        CompletableFuture<T> unused = whenComplete((value, failure) -> over());
        if (queueTimeout != null) {
            begun.orTimeout(Nanos.of(queueTimeout), TimeUnit.NANOSECONDS);
        }
        leaveQueueOnce();
    }

    private void leaveQueueOnce() {
        CompletableFuture<?> unused = begun.whenComplete((nothing, failure) -> {
            executor.leftQueue(this);
            if (failure instanceof TimeoutException && queueTimeout != null) {
                expired = true;
                if (completeExceptionally(waitedTooLong(queueTimeout, "call")) && somebodyWaits) {
                    executor.tellUnshipped(label, Outcome.TIMEOUT, waitedNanos());
                }
            }
        });
    }

    /** Completes this from outside as soon as a future is, which the call itself would complete. */
    void endsWith(CompletableFuture<?> future) {
        CompletableFuture<?> unused = future.whenComplete((value, failure) -> {
            if (CURRENT.get() != this) {
                cancel(true);
            }
        });
    }

    /** Whoever only wants no result lets a running call run to its end. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        interrupts = mayInterruptIfRunning;
        return executor.cancelsWaiting() ? completeExceptionally(shutDown(null)) : super.cancel(mayInterruptIfRunning);
    }

    @Override
    public void run() {
        begun.complete(null);
        if (!begin()) {
            return;
        }
        CURRENT.set(this);
        try {
            complete(call.call());
        } catch (Throwable failure) {
            completeExceptionally(failure);
        } finally {
            CURRENT.remove();
            end();
        }
    }

    /**
     * Counts the time that the call has waited for its dispatcher as time that its task has waited. Only once: who repeats
     * the call waits anew.
     *
     * @throws TaskTimeoutException if it has waited too long already
     */
    TaskOptions queueTimeLeft(TaskOptions asked, String name) {
        TaskOptions options = Observations.following(asked, following);
        Duration limit = options.queueTimeout().orElse(executor.queueTimeout());
        if (shipped) {
            return options;
        }
        shipped = true;
        Duration waited = Duration.ofNanos(waitedNanos());
        if (limit == null) {
            return options.waited(waited);
        }
        Duration left = limit.minus(waited);
        if (expired || left.isNegative() || left.isZero()) {
            executor.tellUnshipped(label, Outcome.TIMEOUT, waited.toNanos());
            throw waitedTooLong(limit, name);
        }
        return options.queueTimeout(left).waited(waited);
    }

    private long waitedNanos() {
        return System.nanoTime() - submittedNanos;
    }

    private TaskTimeoutException waitedTooLong(Duration limit, String name) {
        return new TaskTimeoutException(
                executor.name() + " - The " + name + " waited for longer than its queue timeout of " + limit.toMillis()
                        + " ms",
                TaskTimeoutException.Limit.QUEUED,
                limit,
                List.of());
    }

    /** What its caller is told, as one that submitted the task directly. */
    CancellationException shutDown(@Nullable InterruptedException cause) {
        CancellationException told = new CancellationException(executor.name() + " - The "
                + label.map(name -> "call " + name).orElse("task") + " was cancelled: the executor was shut down");
        if (cause != null) {
            told.initCause(cause);
        }
        return told;
    }

    /** A void method's handler learns of the expiry by the call itself, which fails as soon as it would ship. */
    private synchronized boolean begin() {
        if (isDone() && (!expired || somebodyWaits)) {
            return false;
        }
        dispatcher = Thread.currentThread();
        return true;
    }

    /** From here on no interrupt comes; the pool's threads clear one that came before they take their next task. */
    private synchronized void end() {
        dispatcher = null;
    }

    private void over() {
        executor.leave();
        if (begun.complete(null)) {
            executor.forget(this);
            executor.tellUnshipped(label, Outcome.CANCELLED, waitedNanos());
        }
        synchronized (this) {
            if (dispatcher != null && dispatcher != Thread.currentThread() && interrupts) {
                dispatcher.interrupt();
            }
        }
    }
}
