package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorException;
import io.processexecutor.TaskContext;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.TaskSerializer;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.TaskTimeoutException.Limit;
import io.processexecutor.event.Serialization;
import io.processexecutor.event.Serialization.Operation;
import io.processexecutor.event.Serialization.Side;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.TaskCompleted.Outcome;
import io.processexecutor.internal.protocol.CarriedContext;
import io.processexecutor.internal.protocol.Message.Form;
import io.processexecutor.internal.protocol.Payload;
import io.processexecutor.internal.protocol.PayloadFiles;
import io.processexecutor.internal.protocol.PayloadOutput;
import io.processexecutor.internal.protocol.TaskInProcess;
import io.processexecutor.internal.protocol.ThrowableCopy;
import io.processexecutor.serialization.ExecutorSerializers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A task on its way there and back without leaving the process. Whoever completes its future first decides. */
final class InProcessTask<T> implements Runnable {

    private final TaskRequest request;
    private final ExecutorSerializers serializers;
    private final @Nullable T fixedResult;
    private final @Nullable Duration timeout;
    private final @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();
    private final TravellingFuture<T> future = new TravellingFuture<>();
    private final long id;
    private final Listeners listeners;

    /** Makes room for another one. */
    private final Runnable leaves;

    private final long submittedNanos = System.nanoTime();
    private final List<Serialization> serializations = Collections.synchronizedList(new ArrayList<>(4));
    private volatile long begunNanos;
    private volatile long ranNanos;

    /** It came to its end here, whatever that was, and nobody else completed its future. */
    private volatile boolean ended;

    private @Nullable Thread running;

    InProcessTask(
            long id,
            TaskRequest request,
            ExecutorSerializers serializers,
            @Nullable Duration timeout,
            @Nullable T fixedResult,
            Listeners listeners,
            Runnable leaves) {
        this.id = id;
        this.leaves = leaves;
        this.listeners = listeners;
        this.request = request;
        this.serializers = serializers;
        this.timeout = timeout;
        this.fixedResult = fixedResult;
        serializations.add(new Serialization(
                Operation.ENCODE,
                Side.PARENT,
                request.serializer().name(),
                Duration.ofNanos(request.encodeNanos()),
                request.payload().size()));
        CompletableFuture<T> unused = future.whenComplete((value, failure) -> {
            interrupt();
            request.encoded().uses().release();
            tell(outcome(failure));
        });
    }

    long id() {
        return id;
    }

    /** It is not taken. */
    void rejected() {
        if (!listeners.isEmpty()) {
            listeners.tellOfRefused(event(Outcome.REJECTED));
        }
    }

    /** Tells the listeners what became of it. */
    private void tell(Outcome outcome) {
        if (!listeners.isEmpty()) {
            listeners.tellOfTask(event(outcome));
        }
    }

    private void decide(Outcome outcome) {
        ended = true;
        request.options().whenDecided().ifPresent(observer -> Listeners.tellOnly(observer, event(outcome)));
    }

    private TaskCompleted event(Outcome outcome) {
        TaskOptions options = request.options();
        long now = System.nanoTime();
        long begun = begunNanos;
        return new TaskCompleted(
                id,
                options.label(),
                outcome,
                begun == 0 ? 0 : ProcessHandle.current().pid(),
                Duration.ofNanos((begun == 0 ? now : begun) - submittedNanos).plus(options.waited()),
                Duration.ZERO,
                Duration.ofNanos(ranNanos),
                Duration.ofNanos(now - submittedNanos).plus(options.waited()),
                List.copyOf(serializations));
    }

    private Outcome outcome(@Nullable Throwable failure) {
        if (failure instanceof TaskTimeoutException) {
            return Outcome.TIMEOUT;
        }
        if (!ended) {
            return Outcome.CANCELLED;
        }
        return failure == null ? Outcome.SUCCESS : Outcome.ERROR;
    }

    CompletableFuture<T> future() {
        return future;
    }

    /** Fails the task if it has not begun by then. */
    void expireAfter(Duration queueTimeout) {
        after(queueTimeout, () -> {
            if (begunNanos == 0) {
                String message = describe() + " waited for longer than its queue timeout of " + queueTimeout;
                future.completeExceptionally(new TaskTimeoutException(message, Limit.QUEUED, queueTimeout, List.of()));
            }
        });
    }

