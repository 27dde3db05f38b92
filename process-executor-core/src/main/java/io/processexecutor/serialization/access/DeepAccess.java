package io.processexecutor.serialization.access;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK keeps to itself and a faithful serializer needs: a lookup inside any class, instances made without a
 * constructor, the place of a field in its object. Found once per JVM, needs no flag and prints nothing.
 *
 * <p>Whoever has {@link #available()} false gets an {@link IllegalStateException} from every other operation, with the
 * reason of {@link #diagnose()}. Thread-safe.
 */
public final class DeepAccess {

    /** Set to {@code false}, this system property turns every unsupported way in off. Read once, at first use. */
    public static final String DEEP_REFLECTION_PROPERTY = "process-executor.closures.deep-reflection";

    /** The JDK lets nobody look from its own classes for handles, not even itself. */
    private static final String KEPT_FROM_LOOKUPS = "java.lang.invoke.";

    private static final boolean ALLOWED = !"false".equalsIgnoreCase(System.getProperty(DEEP_REFLECTION_PROPERTY));
    private static final TrustedLookup FOUND = TrustedLookup.find(ALLOWED);

    private DeepAccess() {}

    // Each apart, bound when it is first used: for what is bound the JVM makes classes, which takes a first task its
    // time.

    private static final class InternalUnsafe {
        static final @Nullable Object INSTANCE = unsafe();
    }

    private static final class Allocation {
        static final @Nullable MethodHandle HANDLE =
                hasSunUnsafe() ? null : ofUnsafe("allocateInstance", Object.class, Class.class);
    }

    private static final class Offset {
        static final MethodHandle HANDLE = ofUnsafe("objectFieldOffset", long.class, Field.class);
    }

    private static final class Everywhere {
        static final Lookup LOOKUP = everywhere();
    }

    private static final class Initialization {
        static final MethodHandle HANDLE = ofUnsafe("shouldBeInitialized", boolean.class, Class.class);
    }

    /**
     * Whether this JVM lets the library in.
     *
     * @return false if only the supported API may be used
     */
    public static boolean available() {
        return FOUND.inClass() != null;
    }

    /**
     * Whether the unsupported ways in may be tried.
     *
     * @return what {@link #DEEP_REFLECTION_PROPERTY} said when it was read
     */
    public static boolean allowed() {
        return ALLOWED;
    }

    /**
     * The way in that is in force.
     *
     * @return the rung, {@link AccessRung#NONE} if there is none
     */
    public static AccessRung rung() {
        return FOUND.rung();
    }

    /**
     * Says in one line which way in is in force, and why no better one.
     *
     * @return the line, for a log or an error
     */
    public static String diagnose() {
        String reason = FOUND.reason();
        return reason.isEmpty() ? rung().toString() : rung() + " (" + reason + ")";
    }

    /**
     * A lookup with every right of a class. It must never reach user code.
     *
     * @param host the class to look from
     * @return the lookup, with full power and the modules of the host
     */
    public static Lookup lookupIn(Class<?> host) {
        MethodHandle inClass = FOUND.inClass();
        if (inClass == null) {
            throw closed();
        }
        if (host.getName().startsWith(KEPT_FROM_LOOKUPS)) {
            return lookupEverywhere().in(host);
        }
        try {
            return (Lookup) inClass.invokeExact(host);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /**
     * A lookup with every right in every class, whichever loader has it. It must never reach user code.
     *
     * @return the lookup, which is in no class in particular
     */
    public static Lookup lookupEverywhere() {
        if (!available()) {
            throw closed();
        }
        return Everywhere.LOOKUP;
    }

    /**
     * Makes an instance without running any constructor; all its fields are zero or null.
     *
     * @param type a class that is not abstract, not an array and not {@link Class} itself
     * @return the instance
     */
    public static Object allocate(Class<?> type) {
        if (!available()) {
            throw closed();
        }
        MethodHandle handle = Allocation.HANDLE;
        try {
            return handle == null ? SunUnsafe.allocate(type) : (Object) handle.invokeExact(type);
        } catch (InstantiationException e) {
            throw new IllegalArgumentException(type.getName() + " has no instances", e);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /**
     * The place of an instance field, for the operations of {@link FieldAccess}. Works for fields of records and hidden
     * classes too.
     *
     * @param field an instance field
     * @return its offset in every object of its class and subclasses
     */
    public static long offset(Field field) {
        try {
            return (long) Offset.HANDLE.invokeExact(field);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /**
     * Whether the static initializer of a class has run to its end; it is not made to run.
     *
     * @param type the class
     * @return false if it runs, failed, or has not been needed yet
     */
    public static boolean initialized(Class<?> type) {
        try {
            return !(boolean) Initialization.HANDLE.invokeExact(type);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** A method of the JDK's own Unsafe; if there is no way in, one that says so when it is called. */
    static MethodHandle ofUnsafe(String name, Class<?> result, Class<?>... parameters) {
        MethodType type = MethodType.methodType(result, parameters);
        Object unsafe = InternalUnsafe.INSTANCE;
        try {
            if (unsafe != null) {
                return lookupIn(unsafe.getClass()).bind(unsafe, name, type);
            }
            MethodHandle complaint = MethodHandles.lookup()
                    .findStatic(DeepAccess.class, "closed", MethodType.methodType(IllegalStateException.class));
            MethodHandle thrower = MethodHandles.throwException(result, IllegalStateException.class);
            return MethodHandles.dropArguments(MethodHandles.foldArguments(thrower, complaint), 0, parameters)
                    .asType(type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This JDK has no Unsafe." + name + type, e);
        }
    }

    /** Only for handles that declare nothing checked. */
    static RuntimeException rethrown(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("Deep access to the JDK is not available: " + diagnose());
    }

    private static boolean hasSunUnsafe() {
        try {
            Object unused = SunUnsafe.allocate(Object.class);
            return true;
        } catch (InstantiationException | LinkageError e) {
            return false;
        }
    }

    private static Lookup everywhere() {
        try {
            return FOUND.everywhere();
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    private static @Nullable Object unsafe() {
        if (!available()) {
            return null;
        }
        try {
            Class<?> type = Class.forName("jdk.internal.misc.Unsafe");
            return lookupIn(type)
                    .findStatic(type, "getUnsafe", MethodType.methodType(type))
                    .asType(MethodType.methodType(Object.class))
                    .invokeExact();
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }
}
