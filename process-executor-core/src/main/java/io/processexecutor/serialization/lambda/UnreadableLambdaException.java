package io.processexecutor.serialization.lambda;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The call site of a lambda cannot be told for certain, so it is not guessed. The message says the ways out. */
public final class UnreadableLambdaException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String lambdaClass;

    UnreadableLambdaException(String lambdaClass, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.lambdaClass = lambdaClass;
    }

    /**
     * The lambda at fault.
     *
     * @return the name of its class
     */
    public String lambdaClass() {
        return lambdaClass;
    }
}
