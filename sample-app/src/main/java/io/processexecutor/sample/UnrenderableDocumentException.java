package io.processexecutor.sample;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A document that cannot be rendered, and why. Thrown in a worker process and read in the web process, so it carries a
 * reason to act on and not only a text.
 */
public final class UnrenderableDocumentException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /**
     * Creates one.
     *
     * @param reason what stands against rendering it
     * @param message the same for people, with the figures
     * @param cause what the PDF library said, if it said anything
     */
    public UnrenderableDocumentException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * What stands against rendering it.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /** What can stand against rendering a document. */
    public enum Reason {
        /** It opens with a password only. */
        ENCRYPTED,
        /** It is damaged, or no PDF at all. */
        CORRUPT,
        /** It has too many pages, or pages too big at the asked resolution. */
        TOO_LARGE
    }
}
