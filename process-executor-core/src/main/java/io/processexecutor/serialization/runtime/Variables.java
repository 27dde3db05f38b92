package io.processexecutor.serialization.runtime;

import io.processexecutor.serialization.explain.Refusal;
import java.lang.reflect.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The variables of JShell that a task reads, after the task itself: class, name and value of each, and null at their end.
 * Only between ends that name loaders.
 */
public final class Variables {

    private Variables() {}

    /** Writes in the format of a serializer. */
    public interface Sink {

        /**
         * Writes any value.
         *
         * @param value the value
         * @throws Exception if it cannot be written
         */
        void write(@Nullable Object value) throws Exception;
    }

    /** Reads in the format of a serializer. */
    public interface Source {

        /**
         * Reads a value.
         *
         * @return the value
         * @throws Exception if it cannot be read
         */
        @Nullable
        Object read() throws Exception;
    }

    /**
     * Writes the variables that the task under way reads.
     *
     * @param naming knows them
     * @param sink where to
     * @throws Exception what the sink throws
     */
    public static void write(ClassNaming naming, Sink sink) throws Exception {
        int written = 0;
        for (List<Field> all = naming.variables(); written < all.size(); all = naming.variables()) {
            Field next = all.get(written++);
            sink.write(next.getDeclaringClass());
            sink.write(next.getName());
            Object value = next.get(null);
            try {
                sink.write(value);
            } catch (Refusal e) {
                throw Refusal.of(
                        e.kind(),
                        value == null ? next : value,
                        "it is the JShell variable " + next.getName() + ", and of it "
                                + e.type().getName() + " cannot travel: " + e.reason());
            }
        }
        sink.write(null);
    }

    /**
     * Reads and sets the variables.
     *
     * @param naming sets them
     * @param source where from
     * @throws Exception what the source throws, or if one cannot be set
     */
    public static void read(ClassNaming naming, Source source) throws Exception {
        for (Object owner = source.read(); owner != null; owner = source.read()) {
            String name = String.valueOf(source.read());
            naming.assign((Class<?>) owner, name, source.read());
        }
    }
}
