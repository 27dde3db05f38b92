package io.processexecutor.serialization.graph.wire;

import io.processexecutor.serialization.graph.failure.LockedOut;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A thread with a large stack, for what is too deep for the caller's: only address space is reserved, and memory is taken
 * as the graph needs it. The caller waits, but not for ever: a hook on the new thread may need a lock that the caller
 * holds.
 *
 * @param <T> what is computed
 */
public final class DeepStack<T> {

    private static final long STACK_BYTES = 1L << 30;

    private static final long SMALLER_STACK_BYTES = 1L << 27;

    /** The first look comes soon, for a graph whose hooks share a lock; then ever later, for they cost. */
    private static final long FIRST_LOOK_MILLIS = 1;

    private static final long LONGEST_MILLIS_BETWEEN_LOOKS = 200;

    private static final int LONGEST_CHAIN_OF_OWNERS = 16;

    private final FutureTask<T> task;
    private final Stack thread;

    private DeepStack(Callable<T> work) {
        this.task = new FutureTask<>(work);
        Stack started = Stack.started(task, STACK_BYTES);
        if (started == null) {
            started = Stack.started(task, SMALLER_STACK_BYTES);
        }
        if (started == null) {
            throw new MalformedGraph(
                    "the graph is too deep for this stack, and the system gives no thread with a larger one");
        }
        this.thread = started;
    }

    /**
     * Computes on a large stack.
     *
     * @param work what to compute
     * @param <T> its result
     * @return the result
     * @throws ExecutionException what the work threw
     */
    public static <T> T call(Callable<T> work) throws ExecutionException {
        return new DeepStack<>(work).await();
    }

    /**
     * Waits for the result.
     *
     * @return the result
     * @throws ExecutionException what the work threw
     */
    public T await() throws ExecutionException {
        boolean interrupted = false;
        long untilLook = FIRST_LOOK_MILLIS;
        try {
            while (true) {
                try {
                    return task.get(untilLook, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    // Hooks are running there: leaving now would let them race with the caller.
                    interrupted = true;
                } catch (TimeoutException e) {
                    if (waitsForItsCaller()) {
                        throw new LockedOut(this::awaitEnd);
                    }
                    untilLook = Math.min(untilLook * 2, LONGEST_MILLIS_BETWEEN_LOOKS);
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
        long blocked = thread.getId();
        for (int i = 0; i < LONGEST_CHAIN_OF_OWNERS; i++) {
            ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(blocked);
            if (info == null || info.getLockOwnerId() < 0) {
                return false;
            }
            blocked = info.getLockOwnerId();
            for (Thread waiter = Thread.currentThread(); waiter != null; waiter = Stack.waiterOf(waiter)) {
                if (waiter.getId() == blocked) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The thread, which knows who waits for it: a hook on it may encode another graph and wait in turn. */
    private static final class Stack extends Thread {

        private final Thread waiter = Thread.currentThread();

        private Stack(Runnable work, long stackBytes) {
            super(null, work, "process-executor-deep-graph", stackBytes);
            setDaemon(true);
            setContextClassLoader(waiter.getContextClassLoader());
        }

        static @Nullable Stack started(Runnable work, long stackBytes) {
            Stack thread = new Stack(work, stackBytes);
            try {
                thread.start();
                return thread;
            } catch (OutOfMemoryError e) {
                // No address space for the stack: nothing is wrong with the heap.
                return null;
            }
        }

        static @Nullable Thread waiterOf(Thread thread) {
            return thread instanceof Stack stack ? stack.waiter : null;
        }
    }
}
