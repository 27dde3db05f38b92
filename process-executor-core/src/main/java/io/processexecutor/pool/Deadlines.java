package io.processexecutor.pool;

import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.internal.protocol.StatusPage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Watches over how long tasks wait and run. */
final class Deadlines {

    /** How long a worker may take to tell what its task was doing, before the caller is told without that. */
    private static final Duration STACK_WAIT = Duration.ofSeconds(1);

    /** How much longer than it may run a task may take to begin, once a worker was given it. */
    private static final Duration BEGIN_WAIT = Duration.ofSeconds(30);

    private static final Duration SOON = Duration.ofMillis(1);

    private final PoolSettings settings;
    private final PoolThreads threads;
    private final TaskOutcomes outcomes;
    private final WorkerPool pool;

    Deadlines(PoolSettings settings, PoolThreads threads, TaskOutcomes outcomes, WorkerPool pool) {
        this.settings = settings;
        this.threads = threads;
        this.outcomes = outcomes;
        this.pool = pool;
    }

    /** A task waits for a worker, for the first time or again. */
    void queued(PendingTask<?> task) {
        Duration timeout = task.options()
                .queueTimeout()
                .or(() -> Optional.ofNullable(settings.queueTimeout()))
                .orElse(null);
        if (timeout != null) {
            Duration left = timeout.minusNanos(System.nanoTime() - task.waitingSinceNanos());
            task.queueTimer(threads.timer(() -> waited(task, timeout), left));
        }
    }

    /** A worker got the task. */
    void dispatched(PendingTask<?> task, PooledWorker worker) {
        Duration timeout = task.options()
                .timeout()
                .or(() -> Optional.ofNullable(settings.taskTimeout()))
                .orElse(null);
        if (timeout != null) {
            check(task, worker, timeout, timeout);
        }
    }

    /** The worker tells what the task is doing at the moment it is interrupted. */
    void interrupting(PendingTask<?> task, PooledWorker worker, List<StackTraceElement> stack) {
        Duration overrun = task.overrun();
        if (overrun != null) {
            outcomes.ranTooLong(task, worker, overrun, stack);
        }
    }

    private void waited(PendingTask<?> task, Duration timeout) {
        // A timer that was too late to be cancelled knows nothing of a wait that began anew.
        if (task.isQueued() && System.nanoTime() - task.waitingSinceNanos() >= PoolThreads.nanos(timeout)) {
            threads.complete(() -> {
                outcomes.waitedTooLong(task, timeout, pool.describe());
                pool.settle();
            });
        }
    }

    /** Counts from the instant at which the worker began, which only its status page knows. */
    private void ran(PendingTask<?> task, PooledWorker worker, Duration timeout) {
        if (!worker.state().holds(task)) {
            if (task.isOwnedBy(worker)) {
                replied(task, worker, timeout);
            }
            return;
        }
        StatusPage.Snapshot status = worker.status();
        boolean begun = status != null && status.hasBegun(task.id(), task.attempt());
        Duration left = status != null && begun
                ? timeout.minusNanos(System.nanoTime() - status.beganNanos())
                : timeout.plus(BEGIN_WAIT).minusNanos(System.nanoTime() - task.dispatchedNanos());
        if (!left.isNegative() && !left.isZero()) {
            check(task, worker, timeout, min(left.plus(SOON), timeout));
        } else if (begun) {
            task.overrun(timeout);
            worker.stop(task, Reason.TIMED_OUT);
            Duration wait = min(STACK_WAIT, settings.cancelGrace());
            threads.later(() -> threads.complete(() -> outcomes.ranTooLong(task, worker, timeout, List.of())), wait);
        } else {
            // A worker that does not take up what it was sent will not take a cancellation either.
            worker.kill(Reason.UNHEALTHY);
        }
    }

    /** The result of a task is being decoded here, and the worker may have begun with another. */
    private void replied(PendingTask<?> task, PooledWorker worker, Duration timeout) {
        long began = task.beganNanos();
        Duration left = began == 0 ? SOON : timeout.minusNanos(System.nanoTime() - began);
        if (left.isNegative() || left.isZero()) {
            threads.complete(() -> outcomes.ranTooLong(task, worker, timeout, List.of()));
        } else {
            check(task, worker, timeout, min(left.plus(SOON), timeout));
        }
    }

    private void check(PendingTask<?> task, PooledWorker worker, Duration timeout, Duration after) {
        task.runTimer(threads.timer(() -> ran(task, worker, timeout), after));
        if (task.isDone() && !worker.state().holds(task)) {
            // It ended before there was a timer to cancel, which would keep it, and its result, in memory.
            task.cancelRunTimer();
        }
    }

    private static Duration min(Duration one, Duration other) {
        return other.compareTo(one) < 0 ? other : one;
    }
}
