package io.processexecutor.spring;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The settings under {@code process-executor.serialization}: what tasks and results may consist of. */
public final class SerializationProperties {

    /** Packages, each with all below it, whose classes may travel beside data of the JDK; empty allows all. Checked in both processes. */
    private List<String> allowedPackages = List.of();

    /** Most objects that may hold one another. Defaults to 2000000. */
    private @Nullable Integer maxDepth;

    /** Largest encoded task or result. Unlimited by default, and with 2 GB or more. */
    private @Nullable DataSize maxSize;

    /** Greatest length of an array, string or collection. Unlimited by default. */
    private @Nullable Integer maxArrayLength;

    /** Creates the defaults. */
    public SerializationProperties() {}

    /**
     * The packages whose classes may travel.
     *
     * @return the value
     */
    public List<String> getAllowedPackages() {
        return allowedPackages;
    }

    /**
     * Sets it.
     *
     * @param allowedPackages the value
     */
    public void setAllowedPackages(List<String> allowedPackages) {
        this.allowedPackages = allowedPackages;
    }

    /**
     * The most objects that may hold one another.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Integer getMaxDepth() {
        return maxDepth;
    }

    /**
     * Sets it.
     *
     * @param maxDepth the value
     */
    public void setMaxDepth(@Nullable Integer maxDepth) {
        this.maxDepth = maxDepth;
    }

    /**
     * The largest encoded task or result.
     *
     * @return the value, of which 2 GB or more are no limit; {@code null} if it is not set
     */
    public @Nullable DataSize getMaxSize() {
        return maxSize;
    }

    /**
     * Sets it.
     *
     * @param maxSize the value
     */
    public void setMaxSize(@Nullable DataSize maxSize) {
        this.maxSize = maxSize;
    }

    /**
     * The greatest length of an array, string or collection.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Integer getMaxArrayLength() {
        return maxArrayLength;
    }

    /**
     * Sets it.
     *
     * @param maxArrayLength the value
     */
    public void setMaxArrayLength(@Nullable Integer maxArrayLength) {
        this.maxArrayLength = maxArrayLength;
    }
}
