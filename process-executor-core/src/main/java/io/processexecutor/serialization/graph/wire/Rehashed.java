package io.processexecutor.serialization.graph.wire;

/** An entry of a hash table whose key was not finished when it was read. */
@FunctionalInterface
public interface Rehashed {

    /** Puts it where it belongs now that the key is complete. */
    void rehash();
}
