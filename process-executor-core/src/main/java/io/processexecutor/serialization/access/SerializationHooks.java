package io.processexecutor.serialization.access;

import java.io.OptionalDataException;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The serialization hooks of any class, the JDK's own included, as {@code sun.reflect.ReflectionFactory} hands them to
 * serialization libraries. Supported by every JDK that has the module {@code jdk.unsupported}, and independent of
 * {@link DeepAccess}. Thread-safe; caches nothing, so callers keep what they got.
 */
public final class SerializationHooks {

    private static final @Nullable Object FACTORY = factory();

    private SerializationHooks() {}

    /**
     * Whether this JVM has the factory.
     *
     * @return false if the module {@code jdk.unsupported} is not in the module graph
     */
    public static boolean available() {
        return FACTORY != null;
    }

    /**
     * The private {@code writeObject} of exactly this class.
     *
     * @param type a serializable class
     * @return a handle {@code (type, ObjectOutputStream) -> void}; empty if the class has none or is not serializable
     */
    public static Optional<MethodHandle> writeObjectForSerialization(Class<?> type) {
        return hook("writeObjectForSerialization", type);
    }

    /**
     * The private {@code readObject} of exactly this class.
     *
     * @param type a serializable class
     * @return a handle {@code (type, ObjectInputStream) -> void}; empty if the class has none or is not serializable
     */
    public static Optional<MethodHandle> readObjectForSerialization(Class<?> type) {
        return hook("readObjectForSerialization", type);
    }

    /**
     * The private {@code readObjectNoData} of exactly this class.
     *
     * @param type a serializable class
     * @return a handle {@code (type) -> void}; empty if the class has none or is not serializable
     */
    public static Optional<MethodHandle> readObjectNoDataForSerialization(Class<?> type) {
        return hook("readObjectNoDataForSerialization", type);
    }

    /**
     * The {@code readResolve} that instances of this class have, their own or an accessible inherited one.
     *
     * @param type a serializable class
     * @return a handle {@code (type) -> Object}; empty if there is none or the class is not serializable
     */
    public static Optional<MethodHandle> readResolveForSerialization(Class<?> type) {
        return hook("readResolveForSerialization", type);
    }

    /**
     * The {@code writeReplace} that instances of this class have, their own or an accessible inherited one.
     *
     * @param type a serializable class
     * @return a handle {@code (type) -> Object}; empty if there is none or the class is not serializable
     */
    public static Optional<MethodHandle> writeReplaceForSerialization(Class<?> type) {
        return hook("writeReplaceForSerialization", type);
    }

    /**
     * A constructor of a class that runs only the no-arg constructor of its first superclass that is not serializable.
     *
     * @param type a serializable class
     * @return the constructor, accessible; empty if that superclass has none which the class may call
     */
    public static Optional<Constructor<?>> newConstructorForSerialization(Class<?> type) {
        Class<?>[] shape = {Class.class};
        return Optional.ofNullable((Constructor<?>) call("newConstructorForSerialization", shape, type));
    }

    /**
     * A constructor of a class that runs another constructor instead of its own.
     *
     * @param type the class to make instances of
     * @param constructorToCall a constructor of one of its superclasses, {@code Object} for running none
     * @return the constructor, accessible, with the parameters of the one to call
     */
    public static Constructor<?> newConstructorForSerialization(Class<?> type, Constructor<?> constructorToCall) {
        Class<?>[] shape = {Class.class, Constructor.class};
        Object made = call("newConstructorForSerialization", shape, type, constructorToCall);
        if (made == null) {
            throw new IllegalArgumentException(type.getName() + " cannot be made with " + constructorToCall);
        }
        return (Constructor<?>) made;
    }

    /**
     * The public no-arg constructor of an externalizable class.
     *
     * @param type an externalizable class
     * @return the constructor, accessible; empty if it has none
     */
    public static Optional<Constructor<?>> newConstructorForExternalization(Class<?> type) {
        Class<?>[] shape = {Class.class};
        return Optional.ofNullable((Constructor<?>) call("newConstructorForExternalization", shape, type));
    }

    /**
     * The exception that a stream throws when a hook reads more than was written; it has no accessible constructor.
     *
     * @param endOfData whether the data ended, rather than an object being next
     * @return the exception
     */
    public static OptionalDataException newOptionalDataExceptionForSerialization(boolean endOfData) {
        Class<?>[] shape = {boolean.class};
        Object made = call("newOptionalDataExceptionForSerialization", shape, endOfData);
        return (OptionalDataException) Objects.requireNonNull(made);
    }

    private static Optional<MethodHandle> hook(String name, Class<?> type) {
        Class<?>[] shape = {Class.class};
        return Optional.ofNullable((MethodHandle) call(name, shape, type));
    }

    private static @Nullable Object call(String name, Class<?>[] parameters, Object... arguments) {
        Object factory = FACTORY;
        if (factory == null) {
            throw new IllegalStateException("jdk.unsupported is not in the module graph: add"
                    + " \"requires jdk.unsupported\" to a module or start with --add-modules jdk.unsupported");
        }
        try {
            return factory.getClass().getMethod(name, parameters).invoke(factory, arguments);
        } catch (InvocationTargetException e) {
            throw DeepAccess.rethrown(e.getCause() == null ? e : e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    // Reflective because javac warns about every mention of sun.* and the warning cannot be suppressed.
    private static @Nullable Object factory() {
        try {
            Class<?> type = Class.forName("sun.reflect.ReflectionFactory");
            return type.getMethod("getReflectionFactory").invoke(null);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
