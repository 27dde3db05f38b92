package io.processexecutor;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for what a task threw when that itself cannot be rebuilt here: it could not be encoded, or its class is
 * missing or fails to decode. Message, stack, causes and suppressed ones are the original's.
 */
public final class RemoteTaskException extends ProcessExecutorException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String className;

    /**
     * Creates one.
     *
     * @param className the name of the class of what was thrown
     * @param message its message
     * @param cause the stand-in of its cause, if it had one
     */
    public RemoteTaskException(String className, @Nullable String message, @Nullable Throwable cause) {
        super(message == null ? className : className + ": " + message, cause);
        this.className = className;
    }

    /**
     * The class of what was thrown in the worker.
     *
     * @return a class name, as {@link Class#getName} gives it
     */
    public String className() {
        return className;
    }
}
