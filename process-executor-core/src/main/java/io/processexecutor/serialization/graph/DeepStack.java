package io.processexecutor.serialization.graph;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs a graph that is too deep for the caller's stack on a thread with a large one: only address space is reserved, and
 * memory is taken as the graph needs it. The whole graph runs there from its root, since a hook may hold a lock.
 */
final class DeepStack {

    private static final long STACK_BYTES = 1L << 30;

    private DeepStack() {}

    static <T> T call(Callable<T> work) throws ExecutionException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(null, task, "process-executor-deep-graph", STACK_BYTES);
        thread.setDaemon(true);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.start();
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
}
