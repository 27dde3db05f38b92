package io.processexecutor.serialization.access;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/** Climbs down the ladder once and says where it stopped and why not higher. */
record TrustedLookup(AccessRung rung, @Nullable Lookup lookup, String reason) {

    private static final int TRUSTED = -1;

    static TrustedLookup find(boolean allowed) {
        if (!allowed) {
            return new TrustedLookup(
                    AccessRung.NONE, null, "turned off by -D" + DeepAccess.DEEP_REFLECTION_PROPERTY + "=false");
        }
        String refusal;
        try {
            return new TrustedLookup(AccessRung.REFLECTION_FACTORY, fromReflectionFactory(), "");
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            refusal = "sun.reflect.ReflectionFactory: " + e;
        }
        try {
            return new TrustedLookup(AccessRung.OPENED_PACKAGE, fromOpenedPackage(), refusal);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return new TrustedLookup(AccessRung.NONE, null, refusal + "; java.lang.invoke: " + e);
        }
    }

    /** Called by its exact type: reflection would have the JVM make a class for each of the arguments it converts. */
    private static Lookup fromReflectionFactory() throws Throwable {
        Constructor<?> hidden = Lookup.class.getDeclaredConstructor(Class.class, Class.class, int.class);
        Constructor<?> accessible = SerializationHooks.newConstructorForSerialization(Lookup.class, hidden);
        MethodHandle made = MethodHandles.lookup().unreflectConstructor(accessible);
        return proven((Lookup) made.invokeExact(Object.class, (Class<?>) null, TRUSTED));
    }

    private static Lookup fromOpenedPackage() throws ReflectiveOperationException {
        Field field = Lookup.class.getDeclaredField("IMPL_LOOKUP");
        field.setAccessible(true);
        return proven((Lookup) field.get(null));
    }

    /** A JDK in which the modes mean something else must fail here, not in the middle of a task. */
    private static Lookup proven(Lookup candidate) throws ReflectiveOperationException {
        Class<?> unsafe = Class.forName("jdk.internal.misc.Unsafe");
        candidate.in(unsafe).findStatic(unsafe, "getUnsafe", MethodType.methodType(unsafe));
        return candidate;
    }
}
