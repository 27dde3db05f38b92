package io.processexecutor.spring.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.processexecutor.ProcessPool;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerVitals;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What is not recorded but asked for: how many wait, how many workers there are and what they take. */
final class PoolGauges {

    /** One look at the workers is good for all meters that are read with it. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MeterRegistry registry;
    private final Tags tags;
    private final ProcessPool pool;
    private final List<Meter> meters = new ArrayList<>();
    private final Set<Integer> slots = new HashSet<>();
    private final Total gcCount = new Total(WorkerVitals::gcCount);
    private final Total gcNanos = new Total(vitals -> vitals.gcTime().toNanos());
    private final Total cpuNanos = new Total(vitals -> vitals.cpuTime().toNanos());
    private List<WorkerInfo> workers = List.of();
    private long lookedNanos = System.nanoTime() - FRESH_NANOS;
    private boolean ended;

    PoolGauges(MeterRegistry registry, Tags tags, ProcessPool pool) {
        this.registry = registry;
        this.tags = tags;
        this.pool = pool;
        gauge(
                "queue.size",
                "Tasks that wait for a worker",
                "tasks",
                each -> each.stats().queued());
        gauge(
                "queue.remaining",
                "Tasks that may wait beside those that do",
                "tasks",
                each -> each.stats().queueRemaining());
        gauge(
                "breaker.open",
                "1 while no worker can be started, else 0",
                null,
                each -> each.stats().breakerOpen() ? 1 : 0);
        for (WorkerInfo.State state : WorkerInfo.State.values()) {
            meters.add(Gauge.builder(PoolMetrics.PREFIX + "workers", this, self -> self.count(state))
                    .description("Workers by what they are doing")
                    .baseUnit("workers")
                    .tags(tags.and("state", PoolMetrics.word(state)))
                    .register(registry));
        }
        meters.add(FunctionTimer.builder(
                        PoolMetrics.PREFIX + "worker.gc.pause",
                        this,
                        self -> self.total(gcCount),
                        self -> self.total(gcNanos),
                        TimeUnit.NANOSECONDS)
                .description("Garbage collections in workers")
                .tags(tags)
                .register(registry));
        meters.add(
                FunctionCounter.builder(PoolMetrics.PREFIX + "worker.cpu", this, self -> self.total(cpuNanos) / NANOS)
                        .description("Time of processors that workers took")
                        .baseUnit("seconds")
                        .tags(tags)
                        .register(registry));
    }

    /** In a slot, perhaps, in which there was none before. */
    synchronized void workerStarted() {
        if (ended) {
            return;
        }
        for (WorkerInfo each : pool.workers()) {
            if (each.slot() > 0 && slots.add(each.slot())) {
                memory(each.slot(), "rss", WorkerVitals::rssBytes);
                memory(each.slot(), "heap", WorkerVitals::heapBytes);
                memory(each.slot(), "metaspace", WorkerVitals::metaspaceBytes);
            }
        }
    }

    /** What it took stays in the totals. */
    synchronized void workerExited(WorkerExit exit) {
        for (Total each : List.of(gcCount, gcNanos, cpuNanos)) {
            each.add(exit.vitals());
        }
        // It must not count twice.
        workers = pool.workers();
        lookedNanos = System.nanoTime();
    }

    synchronized void remove() {
        ended = true;
        meters.forEach(registry::remove);
        meters.clear();
    }

    private void gauge(String name, String description, @Nullable String unit, ToDoubleFunction<ProcessPool> value) {
        meters.add(Gauge.builder(PoolMetrics.PREFIX + name, pool, value)
                .description(description)
                .baseUnit(unit)
                .tags(tags)
                .strongReference(true)
                .register(registry));
    }

    private void memory(int slot, String area, ToLongFunction<WorkerVitals> bytes) {
        meters.add(Gauge.builder(PoolMetrics.PREFIX + "worker.memory", this, self -> self.taken(slot, bytes))
                .description("Memory that the worker in a slot takes")
                .baseUnit("bytes")
                .tags(tags.and("slot", Integer.toString(slot), "area", area))
                .register(registry));
    }

    private double count(WorkerInfo.State state) {
        return workers().stream().filter(each -> each.state() == state).count();
    }

    /** 0 while there is none, so that sums over the slots are right. */
    private double taken(int slot, ToLongFunction<WorkerVitals> bytes) {
        return workers().stream()
                .filter(each -> each.slot() == slot)
                .mapToLong(each -> bytes.applyAsLong(each.vitals()))
                .sum();
    }

    private synchronized long total(Total total) {
        return total.of(workers());
    }

    private synchronized List<WorkerInfo> workers() {
        if (System.nanoTime() - lookedNanos >= FRESH_NANOS) {
            workers = pool.workers();
            lookedNanos = System.nanoTime();
        }
        return workers;
    }

    /** A sum over all workers, those that are gone included, which never falls. */
    private static final class Total {

        private final ToLongFunction<WorkerVitals> part;
        private long gone;
        private long told;

        Total(ToLongFunction<WorkerVitals> part) {
            this.part = part;
        }

        void add(WorkerVitals last) {
            gone += part.applyAsLong(last);
        }

        /** A worker that has just ended is in neither for a moment. */
        long of(List<WorkerInfo> workers) {
            long alive = workers.stream()
                    .mapToLong(each -> part.applyAsLong(each.vitals()))
                    .sum();
            told = Math.max(told, gone + alive);
            return told;
        }
    }
}
