package io.processexecutor.spring;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.event.Serialization;
import io.processexecutor.event.TaskCompleted;
import java.util.Locale;

/** Tells a meter registry where the time of tasks goes. */
final class ProcessExecutorMetrics implements ProcessExecutorListener {

    private final MeterRegistry registry;

    ProcessExecutorMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void onTaskCompleted(TaskCompleted event) {
        Timer.builder("processexecutor.task")
                .description("Time from a task's submission until it is done")
                .tag("outcome", lowerCase(event.outcome()))
                .register(registry)
                .record(event.total());
        for (Serialization serialization : event.serializations()) {
            Tags tags = Tags.of(
                    "operation", lowerCase(serialization.operation()),
                    "side", lowerCase(serialization.side()),
                    "serializer", serialization.serializer());
            Timer.builder("processexecutor.serialization")
                    .description("Time that encoding and decoding of tasks and results takes")
                    .tags(tags)
                    .register(registry)
                    .record(serialization.time());
            DistributionSummary.builder("processexecutor.serialization.size")
                    .description("Size of encoded tasks and results")
                    .baseUnit("bytes")
                    .tags(tags)
                    .register(registry)
                    .record((double) serialization.bytes());
        }
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
