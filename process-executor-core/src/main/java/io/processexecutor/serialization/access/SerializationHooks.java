package io.processexecutor.serialization.access;

import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OptionalDataException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The serialization hooks of any class, the JDK's own included, as {@code sun.reflect.ReflectionFactory} hands them to
 * serialization libraries. Supported by every JDK that has the module {@code jdk.unsupported}, and independent of
 * {@link DeepAccess}. Thread-safe.
 */
public final class SerializationHooks {

    private static final boolean AVAILABLE = find();

    private static final MethodType WRITE = MethodType.methodType(void.class, Object.class, ObjectOutputStream.class);
    private static final MethodType READ = MethodType.methodType(void.class, Object.class, ObjectInputStream.class);
    private static final MethodType SUBSTITUTE = MethodType.methodType(Object.class, Object.class);

    // One of each for all: the JVM makes code for one that is used often, and would for each that is made anew.
    private static final Hooks WRITE_OBJECT = new Hooks(Hook.WRITE_OBJECT);
    private static final Hooks READ_OBJECT = new Hooks(Hook.READ_OBJECT);
    private static final Hooks READ_RESOLVE = new Hooks(Hook.READ_RESOLVE);
    private static final Hooks WRITE_REPLACE = new Hooks(Hook.WRITE_REPLACE);
    private static final Constructors CONSTRUCTOR = new Constructors(false);
    private static final Constructors EXTERNAL_CONSTRUCTOR = new Constructors(true);

    private SerializationHooks() {}

    /**
     * Whether this JVM has the factory.
     *
     * @return false if the module {@code jdk.unsupported} is not in the module graph
     */
    public static boolean available() {
        return AVAILABLE;
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
        check();
        Constructor<?> made = SunReflection.constructor(type, constructorToCall);
        if (made == null) {
            throw new IllegalArgumentException(type.getName() + " cannot be made with " + constructorToCall);
        }
        return made;
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
        check();
        return SunReflection.optionalDataException(endOfData);
    }

    private static boolean find() {
        try {
            Object unused = SunReflection.readResolve(Object.class);
            return true;
        } catch (LinkageError e) {
            return false;
        }
    }

    private static void check() {
        if (!AVAILABLE) {
            throw new IllegalStateException("jdk.unsupported is not in the module graph: add"
                    + " \"requires jdk.unsupported\" to a module or start with --add-modules jdk.unsupported");
        }
    }

    private enum Hook {
        WRITE_OBJECT,
        READ_OBJECT,
        READ_RESOLVE,
        WRITE_REPLACE
    }

    /** What there is, by class. The values are the JDK's own: a class of the platform pins nothing of this library. */
    private static final class Hooks extends ClassValue<Optional<MethodHandle>> {

        private final Hook hook;

        Hooks(Hook hook) {
            this.hook = hook;
        }

        @Override
        protected Optional<MethodHandle> computeValue(Class<?> type) {
            check();
            return switch (hook) {
                case WRITE_OBJECT -> shaped(SunReflection.writeObject(type), WRITE);
                case READ_OBJECT -> shaped(SunReflection.readObject(type), READ);
                case READ_RESOLVE -> shaped(SunReflection.readResolve(type), SUBSTITUTE);
                case WRITE_REPLACE -> shaped(SunReflection.writeReplace(type), SUBSTITUTE);
            };
        }

        private static Optional<MethodHandle> shaped(@Nullable MethodHandle found, MethodType shape) {
            return found == null ? Optional.empty() : Optional.of(found.asType(shape));
        }
    }

    /** The same of constructors. */
    private static final class Constructors extends ClassValue<Optional<Constructor<?>>> {

        private final boolean external;

        Constructors(boolean external) {
            this.external = external;
        }

        @Override
        protected Optional<Constructor<?>> computeValue(Class<?> type) {
            check();
            return Optional.ofNullable(
                    external ? SunReflection.externalConstructor(type) : SunReflection.constructor(type));
        }
    }
}
