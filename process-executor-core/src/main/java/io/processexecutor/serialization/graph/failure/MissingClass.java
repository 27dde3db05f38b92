package io.processexecutor.serialization.graph.failure;

import java.io.Serial;

/** A class that the graph names is not on the class path here. */
public final class MissingClass extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String className;

    /**
     * Creates one.
     *
     * @param className its name
     * @param cause what was thrown
     */
    public MissingClass(String className, ClassNotFoundException cause) {
        super(className + " is not on the class path here", cause);
        this.className = className;
    }

    /**
     * The class.
     *
     * @return its name
     */
    public String className() {
        return className;
    }
}
