package io.processexecutor.pool;

import io.processexecutor.TaskOptions;
import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.protocol.Message.Run;
import io.processexecutor.internal.protocol.Payload;
import io.processexecutor.internal.protocol.PayloadFiles;
import io.processexecutor.serialization.shared.SharedUses;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One accepted task, until its future is done. It is queued, owned by a worker, or done; whoever makes it done, and
 * nobody else, completes the future.
 *
 * <p>As a {@link Runnable} it stands for a task that never started in what {@code shutdownNow} returns.
 */
final class PendingTask<T> implements Runnable {

    /** What {@link #owner} holds while no worker has the task. */
    enum NoWorker {
        QUEUED,
        DONE
    }

    private final AtomicReference<Object> owner = new AtomicReference<>(NoWorker.QUEUED);
    private final long id;
    private final TaskOptions options;
    private final TaskSerializer serializer;
    private final long encodeNanos;
    private final long payloadBytes;
    private final boolean needsPreparedWorker;
    private final @Nullable T fixedResult;
    private final TaskFuture<T> future;
    private final long submittedNanos = System.nanoTime();

    /** What is needed only until the task is done. */
    private volatile @Nullable TaskRequest request;

    /** If it is large: stays until no worker needs it any more. */
    private final @Nullable Payload inFile;

    private final PayloadFiles payloads;
    private final SharedUses uses;
    private volatile boolean runsOn;

    private volatile long waitingSinceNanos = submittedNanos;
    private volatile long dispatchedNanos;
    private volatile long workerPid;
    private volatile int attempt;
    private volatile int handBacks;
    private volatile int crashes;
    private volatile @Nullable Duration overrun;
    private volatile @Nullable TaskProgress progress;
    private volatile @Nullable Future<?> queueTimer;
    private volatile @Nullable Future<?> runTimer;

    PendingTask(long id, TaskRequest request, WorkerPool pool, @Nullable T fixedResult) {
        this.id = id;
        this.request = request;
        this.options = request.options();
        this.serializer = request.serializer();
        this.encodeNanos = request.encodeNanos();
        this.payloadBytes = request.payload().size();
        this.inFile = request.payload().file() == null ? null : request.payload();
        this.payloads = pool.payloads();
        this.uses = request.encoded().uses();
        this.needsPreparedWorker = request.encoded().needsPreparedWorker();
        this.fixedResult = fixedResult;
        this.future = new TaskFuture<>(this, pool);
    }

    long id() {
        return id;
    }

    TaskOptions options() {
        return options;
    }

    TaskSerializer serializer() {
        return serializer;
    }

    TaskFuture<T> future() {
        return future;
    }

    /** Gives the queued task to a worker; fails if it is done. */
    boolean claim(PooledWorker worker) {
        if (!owner.compareAndSet(NoWorker.QUEUED, worker)) {
            return false;
        }
        int attempts = attempt;
        attempt = attempts + 1;
        begins();
        workerPid = worker.pid();
        return true;
    }

    /** The worker that has it is, as far as can be known here, about to run it. */
    void begins() {
        dispatchedNanos = System.nanoTime();
    }

    /** Takes the task back from a worker; fails if it is done. */
    boolean giveBack(PooledWorker worker) {
        return owner.compareAndSet(worker, NoWorker.QUEUED);
    }

    /**
     * Makes the task done.
     *
     * @return who had it; {@link NoWorker#DONE} if somebody else was first
     */
    Object finish() {
        Object had = owner.getAndSet(NoWorker.DONE);
        cancel(queueTimer);
        return had;
    }

    /**
     * Makes the task done if it is still where it is thought to be.
     *
     * @param expected the worker that has it, or {@link NoWorker#QUEUED}
     * @return whether it was there
     */
    boolean finishIf(Object expected) {
        if (!owner.compareAndSet(expected, NoWorker.DONE)) {
            return false;
        }
        cancel(queueTimer);
        cancel(runTimer);
        return true;
    }

    boolean isOwnedBy(PooledWorker worker) {
        return owner.get() == worker;
    }

    /** Who has it now: a worker, or one of {@link NoWorker}. */
    Object owner() {
        return Objects.requireNonNull(owner.get());
    }

