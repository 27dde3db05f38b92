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
     * <p>Objects keep their identity within a graph, with these exceptions. Boxes ({@code Integer}, {@code Long} ..) and
     * the value-based classes of {@code java.time} and {@code Optional} have none. An entry of a map arrives as a copy,
     * and so does a part of a list ({@code subList}) unless the list is in the graph as well; a part of a {@code TreeSet}
     * is a set of its own, as the platform has it. A view into what its owner builds again with hooks of its own, such as
     * {@code get(key)} of Guava's multimaps, is cut off from the owner beside it.
     *
     * <p>Hooks ({@code writeObject}, {@code readResolve} ..) run once. Where a graph is too deep for the stack of the
     * caller the rest of it goes on in a thread with a larger one. Some run twice if one of them holds a lock which
     * another, deep inside the same graph, needs as well, or if the caller has next to no stack left.
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
