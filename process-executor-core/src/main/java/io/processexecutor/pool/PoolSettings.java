package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.process.LaunchSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pool was built with; see the builder for what each means.
 *
 * @param taskTimeout {@code null} for none
 * @param queueTimeout {@code null} for none
 */
record PoolSettings(
        String name,
        int workers,
        int minWorkers,
        int queueCapacity,
        TaskSerializer serializer,
        @Nullable Duration taskTimeout,
        @Nullable Duration queueTimeout,
        Duration idleTimeout,
        Duration cancelGrace,
        Duration shutdownGrace,
        Duration firstStartPause,
        LaunchSettings launch,
        List<ProcessExecutorListener> listeners) {}
