package io.processexecutor;

/**
 * Swaps an object for a reference while it is encoded, and the reference for what it stands for while it is decoded:
 * something that has a name in both processes, such as a bean, need not travel. Works at any depth of a graph, in both
 * directions, in all built-in serializers, and for the one executor it was given to.
 *
 * <p>An executor's replacers are asked in their order; the first that answers with something else wins, and its reference
 * travels as it is, though what the reference holds may be replaced in turn. An object that occurs twice in a graph is
 * replaced once and restored once. A reference must not hold the object that it stands for.
 *
 * <p>They are asked before an object is refused for what it is, and before its own {@code writeReplace}. The serializer
 * {@code java} can ask only after that, and never about a {@link Class}; a lambda that is {@link java.io.Serializable} is a
 * {@link java.lang.invoke.SerializedLambda} there.
 *
 * <p>A replacer goes to each worker as part of the executor's settings, through the closure serializer: what it holds must
 * travel, or be transient. Must be thread-safe and know no task.
 */
public interface ObjectReplacer {

    /**
     * Tells which objects it may replace, so that all others cost nothing. Asked once per class and executor.
     *
     * @param type the class of an object
     * @return whether {@link #replace} is to be asked for objects of this class
     */
    boolean replaces(Class<?> type);

    /**
     * Gives what travels in place of an object.
     *
     * @param object an object of a class that it {@linkplain #replaces replaces}
     * @return a reference; the object itself to let it travel as it is
     * @throws Exception if that cannot be said; the task or result then fails as one that cannot be encoded
     */
    Object replace(Object object) throws Exception;

    /**
     * Gives what a reference stands for in this process.
     *
     * @param reference what {@link #replace} answered with, as it came out in this process
     * @return the object
     * @throws Exception if it stands for nothing here; the task or result then fails as one that cannot be decoded
     */
    Object restore(Object reference) throws Exception;

    /**
     * Tells whether its references stand for something only in a worker that was prepared: a task in which it replaced an
     * object then goes to none before the executor's preparation has run there, and is rejected by one that has none.
     *
     * @return false by default
     */
    default boolean needsPreparedWorker() {
        return false;
    }
}
