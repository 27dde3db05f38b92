package io.processexecutor.serialization.runtime;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * How one end names classes to the other. A class that the other end finds by itself goes by its name; any other either
 * by a name that says which loader it is of, or not at all. Thread-safe.
 */
public interface ClassNaming {

    /**
     * Whether names may say of which loader a class is; the same on both ends.
     *
     * @return false if every class goes by its name alone
     */
    boolean namesLoaders();

    /**
     * Why the objects of a class cannot travel.
     *
     * @param type a class
     * @return the reason and the ways out, to be read after the name of the class; empty if they can
     */
    Optional<String> refusal(Class<?> type);

    /**
     * Names a class. Whoever writes the name has named it anew for this graph: what the other end needs to find the
     * class is noted now.
     *
     * @param type a class that is not hidden
     * @return what {@link ClassName#parse} reads
     * @throws io.processexecutor.serialization.explain.Refusal if it cannot be named
     */
    String nameOf(Class<?> type);

    /**
     * Finds a class whose name says its loader.
     *
     * @param name the name
     * @return the class
     * @throws ClassNotFoundException if it is not here and cannot be had
     */
    Class<?> find(ClassName name) throws ClassNotFoundException;

    /**
     * Encodes a task.
     *
     * @param encoding writes it
     * @return the classes that were named and must travel, until the task is done
     */
    default Shipment collect(Runnable encoding) {
        encoding.run();
        return Shipment.NOTHING;
    }

    /**
     * The static fields whose values belong to the task that is being encoded: the variables of JShell that the classes
     * named so far read. Writing their values may name more.
     *
     * @return the fields, in the order in which they turned up
     */
    default List<Field> variables() {
        return List.of();
    }

    /**
     * Sets a static field of a class that was sent here.
     *
     * @param owner the class
     * @param name the field
     * @param value its value
     * @throws ReflectiveOperationException if it cannot be set
     */
    default void assign(Class<?> owner, String name, @Nullable Object value) throws ReflectiveOperationException {
        throw new NoSuchFieldException(owner.getName() + "." + name + " is not to be set here");
    }

    /**
     * Lets another thread go on with the encoding.
     *
     * @param work the rest of it
     * @param <T> what it returns
     * @return the same for another thread
     */
    default <T extends @Nullable Object> Callable<T> handedOn(Callable<T> work) {
        return work;
    }
}
