package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import io.micrometer.core.instrument.search.RequiredSearch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.WorkerExit;
import io.processexecutor.event.TaskCompleted.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** Each meter, with the value that it must have after what real workers did. */
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@EnabledOnOs(OS.LINUX)
class MetricsTests {

    private static final String MAIN = "processTaskExecutor";
    private static final int MEGABYTE = 1 << 20;

    private final ApplicationContextRunner application = Applications.of(Application.class)
            .withBean(SimpleMeterRegistry.class)
            .withPropertyValues("process-executor.worker.context=none");

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Application {
        @Bean
        Calls calls() {
            return new Calls();
        }
    }

    static class Calls {

        @Async("processTaskExecutor")
        public CompletableFuture<Integer> answer() {
            return CompletableFuture.completedFuture(42);
        }

        @Async("processTaskExecutor")
        public CompletableFuture<Void> endless(String file) {
            Applications.sayPidAndLoop(file);
            return CompletableFuture.completedFuture(null);
        }
    }

    private static ProcessTaskExecutor executor(AssertableApplicationContext context) {
        return context.getBean(MAIN, ProcessTaskExecutor.class);
    }

    private static MeterRegistry registry(AssertableApplicationContext context) {
        return context.getBean(MeterRegistry.class);
    }

    private static RequiredSearch find(MeterRegistry registry, String name, String... tags) {
        return registry.get("processexecutor." + name).tag("pool", MAIN).tags(tags);
    }

    private static long tasks(MeterRegistry registry, String outcome) {
        Timer timer = registry.find("processexecutor.task")
                .tags("pool", MAIN, "outcome", outcome)
                .timer();
        return timer == null ? 0 : timer.count();
    }

    private static void awaitTasks(MeterRegistry registry, String outcome, long count) {
        await().atMost(TIMEOUT).until(() -> tasks(registry, outcome) == count);
    }

    private static double gauge(MeterRegistry registry, String name, String... tags) {
        return find(registry, name, tags).gauge().value();
    }

    @Test
    void everyOutcomeOfATaskIsCountedOnce(@TempDir Path directory) {
        application
                .withPropertyValues("process-executor.queue-capacity=1", "process-executor.queue-timeout=20s")
                .run(context -> {
                    MeterRegistry registry = registry(context);
                    ProcessTaskExecutor executor = executor(context);
                    Calls calls = context.getBean(Calls.class);

                    assertThat(executor.submit(() -> 1)).succeedsWithin(TIMEOUT);
                    assertThat(calls.answer()).succeedsWithin(TIMEOUT);
                    awaitTasks(registry, "success", 2);

                    assertThat(executor.submit((Runnable & java.io.Serializable) () -> {
                                throw new IllegalStateException("on purpose");
                            }))
                            .failsWithin(TIMEOUT);
                    Thread unfit = Thread.currentThread();
                    assertThatExceptionOfType(TaskSerializationException.class)
                            .isThrownBy(() -> executor.submit(unfit::getName));
                    awaitTasks(registry, "error", 2);

                    assertThat(executor.submit(() -> Runtime.getRuntime().halt(3)))
                            .failsWithin(TIMEOUT);
                    awaitTasks(registry, "crashed", 1);

                    assertThat(executor.with(TaskOptions.defaults().timeout(Duration.ofMillis(300)))
                                    .submit(() -> new CountDownLatch(1).await(1, TimeUnit.DAYS)))
                            .failsWithin(TIMEOUT);
                    awaitTasks(registry, "timeout", 1);

                    Path file = directory.resolve("pid");
                    CompletableFuture<Void> running = calls.endless(file.toString());
                    Applications.awaitPid(file);
                    CompletableFuture<Integer> waiting = calls.answer();
                    assertThatExceptionOfType(TaskRejectedException.class).isThrownBy(calls::answer);
                    assertThatExceptionOfType(TaskRejectedException.class).isThrownBy(() -> executor.submit(() -> 1));
                    awaitTasks(registry, "rejected", 2);
                    waiting.cancel(true);
                    awaitTasks(registry, "cancelled", 1);
                    assertThat(executor.with(TaskOptions.defaults().queueTimeout(Duration.ofMillis(100)))
                                    .submit(() -> 1))
                            .failsWithin(TIMEOUT);
                    awaitTasks(registry, "timeout", 2);
                    running.cancel(true);
                    awaitTasks(registry, "cancelled", 2);
                    assertThat(find(registry, "task").timers().stream()
                                    .mapToLong(Timer::count)
                                    .sum())
                            .isEqualTo(2 + 2 + 1 + 2 + 2 + 2);
                });
    }

