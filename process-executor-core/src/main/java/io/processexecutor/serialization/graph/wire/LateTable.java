package io.processexecutor.serialization.graph.wire;

import org.jspecify.annotations.Nullable;

/** A hash table that gets entries late: whoever copies it before that copies too few. */
public interface LateTable extends Late {

    /**
     * The table.
     *
     * @return what code of the application may be given
     */
    Object table();

    /**
     * Whether {@link #early} had to leave entries out.
     *
     * @return false if all that were read are there
     */
    boolean lacksEntries();

    /**
     * What the hashing of a key threw, so that entries were left out.
     *
     * @return null if keys were equal that may differ in the end
     */
    @Nullable
    Throwable obstacle();
}
