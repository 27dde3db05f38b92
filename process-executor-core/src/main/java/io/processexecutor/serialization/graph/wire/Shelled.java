package io.processexecutor.serialization.graph.wire;

/**
 * A serializer whose objects exist only after their children: records, immutable collections. If a child refers back to
 * its unfinished parent, an empty shell is handed out and filled from the finished object.
 */
public interface Shelled {

    /**
     * Makes a shell.
     *
     * @param type the class whose object is not finished
     * @return an instance made without constructor
     */
    Object newShell(Class<?> type);

    /**
     * Makes the shell what the finished object is.
     *
     * @param shell what {@link #newShell} returned
     * @param finished the object
     */
    void fill(Object shell, Object finished);
}
