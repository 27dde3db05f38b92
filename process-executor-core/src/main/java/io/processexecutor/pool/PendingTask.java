package io.processexecutor.pool;

import static java.util.concurrent.atomic.AtomicReferenceFieldUpdater.newUpdater;

import io.processexecutor.TaskOptions;
import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.protocol.Message.Form;
import io.processexecutor.internal.protocol.Message.Run;
import io.processexecutor.internal.protocol.Message.Timings;
import io.processexecutor.internal.protocol.Payload;
import io.processexecutor.internal.protocol.PayloadFiles;
import io.processexecutor.serialization.ExecutorSerializers;
import io.processexecutor.serialization.runtime.Encoded;
import io.processexecutor.serialization.shared.SharedUses;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger log = LoggerFactory.getLogger(PendingTask.class);

    // No VarHandle: its call sites are linked when they are first come by, and if there is no memory for that just
    // then, who
    // has the task cannot be changed.
    @SuppressWarnings("rawtypes") // there is no class of a generic type
    private static final AtomicReferenceFieldUpdater<PendingTask, Object> OWNER =
            newUpdater(PendingTask.class, Object.class, "owner");

    @SuppressWarnings("rawtypes") // there is no class of a generic type
    private static final AtomicReferenceFieldUpdater<PendingTask, Baggage> BAGGAGE =
            newUpdater(PendingTask.class, Baggage.class, "baggage");

    private volatile Object owner = NoWorker.QUEUED;
    private final long id;
    private final Form form;
    private final TaskOptions options;
    private final TaskSerializer serializer;
    private final long encodeNanos;
    private final long payloadBytes;
    private final @Nullable T fixedResult;
    private final TaskFuture<T> future;
    private final long submittedNanos = System.nanoTime();

    // What is needed only until the task is done; the payload stands here if it is but an array.
    private volatile byte @Nullable [] payload;
    private volatile @Nullable ByteBuffer context;
    private volatile @Nullable Encoded encoded;
    private volatile @Nullable Throwable submission;

    /** What its future has yet to be completed with, for want of memory. */
    private volatile @Nullable Throwable owed;

    /** Stays until no worker needs it any more; most tasks have none. */
    private volatile @Nullable Baggage baggage;

    private volatile boolean runsOn;
    private volatile boolean told;
    private volatile @Nullable Future<?> queueTimer;

    /** Made once a worker gets the task: the many that wait do without. */
    private volatile @Nullable Attempts attempts;

    PendingTask(long id, TaskRequest request, WorkerPool pool, @Nullable T fixedResult) {
        this.id = id;
        this.form = request.form();
        this.options = request.options();
        this.serializer = request.serializer();
        this.encodeNanos = request.encodeNanos();
        this.payloadBytes = request.payload().size();
        this.payload = request.payload().asArray();
        this.baggage = payload != null && request.encoded().uses() == SharedUses.NONE
                ? null
                : new Baggage(
                        request.payload(), pool.payloads(), request.encoded().uses());
        this.context = request.context();
        this.encoded = request.encoded();
        this.submission = pool.keepsSubmitters() ? new Throwable() : null;
        this.fixedResult = fixedResult;
        this.future = new TaskFuture<>(this, pool);
    }

    /** What is not freed by being forgotten. */
    private record Baggage(Payload payload, PayloadFiles files, SharedUses uses) {

        void release() {
            try {
                uses.release();
            } finally {
                files.delete(payload);
            }
        }
    }

    /** What became of it at workers. */
    private static final class Attempts {

        private volatile long waitingSinceNanos;
        private volatile long dispatchedNanos;
        private volatile long beganNanos;
        private volatile long workerPid;
        private volatile int count;
        private volatile boolean recalled;
        private volatile int handBacks;
        private volatile int crashes;
        private volatile @Nullable Duration overrun;
        private volatile @Nullable TaskProgress progress;
        private volatile @Nullable Future<?> runTimer;

        Attempts(long waitingSinceNanos) {
            this.waitingSinceNanos = waitingSinceNanos;
        }
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
        Attempts known = attempts;
        if (known == null && isQueued()) {
            // First, since there may be no room for it.
            known = new Attempts(submittedNanos);
            attempts = known;
        }
        if (known == null || !OWNER.compareAndSet(this, NoWorker.QUEUED, worker)) {
            return false;
        }
        int before = known.count;
        known.count = before + 1;
        known.recalled = false;
        known.dispatchedNanos = System.nanoTime();
        known.workerPid = worker.pid();
        return true;
    }

    /** The worker that has it is, as far as can be known here, about to run it. */
    void begins() {
        claimed().dispatchedNanos = System.nanoTime();
    }

    /** The worker that was sent it last will not begin it. */
    void recalled() {
        Attempts known = attempts;
        if (known != null) {
            known.recalled = true;
        }
    }

    /** The worker told how long it took it; when it began is asked of those only that have a deadline. */
    void replied(Timings took) {
        Attempts known = attempts;
        if (known != null && known.runTimer != null) {
            known.beganNanos = (System.nanoTime() - took.decodeNanos() - took.runNanos() - took.encodeNanos()) | 1;
        }
    }

    /** When the worker that replied began with it; 0 as long as there is no reply. */
    long beganNanos() {
        return claimed().beganNanos;
    }

    /** Whether the worker that was sent it last told that it will not begin it. */
    boolean isRecalled() {
        Attempts known = attempts;
        return known != null && known.recalled;
    }

    /** Takes the task back from a worker; fails if it is done. */
    boolean giveBack(PooledWorker worker) {
        return OWNER.compareAndSet(this, worker, NoWorker.QUEUED);
    }

    /**
     * Makes the task done.
     *
     * @return who had it; {@link NoWorker#DONE} if somebody else was first
     */
    Object finish() {
        Object had = OWNER.getAndSet(this, NoWorker.DONE);
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
        if (!OWNER.compareAndSet(this, expected, NoWorker.DONE)) {
            return false;
        }
        cancel(queueTimer);
        cancelRunTimer();
        return true;
    }

    boolean isOwnedBy(PooledWorker worker) {
        return owner == worker;
    }

    /** Who has it now: a worker, or one of {@link NoWorker}. */
    Object owner() {
        return owner;
    }

    /** The worker is done with it, so how long it runs is no question any more. */
    void cancelRunTimer() {
        Attempts known = attempts;
        if (known != null) {
            cancel(known.runTimer);
        }
    }

    boolean isDone() {
        return owner == NoWorker.DONE;
    }

    boolean isQueued() {
        return owner == NoWorker.QUEUED;
    }

    /** The message for a worker that claimed it; {@code null} if it is done. */
    @Nullable
    Run toMessage() {
        byte[] bytes = payload;
        ByteBuffer carried = context;
        Baggage with = baggage;
        if (carried == null || (bytes == null && with == null)) {
            return null;
        }
        Payload sent = bytes == null ? Objects.requireNonNull(with).payload() : Payload.of(ByteBuffer.wrap(bytes));
        return new Run(id, attempt(), form, ExecutorSerializers.wireName(serializer), carried, sent);
    }

    /** What a worker needs to define some of its classes; empty if it is done, or the classes are not its own. */
    byte[] definitions(Collection<String> names) {
        Encoded known = encoded;
        return known == null ? new byte[0] : known.definitions(names);
    }

    /** Where it was submitted, as long as it is not done; empty if that was not kept. */
    List<StackTraceElement> submissionFrames() {
        Throwable known = submission;
        return known == null ? List.of() : List.of(known.getStackTrace());
    }

    /** To be called once it is decided what becomes of it: what was encoded and the submitter's stack are not held any longer. */
    void forgetRequest() {
        payload = null;
        context = null;
        encoded = null;
        submission = null;
        if (!runsOn) {
            releasePayload();
        }
    }

    /** Its future is about to be completed, but the worker that has it is not to stop and may have yet to read it. */
    void mayRunOn() {
        runsOn = true;
    }

    /** To be called once it is done and no worker has it any more: nobody reads it, nor what was shared with it. */
    void releasePayload() {
        // Whoever keeps the future does not keep what was sent. Who completes it and who waits for that may both be
        // here.
        Baggage with = baggage == null ? null : BAGGAGE.getAndSet(this, null);
        if (with != null) {
            with.release();
        }
    }

    /** Its future is complete, the callbacks on it returned, and whoever wanted to know what became of it was told. */
    void told() {
        told = true;
    }

    boolean isTold() {
        return told;
    }

    /** Its future could not be completed with this, or could not be cancelled if it is {@code null}. */
    void owe(@Nullable Throwable failure) {
        owed = failure;
    }

    @Nullable
    Throwable owed() {
        return owed;
    }

    int attempt() {
        return claimed().count;
    }

    /** How often a worker died that had it and had not begun it. */
    int handBacks() {
        return claimed().handBacks;
    }

    /** How often a worker died that ran it. */
    int crashes() {
        return claimed().crashes;
    }

    /**
     * It is to be run again. To be called by who judges the death of the worker that had it, and so by one thread at a time.
     *
     * @param begun whether the worker ran it
     */
    void runsAgain(boolean begun) {
        Attempts known = claimed();
        if (begun) {
            int before = known.crashes;
            known.crashes = before + 1;
            known.waitingSinceNanos = System.nanoTime();
        } else {
            int before = known.handBacks;
            known.handBacks = before + 1;
        }
    }

    void queueTimer(Future<?> timer) {
        cancel(queueTimer);
        queueTimer = timer;
        if (isDone()) {
            timer.cancel(false);
        }
    }

    void runTimer(Future<?> timer) {
        claimed().runTimer = timer;
    }

    /** The task ran for longer than this and is being stopped. */
    void overrun(Duration timeout) {
        claimed().overrun = timeout;
    }

    @Nullable
    Duration overrun() {
        Attempts known = attempts;
        return known == null ? null : known.overrun;
    }

    void progress(TaskProgress told) {
        claimed().progress = told;
    }

    @Nullable
    TaskProgress progress() {
        Attempts known = attempts;
        return known == null ? null : known.progress;
    }

    /** The process of the last worker that got it; 0 if none ever did. */
    long workerPid() {
        Attempts known = attempts;
        return known == null ? 0 : known.workerPid;
    }

    long encodeNanos() {
        return encodeNanos;
    }

    long payloadBytes() {
        return payloadBytes;
    }

    /** Whether only a worker that was prepared may run it, as long as it is not done. */
    boolean needsPreparedWorker() {
        Encoded known = encoded;
        return known != null && known.needsPreparedWorker();
    }

    @Nullable
    T fixedResult() {
        return fixedResult;
    }

    /** Since when it waits for a worker; if it is to be run again after a crash, since that. */
    long waitingSinceNanos() {
        Attempts known = attempts;
        return known == null ? submittedNanos : known.waitingSinceNanos;
    }

    /** When a worker got it; 0 if none ever did. */
    long dispatchedNanos() {
        Attempts known = attempts;
        return known == null ? 0 : known.dispatchedNanos;
    }

    /** From the submission until a worker got it, or until now. */
    long queuedNanos() {
        long dispatched = dispatchedNanos();
        long until = dispatched == 0 ? System.nanoTime() : dispatched;
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

    private Attempts claimed() {
        return Objects.requireNonNull(attempts, "no worker ever had it");
    }

    /** One that there was no room to cancel finds nothing to do. */
    private static void cancel(@Nullable Future<?> timer) {
        try {
            if (timer != null) {
                timer.cancel(false);
            }
        } catch (VirtualMachineError e) {
            Shortage.tell(log, Mishap.TIMER_STAYS, e);
        }
    }
}
