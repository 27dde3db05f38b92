package io.processexecutor.serialization.access;

import java.lang.reflect.Field;
import sun.misc.Unsafe;

/**
 * What the module {@code jdk.unsupported} still has of its {@code Unsafe} that no JDK complains of; a {@link LinkageError}
 * where it is not there. Compiled apart, like {@link SunReflection}: a method handle would have the JVM make classes.
 */
final class SunUnsafe {

    private static final Unsafe UNSAFE = find();

    private SunUnsafe() {}

    static Object allocate(Class<?> type) throws InstantiationException {
        return UNSAFE.allocateInstance(type);
    }

    private static Unsafe find() {
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (Unsafe) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("sun.misc.Unsafe", e);
        }
    }
}