    /** The worker is done with it, so how long it runs is no question any more. */
    void cancelRunTimer() {
        cancel(runTimer);
    }

    boolean isDone() {
        return owner.get() == NoWorker.DONE;
    }

    boolean isQueued() {
        return owner.get() == NoWorker.QUEUED;
    }

    /** The message for a worker that claimed it; {@code null} if it is done. */
    @Nullable
    Run toMessage() {
        TaskRequest asked = request;
        if (asked == null) {
            return null;
        }
        return new Run(id, attempt, asked.form(), asked.wireName(), asked.context(), asked.payload());
    }

    /** What a worker needs to define some of its classes; empty if it is done, or the classes are not its own. */
    byte[] definitions(Collection<String> names) {
        TaskRequest asked = request;
        return asked == null ? new byte[0] : asked.encoded().definitions(names);
    }

    /** Where it was submitted, as long as it is not done. */
    StackTraceElement[] submissionFrames() {
        TaskRequest asked = request;
        return asked == null ? new StackTraceElement[0] : asked.submission().getStackTrace();
    }

    /** To be called once the future is complete: what was encoded and the submitter's stack are not held any longer. */
    void forgetRequest() {
        request = null;
        if (!runsOn) {
            deletePayload();
        }
    }

    /** Its future is about to be completed, but the worker that has it is not to stop and may have yet to read it. */
    void mayRunOn() {
        runsOn = true;
    }

    /** To be called once it is done and no worker has it any more: nobody reads it, nor what was shared with it. */
    void deletePayload() {
        uses.release();
        if (inFile != null) {
            payloads.delete(inFile);
        }
    }

    int attempt() {
        return attempt;
    }

    /** To be called by who judges the death of the worker that had the task, and so by one thread at a time. */
    int countHandBack() {
        int count = handBacks + 1;
        handBacks = count;
        return count;
    }

    /** As {@link #countHandBack}. */
    int countCrash() {
        int count = crashes + 1;
        crashes = count;
        return count;
    }

    void queueTimer(Future<?> timer) {
        cancel(queueTimer);
        queueTimer = timer;
        if (isDone()) {
            timer.cancel(false);
        }
    }

    void runTimer(Future<?> timer) {
        runTimer = timer;
    }

    /** The task ran for longer than this and is being stopped. */
    void overrun(Duration timeout) {
        overrun = timeout;
    }

    @Nullable
    Duration overrun() {
        return overrun;
    }

    void progress(TaskProgress told) {
        progress = told;
    }

    @Nullable
    TaskProgress progress() {
        return progress;
    }

    /** The process of the last worker that got it; 0 if none ever did. */
    long workerPid() {
        return workerPid;
    }

    long encodeNanos() {
        return encodeNanos;
    }

    long payloadBytes() {
        return payloadBytes;
    }

    /** Whether only a worker that was prepared may run it. */
    boolean needsPreparedWorker() {
        return needsPreparedWorker;
    }

    @Nullable
    T fixedResult() {
        return fixedResult;
    }

    /** Since when it waits for a worker; if it is to be run again after a crash, since that. */
    long waitingSinceNanos() {
        return waitingSinceNanos;
    }

    void waitAnew() {
        waitingSinceNanos = System.nanoTime();
    }

    long dispatchedNanos() {
        return dispatchedNanos;
    }

    /** From the submission until a worker got it, or until now. */
    long queuedNanos() {
        long until = dispatchedNanos == 0 ? System.nanoTime() : dispatchedNanos;
        return until - submittedNanos + options.waited().toNanos();
    }

    /** From the submission, which begins with the encoding, until now. */
    long totalNanos() {
        return System.nanoTime()
                - submittedNanos
                + encodeNanos()
                + options.waited().toNanos();
    }

    /** The task as messages name it. */
    String describe() {
        return options.label().map(label -> "task " + id + " (" + label + ")").orElse("task " + id);
    }

    @Override
    public void run() {
        throw new IllegalStateException("The " + describe() + " was dropped by shutdownNow and its future is cancelled:"
                + " submit it again to another executor");
    }

    @Override
    public String toString() {
        return describe();
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
