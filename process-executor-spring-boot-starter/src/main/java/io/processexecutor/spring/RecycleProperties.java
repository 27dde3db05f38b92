package io.processexecutor.spring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The settings under {@code process-executor.recycle}: when a worker is replaced by a fresh one. Never by default. */
public final class RecycleProperties {

    /** Most tasks a worker may run. */
    private @Nullable Integer maxTasks;

    /** Longest time a worker may live. */
    private @Nullable Duration maxAge;

    /** Most memory a worker may hold, as the operating system counts it. */
    private @Nullable DataSize maxRss;

    /** Fullest heap a worker may have after a garbage collection. */
    private @Nullable DataSize maxHeap;

    /** Most memory that the classes of a worker may take. */
    private @Nullable DataSize maxMetaspace;

    /** Creates the defaults. */
    public RecycleProperties() {}

    /**
     * The most tasks a worker may run.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Integer getMaxTasks() {
        return maxTasks;
    }

    /**
     * Sets it.
     *
     * @param maxTasks the value
     */
    public void setMaxTasks(@Nullable Integer maxTasks) {
        this.maxTasks = maxTasks;
    }

    /**
     * The longest time a worker may live.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Duration getMaxAge() {
        return maxAge;
    }

    /**
     * Sets it.
     *
     * @param maxAge the value
     */
    public void setMaxAge(@Nullable Duration maxAge) {
        this.maxAge = maxAge;
    }

    /**
     * The most memory a worker may hold, as the operating system counts it.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable DataSize getMaxRss() {
        return maxRss;
    }

    /**
     * Sets it.
     *
     * @param maxRss the value
     */
    public void setMaxRss(@Nullable DataSize maxRss) {
        this.maxRss = maxRss;
    }

    /**
     * The fullest heap a worker may have after a garbage collection.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable DataSize getMaxHeap() {
        return maxHeap;
    }

    /**
     * Sets it.
     *
     * @param maxHeap the value
     */
    public void setMaxHeap(@Nullable DataSize maxHeap) {
        this.maxHeap = maxHeap;
    }

    /**
     * The most memory that the classes of a worker may take.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable DataSize getMaxMetaspace() {
        return maxMetaspace;
    }

    /**
     * Sets it.
     *
     * @param maxMetaspace the value
     */
    public void setMaxMetaspace(@Nullable DataSize maxMetaspace) {
        this.maxMetaspace = maxMetaspace;
    }
}
