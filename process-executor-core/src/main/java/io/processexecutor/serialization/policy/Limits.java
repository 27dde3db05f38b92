package io.processexecutor.serialization.policy;

import io.processexecutor.SerializationOptions;
import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Map;

/**
 * How much may travel. Immutable and thread-safe.
 *
 * @param depth the most objects that may hold one another
 * @param bytes the most bytes of a graph
 * @param length the most elements of an array or a collection, or characters of a string
 */
public record Limits(int depth, int bytes, int length) {

    private static final Limits USUAL = of(SerializationOptions.defaults());
    private static final String PREFIX = "process-executor.serialization.";

    static Limits of(SerializationOptions options) {
        return new Limits(options.maxDepth(), options.maxBytes(), options.maxArrayLength());
    }

    static Limits usual() {
        return USUAL;
    }

    /**
     * Whether these are what nobody asked for.
     *
     * @return true by default
     */
    public boolean isUsual() {
        // Each by itself: the JVM makes the equality of a record when it is first asked for, and each worker asks as it
        // starts.
        return depth == USUAL.depth && bytes == USUAL.bytes && length == USUAL.length;
    }

    /**
     * Whether a graph may take as many bytes as there is room for.
     *
     * @return true by default
     */
    public boolean isUnbounded() {
        return bytes == Integer.MAX_VALUE;
    }

    /**
     * Fails unless an array, a string or a collection is short enough.
     *
     * @param actual its length
     */
    public void checkLength(int actual) {
        if (actual > length) {
            throw tooLong(actual);
        }
    }

    /**
     * The same, for any object: one that has no length passes. Asks collections of the JDK only, since others answer by a
     * method of the application, and come down to arrays in the end.
     *
     * @param object the object
     */
    public void checkLengthOf(Object object) {
        if (object instanceof String text) {
            checkLength(text.length());
        } else if (object.getClass().isArray()) {
            checkLength(Array.getLength(object));
        } else if (isCollection(object.getClass())) {
            checkLength(object instanceof Map<?, ?> map ? map.size() : ((Collection<?>) object).size());
        }
    }

    /**
     * Whether a class is a collection or map of the JDK.
     *
     * @param type the class
     * @return whether {@link #checkLengthOf} asks its objects for their size
     */
    public static boolean isCollection(Class<?> type) {
        return type.getClassLoader() == null
                && (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type));
    }

    /**
     * Fails unless there are few enough bytes.
     *
     * @param actual how many there are
     */
    public void checkBytes(long actual) {
        if (actual > bytes && !isUnbounded()) {
            throw tooLarge(Long.toString(actual));
        }
    }

    /**
     * Objects to a depth.
     *
     * @return the exception
     */
    public PolicyException tooDeep() {
        return PolicyException.about(
                exceeded("more than " + depth + " objects hold one another", depth, "max-depth", "maxDepth"));
    }

    /**
     * Objects to a length.
     *
     * @param actual the length
     * @return the exception
     */
    public PolicyException tooLong(long actual) {
        return PolicyException.about(exceeded("its length is " + actual, length, "max-array-length", "maxArrayLength"));
    }

    /**
     * Objects to a number of bytes.
     *
     * @param atLeast how many there are, in words
     * @return the exception
     */
    public PolicyException tooLarge(String atLeast) {
        return PolicyException.about(exceeded("its graph takes " + atLeast + " bytes", bytes, "max-size", "maxBytes"));
    }

    private static String exceeded(String finding, int limit, String property, String option) {
        return finding + ", and the limit is " + limit + ": raise " + PREFIX + property + " (SerializationOptions."
                + option + ") if it is meant to be";
    }
}
