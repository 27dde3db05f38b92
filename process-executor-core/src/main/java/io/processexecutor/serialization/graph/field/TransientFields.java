package io.processexecutor.serialization.graph.field;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/** What does not travel of an object, and who makes it at the other end. */
public final class TransientFields {

    private TransientFields() {}

    /**
     * The constructor that makes the transient fields of a class which is not serializable: that without arguments of the
     * nearest class that declares such fields and has one.
     *
     * @param type the class
     * @return a constructor of it or of one of its superclasses, whatever its access; null if there is none
     */
    public static @Nullable Constructor<?> constructorFor(Class<?> type) {
        for (Class<?> level = type; level != null && !ClassFields.ofPlatform(level); level = level.getSuperclass()) {
            Constructor<?> constructor = declaredBy(level) ? withoutArguments(level) : null;
            if (constructor != null) {
                return constructor;
            }
        }
        return null;
    }

    private static boolean declaredBy(Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == Modifier.TRANSIENT) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Constructor<?> withoutArguments(Class<?> type) {
        for (Constructor<?> each : type.getDeclaredConstructors()) {
            if (each.getParameterCount() == 0) {
                return each;
            }
        }
        return null;
    }
}
