package io.processexecutor.serialization.policy;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The options of the executor stand in the way. Without a stack: where it stands in the graph says more. */
public final class PolicyException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final @Nullable String culprit;

    private PolicyException(@Nullable String culprit, String finding, @Nullable Throwable cause) {
        super(finding, cause, false, false);
        this.culprit = culprit;
    }

    /**
     * Objects to a class.
     *
     * @param culprit the name of the class
     * @param finding what is wrong and the way out
     * @return the exception
     */
    static PolicyException about(String culprit, String finding) {
        return new PolicyException(culprit, finding, null);
    }

    /**
     * Objects to how much there is.
     *
     * @param finding what is wrong and the way out
     * @return the exception
     */
    static PolicyException about(String finding) {
        return new PolicyException(null, finding, null);
    }

    /**
     * Tells of a replacer that failed.
     *
     * @param culprit the class of the object that it was asked about
     * @param finding which replacer, and what of it
     * @param cause what it threw
     * @return the exception
     */
    static PolicyException about(String culprit, String finding, @Nullable Throwable cause) {
        return new PolicyException(culprit, finding, cause);
    }

    /**
     * The class at fault.
     *
     * @return its name; null if it is the object at hand, whatever its class
     */
    public @Nullable String culprit() {
        return culprit;
    }

    /**
     * What is wrong and the way out.
     *
     * @return a sentence without its end
     */
    public String finding() {
        return String.valueOf(getMessage());
    }
}
