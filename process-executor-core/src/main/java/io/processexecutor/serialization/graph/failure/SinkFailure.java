package io.processexecutor.serialization.graph.failure;

import java.io.Serial;
import java.util.Objects;

/** Carries what the stream that is written to threw through the engine. */
public final class SinkFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates one.
     *
     * @param thrown what the stream threw
     */
    public SinkFailure(Exception thrown) {
        super(thrown.getMessage(), thrown, false, false);
    }

    /**
     * What the stream threw.
     *
     * @return the cause
     */
    public Throwable thrown() {
        return Objects.requireNonNull(getCause());
    }
}
