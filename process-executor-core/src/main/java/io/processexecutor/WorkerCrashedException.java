package io.processexecutor;

import java.io.Serial;

/** The worker died while it ran the task. The task had begun, so it is not run again unless it was declared repeatable. */
public final class WorkerCrashedException extends ProcessExecutorException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final WorkerExit exit;

    /**
     * Creates one.
     *
     * @param message what happened, to whom, and what to look at
     * @param exit how the worker ended
     */
    public WorkerCrashedException(String message, WorkerExit exit) {
        super(message, null);
        this.exit = exit;
    }

    /**
     * How the worker ended.
     *
     * @return pid, exit code, last lines of its standard error and more
     */
    public WorkerExit exit() {
        return exit;
    }
}
