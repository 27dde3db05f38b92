package io.processexecutor.pool;

import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.logging.LogTargets;
import io.processexecutor.internal.process.WorkerIntroduction;
import io.processexecutor.internal.protocol.Message.Form;
import io.processexecutor.internal.protocol.Message.Log;
import io.processexecutor.internal.protocol.ThrowableCopy;
import io.processexecutor.serialization.ExecutorSerializers;
import io.processexecutor.serialization.TaskSerializers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a worker does to load what tasks usually need, with nothing of the application's in it. */
final class Rehearsal implements ProcessAction {

    private static final long serialVersionUID = 1;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** What the JVM loads to verify a class that builds a pool, as that of a task may. */
    private static final List<Class<?>> NAMED_BY_CALLERS =
            List.of(ProcessExecutor.class, ProcessExecutorListener.class);

    private record Argument(
            String text, Map<String, Integer> numbers, List<Instant> times, Form choice, List<Class<?>> types) {}

    /** Encoded only once it is wanted, which is rarely. */
    static WorkerIntroduction of(PoolSettings settings, ExecutorSerializers serializers) {
        return worker -> {
            if (settings.forwardLogs()) {
                worker.connection().send(new LogTargets().levels());
            }
            encoded(settings, serializers).run(worker, Log.class::isInstance);
        };
    }

    /**
     * That, and all that workers do for the application before its tasks.
     *
     * @param initializer {@code null} for none
     * @param preparation the encoded action; {@code null} for none
     * @return {@code null} if there is nothing to prepare
     */
    static @Nullable WorkerIntroduction ofPreparation(
            PoolSettings settings,
            ExecutorSerializers serializers,
            @Nullable WorkerInitializer initializer,
            @Nullable TaskRequest preparation) {
        if (preparation == null) {
            return null;
        }
        WorkerInitializer prepare = new WorkerInitializer(
                preparation, settings.preparationTimeout(), settings.launch().classLoader(), new Throwable());
        return worker -> {
            of(settings, serializers).run(worker);
            if (initializer != null) {
                initializer.run(worker, Log.class::isInstance);
            }
            prepare.run(worker, Log.class::isInstance);
        };
    }

    private static WorkerInitializer encoded(PoolSettings settings, ExecutorSerializers serializers) {
        TaskRequest request = TaskRequest.encode(new Rehearsal(), TaskSerializers.closure(), serializers);
        return new WorkerInitializer(request, TIMEOUT, settings.launch().classLoader(), new Throwable());
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
    }

    private static ProcessTask<List<Object>> capturing(
            boolean a, byte b, short c, char d, int e, long f, float g, double h) {
        return () -> List.of(a, b, c, d, e, f, g, h);
    }

    private static void roundTrip(TaskSerializer serializer, Object value) {
        Object unused = serializer.fromBytes(serializer.toBytes(value));
    }
}
