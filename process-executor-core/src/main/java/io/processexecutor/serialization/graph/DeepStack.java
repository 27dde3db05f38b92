package io.processexecutor.serialization.graph;

import io.processexecutor.serialization.graph.wire.MalformedGraph;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs a graph that is too deep for the caller's stack on a thread with a large one: only address space is reserved, and
 * memory is taken as the graph needs it. The whole graph runs there from its root, since a hook may hold a lock.
 */
final class DeepStack {

    private static final long STACK_BYTES = 1L << 30;

    private static final long SMALLER_STACK_BYTES = 1L << 27;

    private DeepStack() {}

    static <T> T call(Callable<T> work) throws ExecutionException {
        FutureTask<T> task = new FutureTask<>(work);
        if (!started(task, STACK_BYTES) && !started(task, SMALLER_STACK_BYTES)) {
            throw new ExecutionException(new MalformedGraph(
                    "the graph is too deep for this stack, and the system gives no thread with a larger one"));
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    // Hooks are running there: leaving now would let them race with the caller.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean started(Runnable work, long stackBytes) {
        Thread thread = new Thread(null, work, "process-executor-deep-graph", stackBytes);
        thread.setDaemon(true);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        try {
            thread.start();
            return true;
        } catch (OutOfMemoryError e) {
            // No address space for the stack: nothing is wrong with the heap.
            return false;
        }
    }
}
