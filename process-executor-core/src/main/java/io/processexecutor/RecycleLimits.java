package io.processexecutor;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a worker is old enough to be replaced by a fresh one, so that what its tasks leak has an end. Looked at between
 * tasks, never during one; the replacement is started first. Immutable: each method that takes a value returns a changed
 * copy of what {@link #none()} gives.
 */
public final class RecycleLimits {

    private static final RecycleLimits NONE = new RecycleLimits(0, null, 0, 0, 0);

    private final int maxTasks;
    private final @Nullable Duration maxAge;
    private final long maxRssBytes;
    private final long maxHeapBytes;
    private final long maxMetaspaceBytes;

    private RecycleLimits(
            int maxTasks, @Nullable Duration maxAge, long maxRssBytes, long maxHeapBytes, long maxMetaspaceBytes) {
        this.maxTasks = maxTasks;
        this.maxAge = maxAge;
        this.maxRssBytes = maxRssBytes;
        this.maxHeapBytes = maxHeapBytes;
        this.maxMetaspaceBytes = maxMetaspaceBytes;
    }

    /**
     * No limits, which is the default.
     *
     * @return limits that are never reached
     */
    public static RecycleLimits none() {
        return NONE;
    }

    /**
     * Limits how many tasks a worker runs; no worker ever runs more.
     *
     * @param maxTasks at least 1
     * @return a changed copy
     */
    public RecycleLimits maxTasks(int maxTasks) {
        return new RecycleLimits(
                (int) atLeastOne("maxTasks", maxTasks), maxAge, maxRssBytes, maxHeapBytes, maxMetaspaceBytes);
    }

    /**
     * Limits how long a worker lives, counted from its launch.
     *
     * @param maxAge longer than zero
     * @return a changed copy
     */
    public RecycleLimits maxAge(Duration maxAge) {
        if (Objects.requireNonNull(maxAge, "maxAge").isZero() || maxAge.isNegative()) {
            throw new IllegalArgumentException("maxAge must be longer than zero, was " + maxAge);
        }
        return new RecycleLimits(maxTasks, maxAge, maxRssBytes, maxHeapBytes, maxMetaspaceBytes);
    }

    /**
     * Limits the memory a worker holds as the operating system counts it (the resident set), native memory included. Has
     * no effect where the system does not tell; Linux does.
     *
     * @param maxRssBytes at least 1
     * @return a changed copy
     */
    public RecycleLimits maxRssBytes(long maxRssBytes) {
        return new RecycleLimits(
                maxTasks, maxAge, atLeastOne("maxRssBytes", maxRssBytes), maxHeapBytes, maxMetaspaceBytes);
    }

    /**
     * Limits what is left in a worker's heap after a garbage collection.
     *
     * @param maxHeapBytes at least 1
     * @return a changed copy
     */
    public RecycleLimits maxHeapBytes(long maxHeapBytes) {
        return new RecycleLimits(
                maxTasks, maxAge, maxRssBytes, atLeastOne("maxHeapBytes", maxHeapBytes), maxMetaspaceBytes);
    }

    /**
     * Limits the memory that a worker's classes take.
     *
     * @param maxMetaspaceBytes at least 1
     * @return a changed copy
     */
    public RecycleLimits maxMetaspaceBytes(long maxMetaspaceBytes) {
        return new RecycleLimits(
                maxTasks, maxAge, maxRssBytes, maxHeapBytes, atLeastOne("maxMetaspaceBytes", maxMetaspaceBytes));
    }

    /**
     * The most tasks of a worker.
     *
     * @return 0 for no limit
     */
    public int maxTasks() {
        return maxTasks;
    }

    /**
     * The longest life of a worker.
     *
     * @return empty for no limit
     */
    public Optional<Duration> maxAge() {
        return Optional.ofNullable(maxAge);
    }

    /**
     * The most memory of a worker.
     *
     * @return in bytes, 0 for no limit
     */
    public long maxRssBytes() {
        return maxRssBytes;
    }

    /**
     * The most a worker's heap holds after a garbage collection.
     *
     * @return in bytes, 0 for no limit
     */
    public long maxHeapBytes() {
        return maxHeapBytes;
    }

    /**
     * The most memory of a worker's classes.
     *
     * @return in bytes, 0 for no limit
     */
    public long maxMetaspaceBytes() {
        return maxMetaspaceBytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecycleLimits limits
                && maxTasks == limits.maxTasks
                && Objects.equals(maxAge, limits.maxAge)
                && maxRssBytes == limits.maxRssBytes
                && maxHeapBytes == limits.maxHeapBytes
                && maxMetaspaceBytes == limits.maxMetaspaceBytes;
    }

    @Override
    public int hashCode() {
        return Objects.hash(maxTasks, maxAge, maxRssBytes, maxHeapBytes, maxMetaspaceBytes);
    }

    @Override
    public String toString() {
        return "RecycleLimits[maxTasks=" + maxTasks + ", maxAge=" + maxAge + ", maxRssBytes=" + maxRssBytes
                + ", maxHeapBytes=" + maxHeapBytes + ", maxMetaspaceBytes=" + maxMetaspaceBytes + "]";
    }

    private static long atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
        return value;
    }
}