    @Test
    void whoSeesATaskCountedFindsAllElseThatIsMeasuredOfIt() {
        application.run(context -> {
            MeterRegistry registry = registry(context);
            List<Long> countedBefore = new CopyOnWriteArrayList<>();
            registry.config().onMeterAdded(meter -> {
                if (meter.getId().getName().matches("processexecutor\\.(task|serialization)\\b.*")) {
                    countedBefore.add(tasks(registry, "success"));
                }
            });
            assertThat(executor(context).submit(() -> 1)).succeedsWithin(TIMEOUT);
            awaitTasks(registry, "success", 1);
            assertThat(find(registry, "task.wait").timer().count()).isEqualTo(1);
            assertThat(find(registry, "serialization", "operation", "decode", "side", "parent")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(countedBefore).isNotEmpty().containsOnly(0L);
        });
    }

    @Test
    void theTimeOfATaskIsSplitIntoWaitingTravellingAndSerialization(@TempDir Path directory) {
        application.run(context -> {
            MeterRegistry registry = registry(context);
            ProcessTaskExecutor executor = executor(context);
            byte[] argument = new byte[MEGABYTE];
            assertThat(executor.submit(() -> new byte[argument.length * 2])).succeedsWithin(TIMEOUT);
            awaitTasks(registry, "success", 1);

            double parts = 0;
            for (String operation : List.of("encode", "decode")) {
                for (String side : List.of("parent", "worker")) {
                    String[] tags = {"operation", operation, "side", side, "serializer", "kryo"};
                    Timer timer = find(registry, "serialization", tags).timer();
                    assertThat(timer.count()).isEqualTo(1);
                    assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).isPositive();
                    parts += timer.totalTime(TimeUnit.NANOSECONDS);
                    boolean task = operation.equals("encode") == side.equals("parent");
                    assertThat(find(registry, "serialization.size", tags)
                                    .summary()
                                    .totalAmount())
                            .isBetween((task ? 1.0 : 2.0) * MEGABYTE, (task ? 1.1 : 2.1) * MEGABYTE);
                }
            }
            Timer wait = find(registry, "task.wait").timer();
            Timer transfer = find(registry, "task.transfer").timer();
            assertThat(wait.count()).isEqualTo(1);
            assertThat(transfer.count()).isEqualTo(1);
            assertThat(transfer.totalTime(TimeUnit.NANOSECONDS)).isPositive();
            Timer task = find(registry, "task", "outcome", "success").timer();
            // A timer counts first, and adds up then.
            await().atMost(TIMEOUT).until(() -> task.totalTime(TimeUnit.NANOSECONDS) > 0);
            double total = task.totalTime(TimeUnit.NANOSECONDS);
            // The worker had to be started.
            assertThat(wait.totalTime(TimeUnit.MILLISECONDS)).isGreaterThan(10);
            assertThat(parts + wait.totalTime(TimeUnit.NANOSECONDS) + transfer.totalTime(TimeUnit.NANOSECONDS))
                    .isLessThanOrEqualTo(total);

            // A call that waits for its dispatcher waits in the same queue.
            Path file = directory.resolve("pid");
            Calls calls = context.getBean(Calls.class);
            CompletableFuture<Void> running = calls.endless(file.toString());
            Applications.awaitPid(file);
            assertThat(gauge(registry, "queue.size")).isZero();
            CompletableFuture<Integer> call = calls.answer();
            CompletableFuture<Integer> submitted = executor.submit(() -> 1);
            assertThat(gauge(registry, "queue.size")).isEqualTo(2);
            assertThat(gauge(registry, "queue.remaining")).isEqualTo(Integer.MAX_VALUE - 2.0);
            double before = wait.totalTime(TimeUnit.NANOSECONDS);
            long began = System.nanoTime();
            await().atMost(TIMEOUT).pollDelay(Duration.ofMillis(150)).until(() -> true);
            long held = System.nanoTime() - began;
            running.cancel(true);
            assertThat(call).succeedsWithin(TIMEOUT);
            assertThat(submitted).succeedsWithin(TIMEOUT);
            awaitTasks(registry, "success", 3);
            awaitTasks(registry, "cancelled", 1);
            assertThat(wait.count()).isEqualTo(4);
            await().atMost(TIMEOUT).until(() -> wait.totalTime(TimeUnit.NANOSECONDS) - before > 2.0 * held);
            assertThat(gauge(registry, "queue.size")).isZero();
        });
    }

    @Test
    void theStartOfAWorkersContextIsTimed() {
        application
                .withPropertyValues("process-executor.min-workers=1", "process-executor.workers=1")
                .withBean(
                        ProcessExecutorCustomizer.class,
                        () -> builder -> builder.prepareEagerly(true).preparation(() -> {}))
                .run(context -> {
                    Timer start =
                            find(registry(context), "worker.context.start").timer();
                    await().atMost(TIMEOUT).until(() -> start.totalTime(TimeUnit.MILLISECONDS) > 0);
                    assertThat(start.count()).isEqualTo(1);
                    assertThat(start.totalTime(TimeUnit.MILLISECONDS)).isBetween(0.01, 60_000.0);
                });
    }

