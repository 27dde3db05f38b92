package io.processexecutor.pool;

import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.TaskSerializers;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What encodes tasks if nobody says: named by the system property, else by the environment, else kryo. */
final class DefaultSerializer {

    static final String PROPERTY = "process-executor.serializer";
    static final String VARIABLE = "PROCESS_EXECUTOR_SERIALIZER";

    private DefaultSerializer() {}

    static TaskSerializer find() {
        return find(System::getProperty, System::getenv);
    }

    static TaskSerializer find(UnaryOperator<@Nullable String> properties, UnaryOperator<@Nullable String> variables) {
        String property = properties.apply(PROPERTY);
        if (property != null && !property.isBlank()) {
            return named(property, "the system property " + PROPERTY);
        }
        String variable = variables.apply(VARIABLE);
        if (variable != null && !variable.isBlank()) {
            return named(variable, "the environment variable " + VARIABLE);
        }
        return TaskSerializers.kryo();
    }

    private static TaskSerializer named(String name, String source) {
        try {
            return TaskSerializers.named(name.strip().toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    source + " names the serializer \"" + name
                            + "\", and there is none: the valid names are java, kryo and" + " closure",
                    e);
        }
    }
}
