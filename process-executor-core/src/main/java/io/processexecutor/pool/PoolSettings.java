package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.process.LaunchSettings;
import io.processexecutor.internal.process.WorkerIntroduction;
import io.processexecutor.serialization.ExecutorSerializers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pool was built with; see the builder for what each means.
 *
 * @param serializer what encodes tasks that do not choose otherwise
 * @param serializers all that may be chosen from, under the options of this pool
 * @param taskTimeout {@code null} for none
 * @param queueTimeout {@code null} for none
 */
record PoolSettings(
        String name,
        int workers,
        int minWorkers,
        int queueCapacity,
        TaskSerializer serializer,
        ExecutorSerializers serializers,
        @Nullable Duration taskTimeout,
        @Nullable Duration queueTimeout,
        Duration idleTimeout,
        Duration cancelGrace,
        Duration shutdownGrace,
        Duration firstStartPause,
        LaunchSettings launch,
        WorkerIntroduction introduction,
        List<ProcessExecutorListener> listeners) {}
