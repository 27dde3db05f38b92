package io.processexecutor.serialization.graph.failure;

import java.io.Serial;

/**
 * A collection is in the graph of which a part was already written as if it were alone, so that all is written again with
 * the part as a view. An error, since hooks catch exceptions; without a stack, since it is no failure.
 */
public final class ViewLost extends Error {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Creates one. */
    public ViewLost() {
        super("A part of a collection was written before the collection", null, false, false);
    }
}