    @Test
    void theWorkersAreCountedByWhatTheyDoAndWhyTheyEnd(@TempDir Path directory) {
        application.withPropertyValues("process-executor.recycle.max-tasks=4").run(context -> {
            MeterRegistry registry = registry(context);
            ProcessTaskExecutor executor = executor(context);
            // There from the start on, before there is a worker.
            assertThat(gauge(registry, "workers", "state", "idle")).isZero();
            assertThat(gauge(registry, "breaker.open")).isZero();
            for (WorkerExit.Reason each : WorkerExit.Reason.values()) {
                String reason = each.name().toLowerCase(Locale.ROOT).replace('_', '-');
                assertThat(find(registry, "worker.exits", "reason", reason)
                                .counter()
                                .count())
                        .isZero();
            }
            for (Outcome each : Outcome.values()) {
                String outcome = each.name().toLowerCase(Locale.ROOT);
                assertThat(find(registry, "task", "outcome", outcome).timer().count())
                        .isZero();
            }

            assertThat(executor.submit(() -> {
                        List<byte[]> garbage = new ArrayList<>();
                        for (int i = 0; i < 400; i++) {
                            garbage.add(new byte[MEGABYTE]);
                            garbage.clear();
                        }
                        System.gc();
                        // Of the processor, which a busy machine gives little of in any time.
                        Duration enough = Duration.ofMillis(500);
                        while (ProcessHandle.current()
                                        .info()
                                        .totalCpuDuration()
                                        .orElse(enough)
                                        .compareTo(enough)
                                < 0) {
                            Thread.onSpinWait();
                        }
                        return 1;
                    }))
                    .succeedsWithin(TIMEOUT);
            await().atMost(TIMEOUT).until(() -> gauge(registry, "workers", "state", "idle") == 1);
            // Of its start the listeners are told when it may have run a task already.
            Timer startup = find(registry, "worker.startup").timer();
            await().atMost(TIMEOUT).until(() -> startup.totalTime(TimeUnit.MILLISECONDS) > 0);
            assertThat(startup.totalTime(TimeUnit.MILLISECONDS)).isBetween(10.0, 60_000.0);
            assertThat(startup.count()).isEqualTo(1);
            assertThat(find(registry, "worker.starts").counter().count()).isEqualTo(1);
            await().atMost(TIMEOUT)
                    .until(() ->
                            find(registry, "worker.gc.pause").functionTimer().count() >= 1);
            await().atMost(TIMEOUT)
                    .until(() -> find(registry, "worker.cpu").functionCounter().count() >= 0.3);
            await().atMost(TIMEOUT)
                    .ignoreException(MeterNotFoundException.class)
                    .until(() -> gauge(registry, "worker.memory", "slot", "1", "area", "rss") > 0);
            double rss = gauge(registry, "worker.memory", "slot", "1", "area", "rss");
            assertThat(gauge(registry, "worker.memory", "slot", "1", "area", "heap"))
                    .isBetween(100_000.0, 64.0 * MEGABYTE);
            assertThat(gauge(registry, "worker.memory", "slot", "1", "area", "metaspace"))
                    .isBetween(1.0 * MEGABYTE, rss);

            Path file = directory.resolve("pid");
            CompletableFuture<Void> running = context.getBean(Calls.class).endless(file.toString());
            Applications.awaitPid(file);
            await().atMost(TIMEOUT).until(() -> gauge(registry, "workers", "state", "busy") == 1);
            running.cancel(true);
            await().atMost(TIMEOUT).until(() -> exits(registry, "cancelled") == 1);
            double cpu = find(registry, "worker.cpu").functionCounter().count();
            assertThat(cpu).as("what a worker took counts after its end").isGreaterThanOrEqualTo(0.3);
            assertThat(executor.submit(() -> Runtime.getRuntime().halt(3))).failsWithin(TIMEOUT);
            await().atMost(TIMEOUT).until(() -> exits(registry, "crashed") == 1);
            assertThat(gauge(registry, "worker.memory", "slot", "1", "area", "rss"))
                    .isZero();
            for (int i = 0; i < 4; i++) {
                assertThat(executor.submit(() -> 1)).succeedsWithin(TIMEOUT);
            }
            await().atMost(TIMEOUT).until(() -> exits(registry, "max-tasks") == 1);
            assertThat(find(registry, "worker.cpu").functionCounter().count()).isGreaterThanOrEqualTo(cpu);
        });
    }

    private static double exits(MeterRegistry registry, String reason) {
        return find(registry, "worker.exits", "reason", reason).counter().count();
    }

