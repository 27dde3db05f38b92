package io.processexecutor.sample.demo;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.processexecutor.sample.page.PageSection;
import io.processexecutor.spring.ProcessTaskExecutor;
import io.processexecutor.spring.actuate.ProcessExecutorEndpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The executor for the page: what it is doing, as the endpoint tells it, and what its meters have counted so far. */
@Component
final class ExecutorSection implements PageSection {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String METERS = "processexecutor.";

    private final String pool;
    private final ProcessExecutorEndpoint endpoint;
    private final MeterRegistry registry;
    private volatile Map<String, Map<String, Total>> before = Map.of();

    ExecutorSection(ProcessTaskExecutor executor, MeterRegistry registry) {
        this.pool = executor.name();
        this.endpoint = new ProcessExecutorEndpoint(() -> Map.of(pool, executor));
        this.registry = registry;
    }

    /**
     * What the page shows. It finds out itself what has been added to a total since the last look.
     *
     * @param time when it was looked at
     * @param pool what the executor is doing
     * @param tasks the tasks that are done, and their time from submission to end
     * @param waits the same tasks, and their time until a worker got them
     * @param serialization encodings and decodings since the last start over, by serializer and operation
     */
    record View(
            Instant time,
            ProcessExecutorEndpoint.Pool pool,
            Total tasks,
            Total waits,
            Map<String, Map<String, Total>> serialization) {}

    /**
     * What a timer has counted.
     *
     * @param count how often
     * @param seconds how long, taken together
     */
    record Total(long count, double seconds) {

        static Total of(Collection<Timer> timers) {
            return new Total(
                    timers.stream().mapToLong(Timer::count).sum(),
                    timers.stream()
                            .mapToDouble(each -> each.totalTime(TimeUnit.SECONDS))
                            .sum());
        }

        Total minus(@Nullable Total other) {
            return other == null ? this : new Total(count - other.count, seconds - other.seconds);
        }
    }

    /** Has serialization shown from now on only: what was serialized before was not the same for all. */
    void startOver() {
        before = serialization();
    }

    @Override
    public String name() {
        return "executor";
    }

    @Override
    public Duration period() {
        return SECOND;
    }

    @Override
    public View content() {
        Map<String, Map<String, Total>> serialization = serialization();
        serialization.forEach((serializer, operations) -> operations.replaceAll((operation, total) ->
                total.minus(before.getOrDefault(serializer, Map.of()).get(operation))));
        return new View(
                Instant.now(),
                Objects.requireNonNull(endpoint.pool(pool)),
                Total.of(timers("task")),
                Total.of(timers("task.wait")),
                serialization);
    }

    private Map<String, Map<String, Total>> serialization() {
        return timers("serialization").stream()
                .collect(Collectors.groupingBy(
                        each -> tag(each, "serializer"),
                        TreeMap::new,
                        Collectors.groupingBy(
                                each -> tag(each, "operation"),
                                TreeMap::new,
                                Collectors.collectingAndThen(Collectors.toList(), Total::of))));
    }

    private List<Timer> timers(String name) {
        return List.copyOf(registry.find(METERS + name).tag("pool", pool).timers());
    }

    private static String tag(Timer timer, String key) {
        return Objects.requireNonNull(timer.getId().getTag(key), key);
    }
}
