package io.processexecutor.serialization.graph.failure;

import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.policy.PolicyException;
import java.io.Serial;
import java.util.Objects;

/** Carries what a hook of user code threw through the engine, whatever it is. Without a stack: the cause has one. */
public final class HookFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private HookFailure(Throwable cause) {
        super(cause.getClass().getName(), cause, false, false);
    }

    /**
     * Wraps what a hook threw, unless it is the engine's own or ends the JVM's trust in itself.
     *
     * @param thrown what was thrown
     * @return what to throw
     */
    public static RuntimeException of(Throwable thrown) {
        if (thrown instanceof TooDeep || thrown instanceof LockedOut || thrown instanceof ViewLost) {
            throw (Error) thrown;
        }
        if (thrown instanceof VirtualMachineError fatal && !(thrown instanceof StackOverflowError)) {
            throw fatal;
        }
        if (thrown instanceof HookFailure
                || thrown instanceof MalformedGraph
                || thrown instanceof MissingClass
                || thrown instanceof PolicyException
                || thrown instanceof SinkFailure
                || thrown instanceof Refusal) {
            return (RuntimeException) thrown;
        }
        return new HookFailure(thrown);
    }

    /**
     * What the hook threw.
     *
     * @return the cause
     */
    public Throwable thrown() {
        return Objects.requireNonNull(getCause());
    }
}
