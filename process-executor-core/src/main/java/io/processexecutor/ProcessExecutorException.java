package io.processexecutor;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * What the executor itself reports. A task's own exception arrives as itself and is none of these. Never parse the
 * message: the subclasses carry the facts.
 */
public class ProcessExecutorException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates one.
     *
     * @param message what happened, to whom, and what to look at
     * @param cause the cause, if there is one
     */
    public ProcessExecutorException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
