package io.processexecutor.serialization.lambda;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A call site that was read elsewhere cannot be linked here. */
public final class LambdaLinkException extends RuntimeException {

    /** Why it cannot. */
    public enum Reason {
        /** A class it names is not on this side. */
        MISSING_CLASS,
        /** The class that wrote the lambda is another version on this side. */
        DIFFERENT_CLASS,
        /** The class that wrote the lambda is the same and has no such call site: the bytes were made up. */
        FORGED,
        /** This JVM does not let the library link in that class. */
        NO_ACCESS,
        /** The JDK refused it. */
        REFUSED
    }

    @Serial
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    LambdaLinkException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * Why it cannot be linked.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
