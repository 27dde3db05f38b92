package io.processexecutor.serialization;

import io.processexecutor.TaskSerializer;
import java.lang.reflect.Modifier;

/** How a serializer is named to the other process: a built-in one by its name, any other by its class. */
public final class WireNames {

    private static final String CLASS_PREFIX = "class:";

    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            if (!isConstructible(type)) {
                throw new IllegalArgumentException("The serializer " + type.getName()
                        + " cannot be made in a worker: it must be a public class with a public constructor without"
                        + " arguments");
            }
            return CLASS_PREFIX + type.getName();
        }
    };

    private WireNames() {}

    /**
     * Names a serializer.
     *
     * @param serializer the serializer
     * @return its name on the wire
     * @throws IllegalArgumentException if a worker could not make one
     */
    public static String of(TaskSerializer serializer) {
        if (serializer instanceof JavaTaskSerializer || serializer instanceof GraphTaskSerializer) {
            return serializer.name();
        }
        return NAMES.get(serializer.getClass());
    }

    /**
     * Gives the serializer of a name.
     *
     * @param wireName what {@link #of} gave
     * @return the serializer
     * @throws IllegalArgumentException if there is none
     */
    public static TaskSerializer serializer(String wireName) {
        if (!wireName.startsWith(CLASS_PREFIX)) {
            return TaskSerializers.named(wireName);
        }
        String className = wireName.substring(CLASS_PREFIX.length());
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            return Class.forName(className, true, loader)
                    .asSubclass(TaskSerializer.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
            throw new IllegalArgumentException("The serializer " + className + " cannot be made here", e);
        }
    }

    private static boolean isConstructible(Class<?> type) {
        try {
            return Modifier.isPublic(type.getModifiers())
                    && Modifier.isPublic(type.getConstructor().getModifiers());
        } catch (NoSuchMethodException e) {
            return false;
        }
    }
}
