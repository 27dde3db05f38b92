package io.processexecutor.serialization.access;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * Climbs down the ladder once and says where it stopped and why not higher.
 *
 * @param inClass a handle {@code (Class) -> Lookup} that gives every right of a class outside of {@code java.lang.invoke};
 *     null if there is no way in
 */
record TrustedLookup(AccessRung rung, @Nullable MethodHandle inClass, String reason) {

    private static final int TRUSTED = -1;

    static TrustedLookup find(boolean allowed) {
        if (!allowed) {
            return new TrustedLookup(
                    AccessRung.NONE, null, "turned off by -D" + DeepAccess.DEEP_REFLECTION_PROPERTY + "=false");
        }
        String refusal;
        try {
            return new TrustedLookup(AccessRung.REFLECTION_FACTORY, proven(constructor(Class.class)), "");
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            refusal = "sun.reflect.ReflectionFactory: " + e;
        }
        try {
            MethodHandle in = MethodHandles.lookup()
                    .findVirtual(Lookup.class, "in", MethodType.methodType(Lookup.class, Class.class));
            return new TrustedLookup(AccessRung.OPENED_PACKAGE, proven(in.bindTo(fromOpenedPackage())), refusal);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            return new TrustedLookup(AccessRung.NONE, null, refusal + "; java.lang.invoke: " + e);
        }
    }

    /** One with every right in every class. Apart: for this constructor Java 25 makes a class, for the other it has one. */
    Lookup everywhere() throws Throwable {
        return rung == AccessRung.OPENED_PACKAGE
                ? fromOpenedPackage()
                : (Lookup) constructor(Class.class, Class.class, int.class)
                        .invokeExact(Object.class, (Class<?>) null, TRUSTED);
    }

    /** Called by its exact type: reflection would have the JVM make a class for each of the arguments it converts. */
    private static MethodHandle constructor(Class<?>... parameters) throws ReflectiveOperationException {
        Constructor<?> hidden = Lookup.class.getDeclaredConstructor(parameters);
        Constructor<?> accessible = SerializationHooks.newConstructorForSerialization(Lookup.class, hidden);
        return MethodHandles.lookup().unreflectConstructor(accessible);
    }

    private static Lookup fromOpenedPackage() throws ReflectiveOperationException {
        Field field = Lookup.class.getDeclaredField("IMPL_LOOKUP");
        field.setAccessible(true);
        return (Lookup) field.get(null);
    }

    /** A JDK in which the constructor means something else must fail here, not in the middle of a task. */
    private static MethodHandle proven(MethodHandle inClass) throws Throwable {
        Class<?> unsafe = Class.forName("jdk.internal.misc.Unsafe");
        Lookup candidate = (Lookup) inClass.invokeExact(unsafe);
        candidate.findStatic(unsafe, "getUnsafe", MethodType.methodType(unsafe));
        return inClass;
    }
}
