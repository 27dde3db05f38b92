package io.processexecutor.serialization.graph.failure;

import java.io.Serial;

/**
 * Unwinds a graph that is deeper than the stack at hand allows, so that it is done again on a larger one. An error, since
 * hooks catch exceptions; without a stack, since it is no failure.
 */
public final class TooDeep extends Error {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates one.
     *
     * @param depth how deep the graph is at least
     */
    public TooDeep(int depth) {
        super("The graph is deeper than " + depth + " objects", null, false, false);
    }
}
