package io.processexecutor.serialization;

import io.processexecutor.TaskSerializer;
import java.util.List;

/** The built-in serializers. All are thread-safe and hold nothing of what they were given. */
public final class TaskSerializers {

    private static final TaskSerializer JAVA = new JavaTaskSerializer();
    private static final TaskSerializer KRYO = new GraphTaskSerializer("kryo", false);
    private static final TaskSerializer CLOSURE = new GraphTaskSerializer("closure", true);
    private static final List<TaskSerializer> ALL = List.of(JAVA, KRYO, CLOSURE);

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
        return ALL.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "No serializer is named \"" + name + "\": the valid names are java, kryo and closure"));
    }
}
