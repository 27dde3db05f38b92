package io.processexecutor.pool;

import io.processexecutor.ProcessAction;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerStartException;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Failed;
import io.processexecutor.internal.protocol.Message.Run;
import io.processexecutor.serialization.ExecutorSerializers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a worker must have done before it gets its first task that needs a prepared one: something that takes long, such as
 * starting an application's context. Each worker is prepared when such a task waits and no prepared worker is free, under
 * a time-out of its own, and no more workers at once than the machine has room for.
 *
 * <p>A failed attempt fails those that wait for it if no other worker can serve them; if the worker died, the second one in a
 * row does. The next task tries again, after a pause that grows with each failure in a row.
 */
final class Preparation {

    /** Attempts count down from here; no task has such a number. */
    private static final long BEFORE_FIRST_ID = -1;

    private static final Duration STACK_WAIT = Duration.ofSeconds(1);

    private final WorkerPool pool;
    private final PoolSettings settings;
    private final @Nullable TaskRequest action;
    private final StartBreaker breaker;
    private final int mostAtOnce = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong lastId = new AtomicLong(BEFORE_FIRST_ID);
    private volatile int failedInARow;

    /**
     * @param action what is done; {@code null} for nothing
     */
    Preparation(WorkerPool pool, @Nullable TaskRequest action) {
        this.pool = pool;
        this.settings = pool.settings();
        this.breaker = new StartBreaker(settings.firstStartPause());
        this.action = action;
    }

    /** Encodes what is done, if there is anything. */
    static @Nullable TaskRequest encoded(PoolSettings settings, ExecutorSerializers serializers) {
        ProcessAction chosen = settings.preparation();
        return chosen == null ? null : TaskRequest.encode(chosen, settings.serializer(), serializers);
    }

    /** One worker's attempt. */
    static final class Attempt {

        private final long id;
        private final long beganNanos = System.nanoTime();
        private volatile List<StackTraceElement> stack = List.of();
        private volatile boolean tookTooLong;

        Attempt(long id) {
            this.id = id;
        }

        /** What messages call it; of its own, since a cancellation may meet its end and the worker remembers it then. */
        long id() {
            return id;
        }

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - beganNanos);
        }

        /** The worker tells what it was doing when its time was over. */
        void interrupting(List<StackTraceElement> at) {
            stack = at;
        }
    }

    /** Whether there is nothing to do before any task. */
    boolean isNone() {
        return action == null;
    }

    /** How many workers are being prepared, each of which counts as busy. */
    int underWay() {
        return underWay.get();
    }

    byte[] definitions(Collection<String> names) {
        return action == null ? new byte[0] : action.encoded().definitions(names);
    }

    /** Whether one more worker is to be prepared now, for tasks of which so many wait. */
    boolean isWanted(int waiting) {
        boolean demand = settings.prepareEagerly() || waiting > underWay.get();
        return demand
                && !isNone()
                && underWay.get() < (breaker.isTripped() ? 1 : mostAtOnce)
                && breaker.pauseNanos() <= 0;
    }

    /**
     * Begins with a reserved worker, unless another thread was faster.
     *
     * @return false if the worker stays as it is
     */
    boolean begin(PooledWorker worker, int waiting) {
        TaskRequest request = action;
        if (request == null || !isWanted(waiting)) {
            return false;
        }
        if (underWay.incrementAndGet() > mostAtOnce) {
            underWay.decrementAndGet();
            return false;
        }
        boolean begun = false;
        try {
            Attempt attempt = new Attempt(lastId.decrementAndGet());
            Run run = new Run(
                    attempt.id(), 1, request.form(), request.wireName(), ByteBuffer.allocate(0), request.payload());
            begun = worker.prepare(attempt, run, () -> tooLong(worker, attempt));
        } finally {
            if (!begun) {
                underWay.decrementAndGet();
            }
        }
        return begun;
    }

    void succeeded() {
        underWay.decrementAndGet();
        boolean unused = breaker.succeeded();
    }

    /** The worker was ended on purpose. */
    void abandoned() {
        underWay.decrementAndGet();
    }

    /** It did not work, whatever for. Never fails. */
    void failed() {
        failedInARow = breaker.failed();
        underWay.decrementAndGet();
    }

    /** The worker answered with a failure. */
    WorkerStartException failure(PooledWorker worker, Attempt attempt, Failed failed) {
        Throwable cause = RemoteFailures.rebuild(
                failed,
                pool.payloads(),
                action == null ? pool.serializer() : action.serializer(),
                List.of(),
                worker.toString());
        String what = "its preparation failed: " + failed.copy().headline();
        return ended(worker, why(attempt, what), worker.lastOutput(), cause);
    }

    /** The worker gave it back. */
    WorkerStartException notBegun(PooledWorker worker, Attempt attempt) {
        return ended(worker, why(attempt, "") + ", and the worker had not begun with it", worker.lastOutput(), null);
    }

    /** The worker is gone. */
    WorkerStartException ended(PooledWorker worker, Attempt attempt, WorkerExit exit) {
        String what = "its preparation ended with " + exit.describe() + ". " + exit.advice();
        return ended(worker, why(attempt, what), exit.lastOutput(), null);
    }

    /**
     * Whether those that wait for it wait for one more. Of a worker that died nobody can tell why: as with a task that was
     * on its way to a worker, once is no reason to fail.
     */
    boolean deservesAnother(Attempt died) {
        return !died.tookTooLong && failedInARow == 1;
    }

    /** How long until it is worth trying again. */
    Duration pause() {
        return Duration.ofNanos(Math.max(0, breaker.pauseNanos()));
    }

    boolean isUnderWay() {
        return underWay.get() > 0;
    }

    private WorkerStartException ended(
            PooledWorker worker, String why, List<String> lastOutput, @Nullable Throwable cause) {
        StringBuilder message = new StringBuilder(settings.name() + " - Worker " + worker.id());
        message.append(" (pid ")
                .append(worker.pid())
                .append(") could not be prepared: ")
                .append(why);
        if (!lastOutput.isEmpty()) {
            message.append("\nLast lines of its stderr:\n").append(String.join("\n", lastOutput));
        }
        return new WorkerStartException(message.toString(), List.of(), lastOutput, cause);
    }

    private String why(Attempt attempt, String unlessTooLong) {
        if (!attempt.tookTooLong) {
            return unlessTooLong;
        }
        StringBuilder why = new StringBuilder("it took longer than the preparation timeout of ");
        why.append(settings.preparationTimeout().toMillis()).append(" ms");
        if (!attempt.stack.isEmpty()) {
            why.append(". It was at:");
            attempt.stack.forEach(frame -> why.append("\n\tat ").append(frame));
        }
        return why.toString();
    }

    private void tooLong(PooledWorker worker, Attempt attempt) {
        if (worker.state().isPreparing(attempt)) {
            attempt.tookTooLong = true;
            worker.send(new Message.Cancel(attempt.id()));
            pool.threads()
                    .later(
                            () -> {
                                if (worker.state().isPreparing(attempt)) {
                                    worker.kill(Reason.TIMED_OUT);
                                }
                            },
                            STACK_WAIT);
        }
    }
}
