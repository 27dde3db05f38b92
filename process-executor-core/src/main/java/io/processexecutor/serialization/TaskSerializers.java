package io.processexecutor.serialization;

import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.access.DeepAccess;

/**
 * The built-in serializers. All are thread-safe and hold nothing of what they were given; an executor uses
 * them under its {@linkplain io.processexecutor.SerializationOptions options}.
 */
public final class TaskSerializers {

    private static final TaskSerializer JAVA = named("java");
    private static final TaskSerializer KRYO = named("kryo");
    private static final TaskSerializer CLOSURE = named("closure");

    private TaskSerializers() {}

    /**
     * The platform's own protocol: only what is {@link java.io.Serializable}, with all its hooks and filters.
     *
     * @return the serializer named {@code java}
     */
    public static TaskSerializer java() {
        return JAVA;
    }

    /**
     * Any object graph, fast. A lambda may be the task itself or be captured by one that may; inside data it is refused,
     * unless something that holds it is marked ({@link io.processexecutor.NonSerializableTask},
     * {@link io.processexecutor.Closures#wrap}).
     *
     * @return the serializer named {@code kryo}
     */
    public static TaskSerializer kryo() {
        return KRYO;
    }

    /**
     * As {@link #kryo}, and lambdas anywhere in the graph.
     *
     * @return the serializer named {@code closure}
     */
    public static TaskSerializer closure() {
        return CLOSURE;
    }

    /**
     * Says how far this JVM lets the serializers go: which way into classes is in force and why no better one, whether
     * deep reflection is on and how to switch it, and what is refused.
     *
     * @return a few lines for a person
     */
    public static String diagnose() {
        return Diagnosis.text();
    }

    /**
     * Switches the ways into the JDK's internals on or off, for the whole JVM and for the workers it starts, as the system
     * property {@code process-executor.closures.deep-reflection} does. On by default. Off, everything works that needs
     * none: data, and lambdas that are Serializable.
     *
     * @param wanted whether to use them
     * @throws IllegalStateException if it was decided otherwise before: it is, for good, when the first executor is built or
     *     anything is encoded
     */
    public static void deepReflection(boolean wanted) {
        String before = System.setProperty(DeepAccess.DEEP_REFLECTION_PROPERTY, Boolean.toString(wanted));
        if (DeepAccess.allowed() == wanted) {
            return;
        }
        if (before == null) {
            System.clearProperty(DeepAccess.DEEP_REFLECTION_PROPERTY);
        } else {
            System.setProperty(DeepAccess.DEEP_REFLECTION_PROPERTY, before);
        }
        throw new IllegalStateException(DeepAccess.DEEP_REFLECTION_PROPERTY + "=" + wanted
                + " comes too late: serializers were used in this JVM before, with " + !wanted
                + ", which holds for all of it. Start the JVM with -D" + DeepAccess.DEEP_REFLECTION_PROPERTY + "="
                + wanted);
    }

    /**
     * The serializer of a name, as in a setting.
     *
     * @param name {@code java}, {@code kryo} or {@code closure}
     * @return the serializer
     * @throws IllegalArgumentException if there is none of that name; the message lists those there are
     */
    public static TaskSerializer named(String name) {
        return ExecutorSerializers.ofDefaults(name);
    }
}
