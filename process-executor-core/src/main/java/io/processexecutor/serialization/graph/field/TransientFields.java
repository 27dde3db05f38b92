package io.processexecutor.serialization.graph.field;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
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

    /**
     * The final transient fields of a class which is not serializable that no constructor makes: what is null in them stays
     * so, which their class does not expect.
     *
     * @param type the class
     * @return the fields, innermost class first
     */
    public static List<Field> madeByNobody(Class<?> type) {
        int modifiers = Modifier.FINAL | Modifier.TRANSIENT;
        Constructor<?> constructor = constructorFor(type);
        Class<?> made = constructor == null ? null : constructor.getDeclaringClass();
        List<Field> found = new ArrayList<>();
        for (Class<?> level = type; level != made && !ClassFields.ofPlatform(level); level = level.getSuperclass()) {
            List<Field> declared = new ArrayList<>();
            for (Field field : level.getDeclaredFields()) {
                if ((field.getModifiers() & (Modifier.STATIC | modifiers)) == modifiers) {
                    declared.add(field);
                }
            }
            declared.sort(ClassFields.LEAVES_FIRST);
            found.addAll(declared);
        }
        return found;
    }

    /** Those that a compiler adds (of Groovy, to each class) are filled by what it adds to the methods. */
    private static boolean declaredBy(Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == Modifier.TRANSIENT
                    && !field.isSynthetic()) {
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
