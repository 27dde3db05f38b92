package io.processexecutor.serialization.graph.failure;

import java.io.Serial;

/** The bytes are not what this engine wrote, or the classes here are not those it wrote them with. */
public final class MalformedGraph extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates one.
     *
     * @param finding what was found
     */
    public MalformedGraph(String finding) {
        super(finding);
    }
}
