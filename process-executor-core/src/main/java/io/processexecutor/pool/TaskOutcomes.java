package io.processexecutor.pool;

import io.processexecutor.TaskOptions;
import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.TaskTimeoutException.Limit;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.Serialization;
import io.processexecutor.event.Serialization.Operation;
import io.processexecutor.event.Serialization.Side;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.TaskCompleted.Outcome;
import io.processexecutor.internal.protocol.Message.Done;
import io.processexecutor.internal.protocol.Message.Failed;
import io.processexecutor.internal.protocol.Message.Timings;
import io.processexecutor.internal.protocol.PayloadFiles;
import io.processexecutor.internal.protocol.ThrowableCopy;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what became of a task into the completion of its future and the event about it. Each task ends here once. */
final class TaskOutcomes {

    /** What a worker said to a task, as far as it is of interest how long that took. */
    private record Reply(Timings timings, long bytes, long arrivedNanos, long decodeNanos) {

        static final Reply NONE = new Reply(new Timings(0, 0, 0), 0, 0, 0);

        /** From the dispatch until the reply, without what the worker did in between. */
        long transferNanos(long dispatchedNanos) {
            long spent = timings.decodeNanos() + timings.runNanos() + timings.encodeNanos();
            return spent == 0 ? 0 : Math.max(0, arrivedNanos - dispatchedNanos - spent);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(TaskOutcomes.class);

    private final PoolSettings settings;
    private final Listeners listeners;
    private final TaskQueue queue;
    private final PayloadFiles payloads;
    private final LongAdder completed = new LongAdder();

    private final EndingTasks ending = new EndingTasks();

    TaskOutcomes(PoolSettings settings, Listeners listeners, TaskQueue queue, PayloadFiles payloads) {
        this.settings = settings;
        this.listeners = listeners;
        this.queue = queue;
        this.payloads = payloads;
    }

    long completed() {
        return completed.sum();
    }

    /** Those on their way to be done. */
    EndingTasks endingTasks() {
        return ending;
    }

    /** To be called before the pool may take itself for drained, by who is about to complete a task's future. */
    void ending(PendingTask<?> task) {
        ending.add(task);
    }

    /**
     * Ends a task, which runs user code. Nobody else completes its future, so whatever fails on the way there, that is what
     * the task fails with, unless it was but want of memory that passed.
     */
    void end(PendingTask<?> task, PooledWorker worker, Runnable completion) {
        Throwable failure = Shortage.attempt(completion);
        if (failure != null && task.isOwnedBy(worker)) {
            Shortage.tell(log, Mishap.COMPLETED_WITH_FAILURE, failure);
            Shortage.outlast(() -> fail(task, worker, Outcome.ERROR, failure));
        }
        ended(task);
    }

    /** To be called by the same afterwards; perhaps somebody else completed it. */
    void ended(PendingTask<?> task) {
        if (task.future().isDone()) {
            task.releasePayload();
        }
        // Else who completes the future still runs its callbacks, and lets go of the task after them.
        if (task.isTold()) {
            ending.remove(task);
        }
    }

    /** The task returned. Decodes the result, which runs user code. */
    <T> void succeeded(PendingTask<T> task, PooledWorker worker, OpenedResult opened) {
        if (task.isDone()) {
            // Its future was completed from outside while it ran on.
            task.cancelRunTimer();
            opened.close();
            return;
        }
        long began = System.nanoTime();
        Object result;
        try {
            result = decode(task, opened);
        } catch (Throwable failure) {
            completed(failing(task, worker, Outcome.ERROR, () -> undecodable(failure), reply(opened.done(), began)));
            return;
        }
        Reply reply = reply(opened.done(), began);
        if (!task.finishIf(worker)) {
            return;
        }
        T fixed = task.fixedResult();
        @SuppressWarnings("unchecked") // the task was submitted as one that returns a T
        T value = fixed != null ? fixed : (T) result;
        TaskCompleted event = null;
        try {
            event = decided(task, Outcome.SUCCESS, reply);
        } finally {
            try {
                task.future().succeed(value);
            } finally {
                tell(task, event);
            }
        }
    }

    private @Nullable Object decode(PendingTask<?> task, OpenedResult opened) throws IOException {
        try (opened) {
            InputStream source = opened.source();
            return inContext(() -> task.serializer().decode(source));
        }
    }

    /** The task told how far it is, and may have told more meanwhile, which is told instead. */
    void progressed(PendingTask<?> task, TaskProgress progress) {
        if (!progress.equals(task.progress())) {
            return;
        }
        Progressing.tell(listeners, task.id(), task.options(), task.workerPid(), progress);
    }

    private static Reply reply(Done done, long arrivedNanos) {
        return new Reply(done.timings(), done.result().size(), arrivedNanos, System.nanoTime() - arrivedNanos);
    }

    /** The task threw, or it or its result could not travel. */
    void failed(PendingTask<?> task, PooledWorker worker, Failed failed) {
        if (task.isDone()) {
            // Its future was completed from outside while it ran on.
            task.cancelRunTimer();
            payloads.delete(failed.throwable());
            return;
        }
        Duration overrun = task.overrun();
        if (overrun != null) {
            // It was interrupted for that, and is here before the word of where it was.
            payloads.delete(failed.throwable());
            ranTooLong(task, worker, overrun, failed.copy().stack());
            return;
        }
        long arrived = System.nanoTime();
        Throwable rebuilt;
        try {
            rebuilt = (Throwable) Objects.requireNonNull(inContext(() -> RemoteFailures.rebuild(
                    failed, payloads, task.serializer(), task.submissionFrames(), worker.toString())));
        } catch (Throwable failure) {
            rebuilt = undecodable(failure);
        }
        Throwable thrown = rebuilt;
        completed(failing(task, worker, Outcome.ERROR, () -> thrown, new Reply(failed.timings(), 0, arrived, 0)));
    }

    /** The result did not fit into this process. */
    void resultTooLarge(PendingTask<?> task, PooledWorker worker, long bytes) {
        String explanation = "its " + bytes + " bytes do not fit into the free heap of this process (max "
                + Runtime.getRuntime().maxMemory() + "); raise its max heap or return less";
        fail(
                task,
                worker,
                Outcome.ERROR,
                new TaskSerializationException(Phase.DECODE_RESULT, null, null, explanation, null));
    }

    /** The worker died while it ran the task. Each task gets an exception of its own. */
    void crashed(PendingTask<?> task, PooledWorker worker, WorkerExit exit, String detail) {
        StringBuilder message = new StringBuilder(settings.name());
        message.append(" - Worker ").append(exit.workerId()).append(" (pid ").append(exit.pid());
        message.append(") ended with ").append(exit.describe()).append(' ').append(detail);
        exit.crashReport()
                .ifPresent(report -> message.append("\nCrash report: ").append(report));
        if (!exit.lastOutput().isEmpty()) {
            message.append("\nLast lines of its stderr:\n").append(String.join("\n", exit.lastOutput()));
        }
        fail(task, worker, Outcome.CRASHED, new WorkerCrashedException(message.toString(), exit));
    }

    /** The task ran too long. */
    void ranTooLong(PendingTask<?> task, PooledWorker worker, Duration timeout, List<StackTraceElement> stack) {
        StringBuilder message = new StringBuilder(settings.name());
        message.append(" - The ")
                .append(task)
                .append(" ran for longer than its timeout of ")
                .append(timeout.toMillis());
        message.append(" ms in worker ")
                .append(worker.id())
                .append(" (pid ")
                .append(worker.pid())
                .append(')');
        if (!stack.isEmpty()) {
            message.append(". It was at:");
            stack.forEach(frame -> message.append("\n\tat ").append(frame));
        }
        fail(
                task,
                worker,
                Outcome.TIMEOUT,
                new TaskTimeoutException(message.toString(), Limit.RUNNING, timeout, stack));
    }

    /** The task waited too long. */
    void waitedTooLong(PendingTask<?> task, Duration timeout, String poolState) {
        String message = settings.name() + " - The " + task
                + " waited for a worker for longer than its queue timeout of " + timeout.toMillis() + " ms ("
                + poolState + ")";
        fail(
                task,
                PendingTask.NoWorker.QUEUED,
                Outcome.TIMEOUT,
                new TaskTimeoutException(message, Limit.QUEUED, timeout, List.of()));
    }

    /**
     * The executor was shut down before or while the task ran.
     *
     * @return false if the task is not where it is thought to be
     */
    boolean dropped(PendingTask<?> task, Object expectedOwner) {
        return completed(dropping(task, expectedOwner));
    }

    /** As {@link #dropped}, in two steps. */
    @Nullable
    Runnable dropping(PendingTask<?> task, Object expectedOwner) {
        return failing(
                task,
                expectedOwner,
                Outcome.CANCELLED,
                () -> new CancellationException(
                        settings.name() + " - The " + task + " was cancelled: the executor was shut down"),
                Reply.NONE);
    }

    /**
     * There will be no worker for a task that waits for one.
     *
     * @param wanting what none can be: started or prepared
     */
    @Nullable
    Runnable notServed(PendingTask<?> task, String wanting, WorkerStartException cause) {
        String message =
                settings.name() + " - No worker can be " + wanting + " for the " + task + ": " + cause.getMessage();
        return failing(
                task,
                PendingTask.NoWorker.QUEUED,
                Outcome.ERROR,
                new WorkerStartException(message, cause.command(), cause.lastOutput(), cause));
    }

    /** The task's future was cancelled or completed from outside. */
    void abandoned(PendingTask<?> task) {
        tell(task, listeners.isEmpty() ? null : event(task, Outcome.CANCELLED, Reply.NONE));
    }

    /** The executor did not take the task. */
    void rejected(PendingTask<?> task) {
        tell(task, null);
        if (!listeners.isEmpty()) {
            listeners.tellOfRefused(event(task, Outcome.REJECTED, Reply.NONE));
        }
    }

    /** It was not taken since it cannot be encoded. */
    void unencodable(TaskOptions options, long tookNanos) {
        tellUnencodable(listeners, options, tookNanos);
    }

    /** As {@link #unencodable}, where there is no pool. */
    static void tellUnencodable(Listeners listeners, TaskOptions options, long tookNanos) {
        Duration waited = options.waited();
        listeners.tellOfRefused(new TaskCompleted(
                0,
                options.label(),
                Outcome.ERROR,
                0,
                waited,
                Duration.ZERO,
                Duration.ZERO,
                waited.plusNanos(tookNanos),
                List.of()));
    }

    private void fail(PendingTask<?> task, Object expectedOwner, Outcome outcome, Throwable failure) {
        completed(failing(task, expectedOwner, outcome, failure));
    }

    /**
     * Fails a task, in two steps.
     *
     * @param expectedOwner the worker that has it, or {@link PendingTask.NoWorker#QUEUED}
     * @return completes the future, which runs user code; {@code null} if the task is not where it is thought to be
     */
    private @Nullable Runnable failing(PendingTask<?> task, Object expectedOwner, Outcome outcome, Throwable failure) {
        return failing(task, expectedOwner, outcome, () -> failure, Reply.NONE);
    }

    private @Nullable Runnable failing(
            PendingTask<?> task, Object expectedOwner, Outcome outcome, Supplier<Throwable> failure, Reply reply) {
        if (task.isDone()) {
            return null;
        }
        // First, since there may be no room for it.
        Runnable completion = () -> {
            TaskCompleted event = null;
            try {
                event = decided(task, outcome, reply);
            } finally {
                try {
                    task.future().fail(made(failure));
                } finally {
                    tell(task, event);
                }
            }
        };
        ending(task);
        boolean mine = expectedOwner == PendingTask.NoWorker.QUEUED ? queue.remove(task) : task.finishIf(expectedOwner);
        if (!mine) {
            ended(task);
            return null;
        }
        return completion;
    }

    /** One that cannot be made is replaced by the reason for that. */
    private static Throwable made(Supplier<Throwable> failure) {
        try {
            return failure.get();
        } catch (Throwable e) {
            return e;
        }
    }

    private static boolean completed(@Nullable Runnable completion) {
        if (completion != null) {
            completion.run();
        }
        return completion != null;
    }

    private static TaskSerializationException undecodable(Throwable failure) {
        return failure instanceof TaskSerializationException known
                ? known.in(Phase.DECODE_RESULT)
                : new TaskSerializationException(
                        Phase.DECODE_RESULT,
                        null,
                        null,
                        ThrowableCopy.of(failure).headline(),
                        failure);
    }

    /**
     * What there is to tell of a task whose future is about to be completed; {@code null} if nobody wants to know. From here
     * on user code runs for as long as it likes, which needs nothing of what was sent with the task.
     */
    private @Nullable TaskCompleted decided(PendingTask<?> task, Outcome outcome, Reply reply) {
        task.forgetRequest();
        Consumer<TaskCompleted> observer = task.options().whenDecided().orElse(null);
        if (observer == null && listeners.isEmpty()) {
            return null;
        }
        TaskCompleted event = event(task, outcome, reply);
        if (observer != null) {
            Listeners.tellOnly(observer, event);
        }
        return event;
    }

    private void tell(PendingTask<?> task, @Nullable TaskCompleted event) {
        try {
            completed.increment();
            task.forgetRequest();
            if (event != null) {
                listeners.tellOfTask(event);
            }
        } finally {
            task.told();
            ending.remove(task);
        }
    }

    private static TaskCompleted event(PendingTask<?> task, Outcome outcome, Reply reply) {
        Timings timings = reply.timings();
        List<Serialization> each = new ArrayList<>(4);
        String serializer = task.serializer().name();
        long bytes = task.payloadBytes();
        add(each, Operation.ENCODE, Side.PARENT, serializer, task.encodeNanos(), bytes);
        add(each, Operation.DECODE, Side.WORKER, serializer, timings.decodeNanos(), bytes);
        add(each, Operation.ENCODE, Side.WORKER, serializer, timings.encodeNanos(), reply.bytes());
        add(each, Operation.DECODE, Side.PARENT, serializer, reply.decodeNanos(), reply.bytes());
        return new TaskCompleted(
                task.id(),
                task.options().label(),
                outcome,
                task.workerPid(),
                Duration.ofNanos(task.queuedNanos()),
                Duration.ofNanos(reply.transferNanos(task.dispatchedNanos())),
                Duration.ofNanos(timings.runNanos()),
                Duration.ofNanos(task.totalNanos()),
                List.copyOf(each));
    }

    private static void add(
            List<Serialization> to, Operation operation, Side side, String serializer, long nanos, long bytes) {
        if (nanos > 0) {
            to.add(new Serialization(operation, side, serializer, Duration.ofNanos(nanos), bytes));
        }
    }

    /** Classes are looked up by the thread's context loader, and the reading thread has none of its own. */
    private @Nullable Object inContext(Decoding decoding) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(settings.launch().classLoader());
        try {
            return decoding.decode();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private interface Decoding {
        @Nullable
        Object decode();
    }
}
