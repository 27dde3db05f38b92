package io.processexecutor.serialization.shared;

import java.util.Collection;

/** What was shared, as whoever uses it keeps it. */
public interface SharedUse {

    /**
     * Keeps it until {@link #release}.
     *
     * @return false if it is closed
     */
    boolean retain();

    /** Gives it back; once for each time it was retained. */
    void release();

    /**
     * Whether something in it stands for nothing in a worker that was not prepared.
     *
     * @return as of its encoding
     */
    boolean needsPreparedWorker();

    /**
     * What a worker needs to define some of its classes.
     *
     * @param names the names as they stand in its bytes
     * @return empty if they are not all of it
     */
    byte[] definitions(Collection<String> names);
}
