package io.processexecutor.pool;

import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.protocol.Message.Form;
import io.processexecutor.internal.protocol.ThrowableCopy;
import io.processexecutor.serialization.TaskSerializers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a worker does to load what tasks usually need, with nothing of the application's run. Classes that other workers have
 * loaded are loaded only, not initialized.
 */
final class Rehearsal implements ProcessAction {

    private static final long serialVersionUID = 1;

    /** What the JVM loads to verify a class that builds a pool, as that of a task may. */
    private static final List<Class<?>> NAMED_BY_CALLERS =
            List.of(ProcessExecutor.class, ProcessExecutorListener.class);

    private record Argument(
            String text, Map<String, Integer> numbers, List<Instant> times, Form choice, List<Class<?>> types) {}

    private final List<String> classes;

    /**
     * Creates one.
     *
     * @param classes the names of what is to be loaded as well
     */
    Rehearsal(List<String> classes) {
        this.classes = classes;
    }

    @Override
    public void run() {
        Argument argument = new Argument(
                "text", Map.of("one", 1), new ArrayList<>(List.of(Instant.EPOCH)), Form.RUN, NAMED_BY_CALLERS);
        ProcessTask<String> lambda = argument::text;
        List<Object> failure = List.of(new IllegalStateException("an example"));
        roundTrip(TaskSerializers.kryo(), argument);
        roundTrip(TaskSerializers.kryo(), capturing(true, (byte) 1, (short) 2, '3', 4, 5, 6, 7));
        roundTrip(TaskSerializers.closure(), List.of(lambda, argument));
        roundTrip(TaskSerializers.java(), failure);
        roundTrip(
                TaskSerializers.kryo(),
                ThrowableCopy.of(new IllegalStateException(failure.toString())).headline());
        classes.forEach(Rehearsal::load);
    }

    private static void load(String name) {
        try {
            Class<?> unused = Class.forName(name, false, Rehearsal.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // Whoever loaded it has a class loader of its own, which an archive has no place for.
            return;
        }
    }

    private static ProcessTask<List<Object>> capturing(
            boolean a, byte b, short c, char d, int e, long f, float g, double h) {
        return () -> List.of(a, b, c, d, e, f, g, h);
    }

    private static void roundTrip(TaskSerializer serializer, Object value) {
        Object unused = serializer.fromBytes(serializer.toBytes(value));
    }
}
