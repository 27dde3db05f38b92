package io.processexecutor.pool;

import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.internal.protocol.StatusPage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Watches over how long tasks wait and run. */
final class Deadlines {

    /** How long a worker may take to tell what its task was doing, before the caller is told without that. */
    private static final Duration STACK_WAIT = Duration.ofSeconds(1);

    private static final Duration SOON = Duration.ofMillis(1);

    private final PoolSettings settings;
    private final PoolThreads threads;
    private final TaskOutcomes outcomes;
    private final Supplier<String> poolState;

    Deadlines(PoolSettings settings, PoolThreads threads, TaskOutcomes outcomes, Supplier<String> poolState) {
        this.settings = settings;
        this.threads = threads;
        this.outcomes = outcomes;
        this.poolState = poolState;
    }

    /** A task begins to wait. */
    void queued(PendingTask<?> task, TaskQueue queue) {
        Duration timeout = task.options()
                .queueTimeout()
                .or(() -> Optional.ofNullable(settings.queueTimeout()))
                .orElse(null);
        if (timeout != null) {
            task.queueTimer(threads.timer(() -> waited(task, queue, timeout), timeout));
        }
    }

    /** A worker got the task. */
    void dispatched(PendingTask<?> task, PooledWorker worker) {
        Duration timeout = task.options()
                .timeout()
                .or(() -> Optional.ofNullable(settings.taskTimeout()))
                .orElse(null);
        if (timeout != null) {
            task.runTimer(threads.timer(() -> ran(task, worker, timeout), timeout));
        }
    }

    /** The worker tells what the task is doing at the moment it is interrupted. */
    void interrupting(PendingTask<?> task, PooledWorker worker, List<StackTraceElement> stack) {
        Duration overrun = task.overrun();
        if (overrun != null) {
            outcomes.ranTooLong(task, worker, overrun, stack);
        }
    }

    private void waited(PendingTask<?> task, TaskQueue queue, Duration timeout) {
        if (task.isQueued() && outcomes.waitedTooLong(task, timeout, poolState.get())) {
            queue.left();
        }
    }

    /** Counts from the instant at which the worker began, which only its status page knows. */
    private void ran(PendingTask<?> task, PooledWorker worker, Duration timeout) {
        if (task.isDone() || !worker.holds(task)) {
            return;
        }
        StatusPage.Snapshot status = worker.status();
        Duration ran = status != null && status.hasBegun(task.id(), task.attempt())
                ? Duration.ofNanos(System.nanoTime() - status.beganNanos())
                : Duration.ZERO;
        Duration left = timeout.minus(ran);
        if (!left.isNegative() && !left.isZero()) {
            task.runTimer(threads.timer(() -> ran(task, worker, timeout), left.plus(SOON)));
            return;
        }
        task.overrun(timeout);
        worker.stop(task, Reason.TIMED_OUT);
        Duration wait = min(STACK_WAIT, settings.cancelGrace());
        threads.later(() -> outcomes.ranTooLong(task, worker, timeout, List.of()), wait);
    }

    private static Duration min(Duration one, Duration other) {
        return other.compareTo(one) < 0 ? other : one;
    }
}
