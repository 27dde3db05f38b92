package io.processexecutor.serialization.graph.wire;

/** What can only be done for good once something that is being read is complete, mostly to hash by it. */
public interface Late {

    /**
     * Code of the application may be about to see it: does what can be done with what there is, if it is not complete yet, and
     * throws nothing.
     */
    default void early() {}

    /** All it waited for is complete. */
    void complete();
}
