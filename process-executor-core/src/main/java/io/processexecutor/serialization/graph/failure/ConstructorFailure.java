package io.processexecutor.serialization.graph.failure;

import java.io.Serial;

/** The constructor that makes the transient fields of an object failed. Without a stack: the cause has one. */
public final class ConstructorFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates one.
     *
     * @param type the class that declares the constructor
     * @param cause what it threw
     */
    public ConstructorFailure(Class<?> type, Throwable cause) {
        // Without its message, which an exception of the application may compute.
        super(
                "the no-argument constructor of " + type.getTypeName()
                        + ", which makes its transient fields, failed with "
                        + cause.getClass().getName()
                        + "; let it run in any process, or make those fields where they are first used",
                cause,
                false,
                false);
    }
}
