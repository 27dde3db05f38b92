package io.processexecutor.pool;

import io.processexecutor.internal.logging.LogTargets;
import io.processexecutor.internal.process.Rehearsals;
import io.processexecutor.internal.process.WorkerIntroduction;
import io.processexecutor.internal.protocol.Message.Log;
import io.processexecutor.serialization.ExecutorSerializers;
import io.processexecutor.serialization.TaskSerializers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What workers of a pool do before they end so that their archive has what others will load: a {@link Rehearsal}, and all that
 * the others do for the application before its tasks. Encoded only once it is wanted, which is rarely.
 *
 * @param initializer {@code null} for none
 * @param preparation the encoded action; {@code null} for none
 */
record PoolRehearsals(
        PoolSettings settings,
        ExecutorSerializers serializers,
        @Nullable WorkerInitializer initializer,
        @Nullable TaskRequest preparation,
        TaskOutcomes outcomes)
        implements Rehearsals {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Override
    public boolean prepare() {
        return preparation != null;
    }

    @Override
    public WorkerIntroduction unprepared(List<String> classes) {
        return worker -> {
            if (settings.forwardLogs()) {
                worker.connection().send(new LogTargets().levels());
            }
            TaskRequest request = TaskRequest.encode(new Rehearsal(classes), TaskSerializers.closure(), serializers);
            action(request, TIMEOUT).run(worker, Log.class::isInstance);
        };
    }

    @Override
    public WorkerIntroduction prepared(List<String> classes) {
        TaskRequest prepares = Objects.requireNonNull(preparation);
        return worker -> {
            unprepared(classes).run(worker);
            if (initializer != null) {
                initializer.run(worker, Log.class::isInstance);
            }
            action(prepares, settings.preparationTimeout()).run(worker, Log.class::isInstance);
        };
    }

    private WorkerInitializer action(TaskRequest request, Duration timeout) {
        return new WorkerInitializer(request, timeout, settings.launch().classLoader(), new Throwable());
    }

    @Override
    public boolean tasksHaveRun() {
        return outcomes.completed() > 0;
    }
}
