package io.processexecutor.spring.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessPool;
import io.processexecutor.WorkerExit;
import io.processexecutor.event.Serialization;
import io.processexecutor.event.Serialization.Operation;
import io.processexecutor.event.Serialization.Side;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.TaskCompleted.Outcome;
import io.processexecutor.event.WorkerPrepared;
import io.processexecutor.event.WorkerStarted;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The meters of one executor. Those that tasks record in are looked up once, since a task may take microseconds only. */
final class PoolMetrics implements ProcessExecutorListener {

    static final String PREFIX = "processexecutor.";

    private final MeterRegistry registry;
    private final Tags pool;
    private final TaskNames names;
    private final PoolGauges gauges;

    private record TaskKey(Tags name, Outcome outcome) {}

    private record SerializationKey(Operation operation, Side side, String serializer) {}

    private record SerializationMeters(Timer time, DistributionSummary size) {}

    private final Map<TaskKey, Timer> tasks = new ConcurrentHashMap<>();
    private final Map<Tags, Timer> waits = new ConcurrentHashMap<>();
    private final Map<Tags, Timer> transfers = new ConcurrentHashMap<>();
    private final Map<SerializationKey, SerializationMeters> serializations = new ConcurrentHashMap<>();
    private final Map<WorkerExit.Reason, Counter> exits = new ConcurrentHashMap<>();
    private final Counter starts;
    private final Timer startup;
    private final Timer contextStart;
    private boolean ended;

    PoolMetrics(MeterRegistry registry, ProcessPool observed, TaskNames names) {
        this.registry = registry;
        this.pool = Tags.of("pool", observed.name());
        this.names = names;
        this.starts = Counter.builder(PREFIX + "worker.starts")
                .description("Workers that came up")
                .tags(pool)
                .register(registry);
        this.startup = timer("worker.startup", "Time from a worker's launch until it can take tasks", Tags.empty());
        this.contextStart = timer("worker.context.start", "Time that workers' contexts take to start", Tags.empty());
        this.gauges = new PoolGauges(registry, pool, observed);
        beginAtZero();
    }

    /** What is counted for the first time must be seen to rise, and what appears with a value of 1 is not. */
    private void beginAtZero() {
        for (WorkerExit.Reason each : WorkerExit.Reason.values()) {
            meter(exits, each, this::exits);
        }
        if (!names.tagged()) {
            for (Outcome each : Outcome.values()) {
                meter(tasks, new TaskKey(Tags.empty(), each), this::task);
            }
        }
    }

    @Override
    public void onTaskCompleted(TaskCompleted event) {
        Tags name = names.of(event.label());
        if (event.outcome() != Outcome.REJECTED) {
            meter(waits, name, this::waiting).record(event.queued());
        }
        if (!event.transferred().isZero()) {
            meter(transfers, name, this::transfer).record(event.transferred());
        }
        for (Serialization each : event.serializations()) {
            SerializationMeters meters = meter(
                    serializations,
                    new SerializationKey(each.operation(), each.side(), each.serializer()),
                    this::serialization);
            meters.time().record(each.time());
            meters.size().record((double) each.bytes());
        }
        // Last, so that who sees it counted finds all else of it.
        meter(tasks, new TaskKey(name, event.outcome()), this::task).record(event.total());
    }

    @Override
    public void onWorkerStarted(WorkerStarted event) {
        starts.increment();
        startup.record(event.startup());
        gauges.workerStarted();
    }

    @Override
    public void onWorkerPrepared(WorkerPrepared event) {
        contextStart.record(event.took());
    }

    @Override
    public void onWorkerExited(WorkerExit exit) {
        gauges.workerExited(exit);
        meter(exits, exit.reason(), this::exits).increment();
    }

    @Override
    public synchronized void onTerminated() {
        ended = true;
        gauges.remove();
        registry.remove(starts);
        registry.remove(startup);
        registry.remove(contextStart);
        for (Map<?, ? extends Meter> each : List.of(tasks, waits, transfers, exits)) {
            each.values().forEach(registry::remove);
        }
        serializations.values().forEach(each -> {
            registry.remove(each.time());
            registry.remove(each.size());
        });
    }

    private Timer task(TaskKey key) {
        return timer(
                "task",
                "Time from a task's submission until it is done",
                key.name().and("outcome", word(key.outcome())));
    }

    private Timer waiting(Tags name) {
        return timer("task.wait", "Time from a task's submission until a worker got it", name);
    }

    private Timer transfer(Tags name) {
        return timer("task.transfer", "Time that a task and its result were on their way between the processes", name);
    }

    private Counter exits(WorkerExit.Reason reason) {
        return Counter.builder(PREFIX + "worker.exits")
                .description("Workers that ended")
                .tags(pool.and("reason", word(reason)))
                .register(registry);
    }

    private SerializationMeters serialization(SerializationKey key) {
        Tags tags =
                Tags.of("operation", word(key.operation()), "side", word(key.side()), "serializer", key.serializer());
        return new SerializationMeters(
                timer("serialization", "Time that encoding and decoding of tasks and results takes", tags),
                DistributionSummary.builder(PREFIX + "serialization.size")
                        .description("Size of encoded tasks and results")
                        .baseUnit("bytes")
                        .tags(pool.and(tags))
                        .register(registry));
    }

    private Timer timer(String name, String description, Tags tags) {
        return Timer.builder(PREFIX + name)
                .description(description)
                .tags(pool.and(tags))
                .register(registry);
    }

    private <K, M> M meter(Map<K, M> meters, K key, Function<K, M> maker) {
        @Nullable M known = meters.get(key);
        return known != null ? known : make(meters, key, maker);
    }

    /** What comes after the end is recorded nowhere, and must leave no meter behind. */
    private synchronized <K, M> M make(Map<K, M> meters, K key, Function<K, M> maker) {
        M made = meters.computeIfAbsent(key, maker);
        if (ended) {
            onTerminated();
        }
        return made;
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
