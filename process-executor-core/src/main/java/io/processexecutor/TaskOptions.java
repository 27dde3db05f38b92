package io.processexecutor;

import io.processexecutor.event.TaskCompleted;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one task asks for beyond the executor's settings. Immutable: every method that takes a value returns a changed
 * copy. An option that is not set falls back to the executor's.
 */
public final class TaskOptions {

    private static final Duration LONGEST = Duration.ofDays(36500);
    private static final TaskOptions DEFAULTS = new TaskOptions(null, null, null, 0, null, Duration.ZERO, null);

    private final @Nullable Duration timeout;
    private final @Nullable Duration queueTimeout;
    private final @Nullable String label;
    private final int retryOnCrash;
    private final @Nullable TaskSerializer serializer;
    private final Duration waited;
    private final @Nullable Consumer<TaskCompleted> whenDecided;

    private TaskOptions(
            @Nullable Duration timeout,
            @Nullable Duration queueTimeout,
            @Nullable String label,
            int retryOnCrash,
            @Nullable TaskSerializer serializer,
            Duration waited,
            @Nullable Consumer<TaskCompleted> whenDecided) {
        this.timeout = timeout;
        this.queueTimeout = queueTimeout;
        this.label = label;
        this.retryOnCrash = retryOnCrash;
        this.serializer = serializer;
        this.waited = waited;
        this.whenDecided = whenDecided;
    }

    /**
     * The options of a task that asks for nothing.
     *
     * @return no timeouts of its own, no label, no retry, the executor's serializer
     */
    public static TaskOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Limits how long the task may run, counted from the instant the worker begins to decode it. A task that runs over
     * fails with {@link TaskTimeoutException} and is stopped in its worker.
     *
     * @param timeout longer than zero
     * @return a changed copy
     * @throws IllegalArgumentException if it is zero or negative
     */
    public TaskOptions timeout(Duration timeout) {
        return new TaskOptions(
                positive("timeout", timeout), queueTimeout, label, retryOnCrash, serializer, waited, whenDecided);
    }

    /**
     * Limits how long the task may wait for a worker, counted from its submission. A task that waits longer fails with
     * {@link TaskTimeoutException} and never runs.
     *
     * @param queueTimeout longer than zero
     * @return a changed copy
     * @throws IllegalArgumentException if it is zero or negative
     */
    public TaskOptions queueTimeout(Duration queueTimeout) {
        return new TaskOptions(
                timeout, positive("queueTimeout", queueTimeout), label, retryOnCrash, serializer, waited, whenDecided);
    }

    /**
     * Names the task in errors, events and logs.
     *
     * @param label a short name, the same for all tasks of a kind
     * @return a changed copy
     */
    public TaskOptions label(String label) {
        return new TaskOptions(
                timeout,
                queueTimeout,
                Objects.requireNonNull(label, "label"),
                retryOnCrash,
                serializer,
                waited,
                whenDecided);
    }

    /**
     * Declares the task repeatable: if its worker crashes while it runs it is run again, up to the given number of
     * times. Without this a task runs at most once.
     *
     * @param retries how many times at most, 0 for never
     * @return a changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public TaskOptions retryOnCrash(int retries) {
        if (retries < 0) {
            throw new IllegalArgumentException("retryOnCrash must not be negative, was " + retries);
        }
        return new TaskOptions(timeout, queueTimeout, label, retries, serializer, waited, whenDecided);
    }

    /**
     * Chooses the serializer of this task and of its result.
     *
     * @param serializer the serializer
     * @return a changed copy
     */
    public TaskOptions serializer(TaskSerializer serializer) {
        return new TaskOptions(
                timeout,
                queueTimeout,
                label,
                retryOnCrash,
                Objects.requireNonNull(serializer, "serializer"),
                waited,
                whenDecided);
    }

    /**
     * Tells that the task waited elsewhere before it is submitted, which counts for what listeners are told. It does not
     * count for the {@linkplain #queueTimeout queue timeout}.
     *
     * @param waited since the caller asked for it
     * @return a changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public TaskOptions waited(Duration waited) {
        if (waited.isNegative()) {
            throw new IllegalArgumentException("waited must not be negative, was " + waited);
        }
        return new TaskOptions(timeout, queueTimeout, label, retryOnCrash, serializer, countable(waited), whenDecided);
    }

    /**
     * Sets who is told what became of the task, and where the time went, before its future is completed. Not told of a task
     * that was not accepted, nor of one whose future is completed from outside. Called as a {@link
     * ProcessExecutorListener} is.
     *
     * @param whenDecided the observer
     * @return a changed copy
     */
    public TaskOptions whenDecided(Consumer<TaskCompleted> whenDecided) {
        return new TaskOptions(timeout, queueTimeout, label, retryOnCrash, serializer, waited, whenDecided);
    }

    /**
     * How long the task may run.
     *
     * @return empty if the executor's own timeout holds
     */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /**
     * How long the task may wait for a worker.
     *
     * @return empty if the executor's own queue timeout holds
     */
    public Optional<Duration> queueTimeout() {
        return Optional.ofNullable(queueTimeout);
    }

    /**
     * The task's name.
     *
     * @return empty if it has none
     */
    public Optional<String> label() {
        return Optional.ofNullable(label);
    }

    /**
     * How many times the task is run again after its worker crashed.
     *
     * @return 0 for never
     */
    public int retryOnCrash() {
        return retryOnCrash;
    }

    /**
     * The serializer of the task and its result.
     *
     * @return empty if the executor's own serializer holds
     */
    public Optional<TaskSerializer> serializer() {
        return Optional.ofNullable(serializer);
    }

    /**
     * How long the task waited before it was submitted.
     *
     * @return zero if it did not
     */
    public Duration waited() {
        return waited;
    }

    /**
     * Who is told what became of the task.
     *
     * @return empty if nobody but the listeners is
     */
    public Optional<Consumer<TaskCompleted>> whenDecided() {
        return Optional.ofNullable(whenDecided);
    }

    private static Duration positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be longer than zero, was " + value);
        }
        return countable(value);
    }

    /** "For ever" is said with the longest of durations, which no clock can count in nanoseconds. */
    private static Duration countable(Duration value) {
        return value.compareTo(LONGEST) < 0 ? value : LONGEST;
    }
}