    @Override
    public void run() {
        if (!begin()) {
            leaves.run();
            return;
        }
        if (timeout != null) {
            after(timeout, this::ranTooLong);
        }
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        thread.setContextClassLoader(context);
        try {
            @Nullable T value = travelAndCall();
            end();
            decide(Outcome.SUCCESS);
            future.complete(value);
        } catch (Throwable failure) {
            end();
            decide(Outcome.ERROR);
            future.completeExceptionally(failure);
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    private @Nullable T travelAndCall() throws Throwable {
        CarriedContext carried;
        try {
            carried = CarriedContext.decode(request.context(), serializers.named(CarriedContext.SERIALIZER));
        } catch (TaskSerializationException e) {
            throw e.in(Phase.DECODE_TASK);
        }
        Object outcome = carried.around(this::decodeAndCall);
        if (outcome instanceof Throwable thrown) {
            throw thrown;
        }
        Object copy = decode(request.serializer(), (Payload) outcome, Phase.DECODE_RESULT, Side.PARENT);
        @SuppressWarnings("unchecked") // the task was submitted as one that returns a T
        T value = fixedResult != null ? fixedResult : (T) copy;
        return value;
    }

    /** Gives its encoded result, or what it threw. */
    private Object decodeAndCall() {
        TaskSerializer serializer = request.serializer();
        Object task = Objects.requireNonNull(decode(serializer, request.payload(), Phase.DECODE_TASK, Side.WORKER));
        Object result;
        long began = System.nanoTime();
        try {
            result = call(task);
        } catch (Throwable thrown) {
            return travelled(thrown, serializer);
        } finally {
            ranNanos = System.nanoTime() - began;
        }
        long ran = System.nanoTime();
        Payload encoded = encode(serializer, result);
        took(Operation.ENCODE, Side.WORKER, ran, encoded);
        return encoded;
    }

    private @Nullable Object call(Object task) throws Exception {
        return TaskContext.during(this::progressed, () -> TaskInProcess.run(() -> callIn(task)));
    }

    private void progressed(TaskProgress progress) {
        if (ended) {
            return;
        }
        future.progress = progress;
        Progressing.tell(
                listeners, id, request.options(), ProcessHandle.current().pid(), progress);
    }

    private @Nullable Object callIn(Object task) throws Exception {
        Thread thread = Thread.currentThread();
        thread.setContextClassLoader(ExecutorSerializers.contextOf(task).orElse(context));
        if (request.form() == Form.CALL) {
            return ((Callable<?>) task).call();
        }
        ((Runnable) task).run();
        return null;
    }

    private static Payload encode(TaskSerializer serializer, @Nullable Object value) {
        PayloadOutput encoded = new PayloadOutput(Phase.ENCODE_RESULT, PayloadFiles.NONE);
        try {
            serializer.encode(value, encoded);
        } catch (TaskSerializationException e) {
            throw e.in(Phase.ENCODE_RESULT);
        }
        return encoded.payload();
    }

    private @Nullable Object decode(TaskSerializer serializer, Payload bytes, Phase phase, Side side) {
        long began = System.nanoTime();
        Object decoded = decode(serializer, bytes, phase);
        took(Operation.DECODE, side, began, bytes);
        return decoded;
    }

    private void took(Operation operation, Side side, long beganNanos, Payload bytes) {
        Duration time = Duration.ofNanos(System.nanoTime() - beganNanos);
        serializations.add(
                new Serialization(operation, side, request.serializer().name(), time, bytes.size()));
    }

    private static @Nullable Object decode(TaskSerializer serializer, Payload bytes, Phase phase) {
        try {
            return serializer.decode(PayloadOutput.open(bytes.bytes()));
        } catch (TaskSerializationException e) {
            throw e.in(phase);
        }
    }

    /** What the caller gets to see of it from a worker: a copy, or what stands in for one that cannot travel. */
    private static Throwable travelled(Throwable thrown, TaskSerializer serializer) {
        try {
            return (Throwable)
                    Objects.requireNonNull(decode(serializer, encode(serializer, thrown), Phase.DECODE_RESULT));
        } catch (ProcessExecutorException e) {
            return RemoteFailures.standIn(ThrowableCopy.of(thrown));
        }
    }

    private void ranTooLong() {
        StackTraceElement[] stack = stack();
        if (stack == null) {
            return;
        }
        Duration limit = Objects.requireNonNull(timeout);
        String message = describe() + " ran for longer than its timeout of " + limit;
        future.completeExceptionally(new TaskTimeoutException(message, Limit.RUNNING, limit, List.of(stack)));
    }

    @Override
    public String toString() {
        return request.options()
                .label()
                .map(label -> "task " + id + " (" + label + ")")
                .orElse("task " + id);
    }

    private String describe() {
        return request.options().label().map(label -> "The task " + label).orElse("A task");
    }

    /** Does something unless the future is done by then, and keeps nothing of the task for longer than that. */
    private void after(Duration time, Runnable what) {
        CompletableFuture<Boolean> elapsed =
                new CompletableFuture<Boolean>().completeOnTimeout(true, PoolThreads.nanos(time), TimeUnit.NANOSECONDS);
        CompletableFuture<Void> unused = elapsed.thenAcceptAsync(late -> {
            if (late) {
                what.run();
            }
        });
        // With a value: a timer goes on for what was cancelled before Java 21.
        CompletableFuture<T> unusedToo = future.whenComplete((value, failure) -> elapsed.complete(false));
    }

    private synchronized boolean begin() {
        if (future.isDone()) {
            return false;
        }
        running = Thread.currentThread();
        begunNanos = System.nanoTime();
        return true;
    }

    /** The thread is the next task's from here on: an interrupt that came too late is taken off it. */
    private synchronized void end() {
        if (running != null) {
            running = null;
            // Before its future is done: who waits for that may submit the next one.
            leaves.run();
        }
        boolean ignored = Thread.interrupted();
    }

    private synchronized void interrupt() {
        if (running != null) {
            running.interrupt();
        }
    }

    private synchronized StackTraceElement @Nullable [] stack() {
        return running == null ? null : running.getStackTrace();
    }

    private static final class TravellingFuture<T> extends CompletableFuture<T> implements Progressing {

        private volatile @Nullable TaskProgress progress;

        @Override
        public @Nullable TaskProgress progress() {
            return progress;
        }
    }
}
