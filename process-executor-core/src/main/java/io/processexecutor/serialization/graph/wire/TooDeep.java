package io.processexecutor.serialization.graph.wire;

import java.io.Serial;

/**
 * Unwinds a graph that is deeper than the stack at hand allows, so that it is done again on a larger one. An error, since
 * hooks catch exceptions; without a stack, since it is no failure.
 */
public final class TooDeep extends Error {

    @Serial
    private static final long serialVersionUID = 1L;

    TooDeep(int depth) {
        super("The graph is deeper than " + depth + " objects", null, false, false);
    }
}
