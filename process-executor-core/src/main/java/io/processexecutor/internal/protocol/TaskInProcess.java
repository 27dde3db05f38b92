package io.processexecutor.internal.protocol;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Whether a thread runs a task that an executor without workers has taken, or a method in the place of its caller. What is
 * submitted from there must run in place, as it does in a worker: who submits it may wait for it, on the only thread that
 * there is.
 */
public final class TaskInProcess {

    private static final ThreadLocal<@Nullable Boolean> RUNS = new ThreadLocal<>();

    private TaskInProcess() {}

    /**
     * Tells whether the current thread runs one.
     *
     * @return whether it does
     */
    public static boolean runsHere() {
        return RUNS.get() != null;
    }

    /**
     * Runs one.
     *
     * @param task the task
     * @param <T> what it returns
     * @return what it returned
     * @throws Exception what it threw
     */
    public static <T extends @Nullable Object> T run(Callable<T> task) throws Exception {
        if (runsHere()) {
            return task.call();
        }
        RUNS.set(true);
        try {
            return task.call();
        } finally {
            RUNS.remove();
        }
    }
}
