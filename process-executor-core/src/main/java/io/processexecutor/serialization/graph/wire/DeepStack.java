package io.processexecutor.serialization.graph.wire;

import io.processexecutor.serialization.graph.failure.LockedOut;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Work on a thread with a large stack, for what is too deep for the caller's: only address space is reserved, and memory
 * is taken as the graph needs it. The caller waits, but not for ever: a hook on the other thread may need a lock that the
 * caller holds.
 *
 * <p>A thread waits a moment for more to do. Half of the time of a deep graph goes by until the system has given the stack
 * its memory.
 *
 * @param <T> what is computed
 */
public final class DeepStack<T> {

    private static final Executor LARGE = threads(1L << 30);
    private static final Executor SMALLER = threads(1L << 27);

    private static final long IDLE_MILLIS = 1000;

    /** The first look comes soon, for a graph whose hooks share a lock; then ever later, for they cost. */
    private static final long FIRST_LOOK_MICROS = 200;

    private static final long LONGEST_MICROS_BETWEEN_LOOKS = 200_000;

    private static final int LONGEST_CHAIN_OF_OWNERS = 16;

    private final FutureTask<T> task;
    private final Thread waiter = Thread.currentThread();
    private final @Nullable ClassLoader context = waiter.getContextClassLoader();
    private volatile @Nullable Thread thread;

    private DeepStack(Callable<T> work) {
        this.task = new FutureTask<>(work);
    }

    /**
     * Computes on a large stack. The thread locals of the caller, inheritable ones too, are not to be seen there.
     *
     * @param work what to compute
     * @param <T> its result
     * @return the result
     * @throws ExecutionException what the work threw
     */
    public static <T> T call(Callable<T> work) throws ExecutionException {
        DeepStack<T> called = new DeepStack<>(work);
        if (!called.startsOn(LARGE) && !called.startsOn(SMALLER)) {
            throw new MalformedGraph(
                    "the graph is too deep for this stack, and the system gives no thread with a larger one");
        }
        return called.await();
    }

    private boolean startsOn(Executor threads) {
        try {
            threads.execute(this::run);
            return true;
        } catch (OutOfMemoryError e) {
            // No address space for the stack: nothing is wrong with the heap.
            return false;
        }
    }

    private void run() {
        Stack stack = (Stack) Thread.currentThread();
        stack.waiter = waiter;
        stack.setContextClassLoader(context);
        thread = stack;
        try {
            task.run();
        } finally {
            stack.setContextClassLoader(null);
            stack.waiter = null;
        }
    }

    private T await() throws ExecutionException {
        boolean interrupted = false;
        long untilLook = FIRST_LOOK_MICROS;
        try {
            while (true) {
                try {
                    return task.get(untilLook, TimeUnit.MICROSECONDS);
                } catch (InterruptedException e) {
                    // Hooks are running there: leaving now would let them race with the caller.
                    interrupted = true;
                } catch (TimeoutException e) {
                    // Done meanwhile, the thread may be at work for somebody else.
                    if (waitsForItsCaller() && !task.isDone()) {
                        throw new LockedOut(this::awaitEnd);
                    }
                    untilLook = Math.min(untilLook * 2, LONGEST_MICROS_BETWEEN_LOOKS);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void awaitEnd() {
        try {
            Object ignored = await();
        } catch (ExecutionException e) {
            // It was to end, and how is of no interest: the work is done again.
            return;
        }
    }

    /** Whether the thread cannot go on before a lock is given back by whoever waits for the thread. */
    private boolean waitsForItsCaller() {
        Thread working = thread;
        if (working == null) {
            return false;
        }
        long blocked = working.getId();
        for (int i = 0; i < LONGEST_CHAIN_OF_OWNERS; i++) {
            ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(blocked);
            if (info == null || info.getLockOwnerId() < 0) {
                return false;
            }
            blocked = info.getLockOwnerId();
            for (Thread each = Thread.currentThread(); each != null; each = Stack.waiterOf(each)) {
                if (each.getId() == blocked) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Executor threads(long stackBytes) {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_MILLIS,
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                work -> new Stack(work, stackBytes));
    }

    /** A thread that knows who waits for it: a hook on it may encode another graph and wait in turn. */
    private static final class Stack extends Thread {

        private @Nullable Thread waiter;

        private Stack(Runnable work, long stackBytes) {
            super(null, work, "process-executor-deep-graph", stackBytes, false);
            setDaemon(true);
            setContextClassLoader(null);
        }

        static @Nullable Thread waiterOf(Thread thread) {
            return thread instanceof Stack stack ? stack.waiter : null;
        }
    }
}
