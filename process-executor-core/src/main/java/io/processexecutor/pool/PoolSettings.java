package io.processexecutor.pool;

import io.processexecutor.ContextCarrier;
import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.RecycleLimits;
import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.process.LaunchSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pool was built with; see the builder for what each means.
 *
 * @param serializer what encodes tasks that do not choose otherwise
 * @param taskTimeout {@code null} for none
 * @param queueTimeout {@code null} for none
 * @param initializer {@code null} for none
 * @param preparation {@code null} for none
 */
record PoolSettings(
        String name,
        int workers,
        int minWorkers,
        int queueCapacity,
        int prefetch,
        TaskSerializer serializer,
        SerializationOptions serialization,
        @Nullable Duration taskTimeout,
        @Nullable Duration queueTimeout,
        Duration submitTimeout,
        Duration idleTimeout,
        Duration hungAfter,
        RecycleLimits recycleLimits,
        Duration cancelGrace,
        Duration shutdownGrace,
        Duration firstStartPause,
        LaunchSettings launch,
        @Nullable ProcessAction initializer,
        Duration initializerTimeout,
        @Nullable ProcessAction preparation,
        Duration preparationTimeout,
        boolean prepareEagerly,
        boolean forwardLogs,
        List<ContextCarrier> carriers,
        List<ProcessExecutorListener> listeners) {

    PoolSettings withWorkers(int workers) {
        return new PoolSettings(
                name,
                workers,
                minWorkers,
                queueCapacity,
                prefetch,
                serializer,
                serialization,
                taskTimeout,
                queueTimeout,
                submitTimeout,
                idleTimeout,
                hungAfter,
                recycleLimits,
                cancelGrace,
                shutdownGrace,
                firstStartPause,
                launch,
                initializer,
                initializerTimeout,
                preparation,
                preparationTimeout,
                prepareEagerly,
                forwardLogs,
                carriers,
                listeners);
    }
}
