package io.processexecutor.serialization;

import io.processexecutor.TaskSerializer;

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
