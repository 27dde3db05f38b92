package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerStartException;
import io.processexecutor.WorkerVitals;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.StatusPage;
import io.processexecutor.internal.protocol.ThrowableCopy;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process has no memory or no thread left, which may pass. What nobody else would do is done again until it succeeds.
 * Takes no memory itself.
 */
final class Shortage {

    private static final Logger log = LoggerFactory.getLogger(Shortage.class);

    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(10).toNanos();

    /** Longer than that nobody can wait for. */
    private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

    private Shortage() {}

    /** To be called while there is room: what is done for the first time takes memory, even in classes of the JDK. */
    static void expect() {
        outlast(() -> {});
        String unusedText = Mishap.STEP_FAILED.text();
        boolean unused = mayPass(new OutOfMemoryError(), longest(), 1);
        linkDeque();
        linkFuture();
        load();
    }

    /**
     * What is first needed when a worker or task fails, or a pool ends, with all that is nested in it. A class that finds no room
     * for its statics is lost for good, and so is one whose file cannot be opened for want of a descriptor.
     */
    private static void load() {
        for (Class<?> each : List.of(
                Message.class,
                PoolThreads.class,
                LostTask.class,
                ProcessExecutorStats.class,
                Relay.class,
                RemoteFailures.class,
                ReusableExecutors.class,
                Room.class,
                StatusPage.class,
                TaskTimeoutException.class,
                ThrowableCopy.class,
                WorkerExit.class,
                WorkerState.class,
                WorkerVitals.class)) {
            for (Class<?> member : each.getNestMembers()) {
                load(member);
            }
        }
    }

    private static void load(Class<?> each) {
        try {
            Class<?> unused = Class.forName(each.getName(), true, each.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A deque that links an access of its fields half way through a change could lose what it was given, or keep it twice. */
    private static void linkDeque() {
        Deque<Integer> deque = new ConcurrentLinkedDeque<>();
        for (int i = 0; i < 5; i++) {
            deque.addLast(i);
            deque.addFirst(-i);
        }
        boolean unused = deque.remove(2) && deque.removeLastOccurrence(-2);
        for (int i = 0; i < 3; i++) {
            deque.pollFirst();
            deque.pollLast();
        }
    }

    /** As a deque, a future could lose some of those that depend on it. */
    private static void linkFuture() {
        for (Throwable failure : new @Nullable Throwable[] {null, new OutOfMemoryError()}) {
            CompletableFuture<String> future = new CompletableFuture<>();
            CompletableFuture<Void> all = CompletableFuture.allOf(future, future);
            for (int i = 0; i < 2; i++) {
                CompletableFuture<Void> unused = CompletableFuture.allOf(future.copy(), all);
            }
            boolean unused = failure == null ? future.complete("") : future.completeExceptionally(failure);
        }
    }

    /** Until when a shortage that begins now may last. */
    static long longest() {
        return System.nanoTime() + LONGEST_NANOS;
    }

    /**
     * Waits a moment before what failed is tried again.
     *
     * @return false if there is no point in that
     */
    static boolean mayPass(Throwable failure, long untilNanos) {
        return mayPass(failure, untilNanos, LOOK_AGAIN_NANOS);
    }

    private static boolean mayPass(Throwable failure, long untilNanos, long pauseNanos) {
        if (!(failure instanceof VirtualMachineError) || System.nanoTime() - untilNanos >= 0) {
            return false;
        }
        LockSupport.parkNanos(pauseNanos);
        return true;
    }

    /** Does something, and again as long as there is no room for it. Not for threads of callers, who may be the reason. */
    static void outlast(Runnable step) {
        Throwable failure = attempt(step);
        if (failure != null) {
            tell(log, Mishap.STEP_FAILED, failure);
        }
    }

    /**
     * As {@link #outlast}, where it matters what went wrong.
     *
     * @return what it failed with in the end; {@code null} if it did not
     */
    static @Nullable Throwable attempt(Runnable step) {
        long until = longest();
        while (true) {
            try {
                step.run();
                return null;
            } catch (Throwable e) {
                if (!mayPass(e, until)) {
                    return e;
                }
            }
        }
    }

    /** Logs what it says, unless that fails. */
    static void warn(Logger log, WorkerStartException failure) {
        try {
            log.warn("{}", failure.getMessage());
        } catch (Throwable noRoom) {
            // What matters more goes on.
        }
    }

    /** Logs it, unless there is no room even for that. */
    static void tell(Logger log, Mishap mishap, Throwable failure) {
        try {
            log.error(mishap.text(), failure);
        } catch (Throwable noRoom) {
            // What matters more goes on.
        }
    }
}
