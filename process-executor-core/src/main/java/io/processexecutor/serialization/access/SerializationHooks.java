package io.processexecutor.serialization.access;

import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OptionalDataException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The serialization hooks of any class, the JDK's own included, as {@code sun.reflect.ReflectionFactory} hands them to
 * serialization libraries. Supported by every JDK that has the module {@code jdk.unsupported}, and independent of
 * {@link DeepAccess}. Thread-safe.
 */
public final class SerializationHooks {

    private static final @Nullable Object FACTORY = factory();

    private static final MethodType WRITE = MethodType.methodType(void.class, Object.class, ObjectOutputStream.class);
    private static final MethodType READ = MethodType.methodType(void.class, Object.class, ObjectInputStream.class);
    private static final MethodType SUBSTITUTE = MethodType.methodType(Object.class, Object.class);

    // One of each for all: the JVM makes code for one that is used often, and would for each that is made anew.
    private static final Found<MethodHandle> WRITE_OBJECT = hook("writeObjectForSerialization", WRITE);
    private static final Found<MethodHandle> READ_OBJECT = hook("readObjectForSerialization", READ);
    private static final Found<MethodHandle> READ_RESOLVE = hook("readResolveForSerialization", SUBSTITUTE);
    private static final Found<MethodHandle> WRITE_REPLACE = hook("writeReplaceForSerialization", SUBSTITUTE);
    private static final Found<Constructor<?>> CONSTRUCTOR = constructor("newConstructorForSerialization");
    private static final Found<Constructor<?>> EXTERNAL_CONSTRUCTOR = constructor("newConstructorForExternalization");

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
     * @return a handle {@code (Object, ObjectOutputStream) -> void}; empty if the class has none or is not serializable
     */
    public static Optional<MethodHandle> writeObjectForSerialization(Class<?> type) {
        return WRITE_OBJECT.get(type);
    }

    /**
     * The private {@code readObject} of exactly this class.
     *
     * @param type a serializable class
     * @return a handle {@code (Object, ObjectInputStream) -> void}; empty if the class has none or is not serializable
     */
    public static Optional<MethodHandle> readObjectForSerialization(Class<?> type) {
        return READ_OBJECT.get(type);
    }

    /**
     * The {@code readResolve} that instances of this class have, their own or an accessible inherited one.
     *
     * @param type a serializable class
     * @return a handle {@code (Object) -> Object}; empty if there is none or the class is not serializable
     */
    public static Optional<MethodHandle> readResolveForSerialization(Class<?> type) {
        return READ_RESOLVE.get(type);
    }

    /**
     * The {@code writeReplace} that instances of this class have, their own or an accessible inherited one.
     *
     * @param type a serializable class
     * @return a handle {@code (Object) -> Object}; empty if there is none or the class is not serializable
     */
    public static Optional<MethodHandle> writeReplaceForSerialization(Class<?> type) {
        return WRITE_REPLACE.get(type);
    }

    /**
     * A constructor of a class that runs only the no-arg constructor of its first superclass that is not serializable.
     *
     * @param type a serializable class
     * @return the constructor, accessible; empty if that superclass has none which the class may call
     */
    public static Optional<Constructor<?>> newConstructorForSerialization(Class<?> type) {
        return CONSTRUCTOR.get(type);
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
        return EXTERNAL_CONSTRUCTOR.get(type);
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

    private static Found<MethodHandle> hook(String name, MethodType shape) {
        return new Found<>(name, found -> ((MethodHandle) found).asType(shape));
    }

    private static Found<Constructor<?>> constructor(String name) {
        return new Found<>(name, found -> (Constructor<?>) found);
    }

    /** What there is, by class. The values are the JDK's own: a class of the platform pins nothing of this library. */
    private static final class Found<T> extends ClassValue<Optional<T>> {

        private final String name;
        private final Function<Object, T> made;

        Found(String name, Function<Object, T> made) {
            this.name = name;
            this.made = made;
        }

        @Override
        protected Optional<T> computeValue(Class<?> type) {
            Class<?>[] parameters = {Class.class};
            return Optional.ofNullable(call(name, parameters, type)).map(made);
        }
    }
}
