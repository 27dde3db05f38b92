package io.processexecutor;

import java.io.Serial;
import java.time.Duration;
import java.util.List;

/** A task was not done in time. It is stopped in its worker, or never runs if it was still queued. */
public final class TaskTimeoutException extends ProcessExecutorException {

    /** Which of the two limits it was. */
    public enum Limit {
        /** The task waited too long for a worker. */
        QUEUED,
        /** The task ran too long. */
        RUNNING
    }

    @Serial
    private static final long serialVersionUID = 1L;

    private final Limit limit;
    private final Duration timeout;
    private final StackTraceElement[] taskStack;

    /**
     * Creates one.
     *
     * @param message what happened, to whom, and what to look at
     * @param limit which limit it was
     * @param timeout how long the limit was
     * @param taskStack what the task's thread was doing; empty if it was queued or could not be asked
     */
    public TaskTimeoutException(String message, Limit limit, Duration timeout, List<StackTraceElement> taskStack) {
        super(message, null);
        this.limit = limit;
        this.timeout = timeout;
        this.taskStack = taskStack.toArray(StackTraceElement[]::new);
    }

    /**
     * Which of the two limits it was.
     *
     * @return queued or running
     */
    public Limit limit() {
        return limit;
    }

    /**
     * How long the limit was.
     *
     * @return the timeout that was set
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * What the task's thread was doing in the worker when the limit was reached, before it was interrupted.
     *
     * @return innermost frame first; empty if the task was queued or its worker did not answer
     */
    public List<StackTraceElement> taskStack() {
        return List.of(taskStack);
    }
}