    @Test
    void severalRegistriesAndNamedPoolsHaveEachMeterOnceUntilTheirPoolIsClosed() {
        SimpleMeterRegistry one = new SimpleMeterRegistry();
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        Applications.of(Application.class)
                .withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class))
                .withBean("one", SimpleMeterRegistry.class, () -> one)
                .withBean("other", SimpleMeterRegistry.class, () -> other)
                .withPropertyValues(
                        "process-executor.worker.context=none",
                        "process-executor.pools.reports.queue-capacity=7",
                        "process-executor.metrics.task-name-tag=true",
                        "process-executor.metrics.max-task-names=2")
                .run(context -> {
                    ProcessTaskExecutor reports = context.getBean("reports", ProcessTaskExecutor.class);
                    List<String> labels = List.of("a", "b", "c", "d");
                    for (int i = 0; i < labels.size(); i++) {
                        assertThat(reports.with(TaskOptions.defaults().label(labels.get(i)))
                                        .submit(() -> 1))
                                .succeedsWithin(TIMEOUT);
                        // Which of them are the first two is decided when they are counted.
                        int count = i + 1;
                        await().atMost(TIMEOUT).until(() -> reports(one) == count);
                    }
                    assertThat(executor(context).submit(() -> 1)).succeedsWithin(TIMEOUT);
                    for (MeterRegistry each : List.of(one, other)) {
                        await().atMost(TIMEOUT).until(() -> tasks(each, "success") == 1);
                        await().atMost(TIMEOUT).until(() -> reports(each) == labels.size());
                        assertThat(each.get("processexecutor.task")
                                        .tags("pool", "reports", "task", "other")
                                        .timer()
                                        .count())
                                .isEqualTo(2);
                        assertThat(each.get("processexecutor.task.wait")
                                        .tags("pool", "reports", "task", "a")
                                        .timer()
                                        .count())
                                .isEqualTo(1);
                        assertThat(each.get("processexecutor.task")
                                        .tags("pool", MAIN, "task", "none")
                                        .timer()
                                        .count())
                                .isEqualTo(1);
                        assertThat(each.get("processexecutor.queue.remaining")
                                        .tag("pool", "reports")
                                        .gauge()
                                        .value())
                                .isEqualTo(7);
                        assertThat(ours(each)).doesNotHaveDuplicates().isNotEmpty();
                        assertThat(each.getMeters())
                                .filteredOn(meter -> meter.getId().getName().startsWith("processexecutor."))
                                .allSatisfy(meter -> assertThat(meter.getId().getDescription())
                                        .isNotBlank());
                    }
                    reports.shutdown();
                    assertThat(ours(one)).isNotEmpty().allMatch(id -> MAIN.equals(id.getTag("pool")));
                    assertThat(ours(other)).isNotEmpty().allMatch(id -> MAIN.equals(id.getTag("pool")));
                });
        assertThat(ours(one)).isEmpty();
        assertThat(ours(other)).isEmpty();
    }

    private static long reports(MeterRegistry registry) {
        return registry.find("processexecutor.task").tags("pool", "reports", "outcome", "success").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    private static List<Meter.Id> ours(MeterRegistry registry) {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getName().startsWith("processexecutor."))
                .toList();
    }

    @Test
    void withoutARegistryNobodyListens() {
        Applications.of(Application.class)
                .run(context -> assertThat(context.getBeansOfType(ProcessExecutorListener.class))
                        .isEmpty());
    }

    @Test
    void tasksThatRunInThisProcessAreMeasuredToo() {
        application.withPropertyValues("process-executor.mode=in-process").run(context -> {
            MeterRegistry registry = registry(context);
            ProcessTaskExecutor executor = executor(context);
            assertThat(executor.submit(() -> 1)).succeedsWithin(TIMEOUT);
            awaitTasks(registry, "success", 1);
            assertThat(executor.submit((Runnable & java.io.Serializable) () -> {
                        throw new IllegalStateException("on purpose");
                    }))
                    .failsWithin(TIMEOUT);
            awaitTasks(registry, "error", 1);
            CompletableFuture<Boolean> endless = executor.submit(() -> new CountDownLatch(1).await(1, TimeUnit.DAYS));
            await().atMost(TIMEOUT).until(() -> executor.stats().running() == 1);
            endless.cancel(true);
            awaitTasks(registry, "cancelled", 1);
            assertThat(executor.with(TaskOptions.defaults().timeout(Duration.ofMillis(200)))
                            .submit(() -> new CountDownLatch(1).await(1, TimeUnit.DAYS)))
                    .failsWithin(TIMEOUT);
            awaitTasks(registry, "timeout", 1);
            for (String operation : List.of("encode", "decode")) {
                for (String side : List.of("parent", "worker")) {
                    assertThat(find(registry, "serialization", "operation", operation, "side", side)
                                    .timer()
                                    .count())
                            .isPositive();
                }
            }
        });
    }
}
