package io.processexecutor.serialization.explain;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Something in a graph cannot travel. Without a stack: where it stands in the graph says more. */
public final class Refusal extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** What stands in the way, which decides the ways out. */
    public enum Kind {
        /** It is bound to this JVM or cannot be copied faithfully. */
        CANNOT_TRAVEL,
        /** It is a lambda inside data, which the mode does not allow. */
        CLOSURE_IN_DATA,
        /** It is a lambda that cannot be read; the reason says the ways out itself. */
        UNREADABLE_LAMBDA,
        /** It is not {@code Serializable}, which the mode demands. */
        NOT_SERIALIZABLE,
        /** Its class was defined at run time, and does not travel. */
        RUNTIME_CLASS,
        /** It was shared, and cannot go where it is sent; the reason says what it is. */
        SHARED
    }

    private final transient @Nullable Object object;
    private final Class<?> type;
    private final Kind kind;

    private Refusal(Kind kind, @Nullable Object object, Class<?> type, String reason, @Nullable Throwable cause) {
        super(reason, cause, false, false);
        this.kind = kind;
        this.object = object;
        this.type = type;
    }

    /**
     * Refuses an object.
     *
     * @param kind what stands in the way
     * @param object the object
     * @param reason why, to be read after the name of the class
     * @return the refusal
     */
    public static Refusal of(Kind kind, Object object, String reason) {
        return new Refusal(kind, object, object.getClass(), reason, null);
    }

    /**
     * Refuses an object of which no instance is at hand.
     *
     * @param type its class
     * @param reason why, to be read after the name of the class
     * @return the refusal
     */
    public static Refusal of(Class<?> type, String reason) {
        return of(type, reason, null);
    }

    /**
     * The same, because of what was thrown.
     *
     * @param type its class
     * @param reason why, to be read after the name of the class
     * @param cause what was thrown; null if nothing was
     * @return the refusal
     */
    public static Refusal of(Class<?> type, String reason, @Nullable Throwable cause) {
        return new Refusal(Kind.CANNOT_TRAVEL, null, type, reason, cause);
    }

    /**
     * Refuses a class that no other JVM finds.
     *
     * @param type the class
     * @param reason why, and the ways out, to be read after the name of the class
     * @return the refusal
     */
    public static Refusal ofRuntimeClass(Class<?> type, String reason) {
        return new Refusal(Kind.RUNTIME_CLASS, null, type, reason, null);
    }

    /**
     * The object at fault.
     *
     * @return null if none is at hand
     */
    public @Nullable Object object() {
        return object;
    }

    /**
     * The class at fault.
     *
     * @return the class
     */
    public Class<?> type() {
        return type;
    }

    /**
     * What stands in the way.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Why.
     *
     * @return the reason, to be read after the name of the class
     */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
