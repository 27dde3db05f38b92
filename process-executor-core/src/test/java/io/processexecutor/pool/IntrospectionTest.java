package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.untilExists;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.RunningTask;
import io.processexecutor.TaskOptions;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerInfo.State;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.BreakerChanged;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.WorkerStarted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What an executor tells of itself: counts, what each worker does, and whether workers can be started. */
@Timeout(180)
class IntrospectionTest {

    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private ProcessPoolExecutor executor;

    @AfterEach
    void close() {
        executor.close();
    }

    @Test
    void anExecutorThatWasNotUsedHasNothingToTell() {
        executor = builder().build();
        ProcessExecutorStats stats = executor.stats();
        assertThat(stats.maxWorkers()).isEqualTo(2);
        assertThat(stats.queued() + stats.running() + stats.startingWorkers() + stats.idleWorkers())
                .isZero();
        assertThat(stats.completed() + stats.workerStarts() + stats.workerRestarts() + stats.startFailures())
                .isZero();
        assertThat(stats.exits()).isEmpty();
        assertThat(stats.breakerOpen()).isFalse();
        assertThat(executor.workers()).isEmpty();
    }

    @Test
    void theCountsFollowTheTasksAndTheWorkers() throws Exception {
        executor = builder().build();
        Path gate = directory.resolve("gate");
        List<CompletableFuture<Integer>> tasks = IntStream.range(0, 5)
                .mapToObj(i -> executor.submit(untilExists(gate)))
                .toList();
        // A worker is busy a moment before its task has left the queue.
        await().atMost(BOUND)
                .until(() -> executor.stats().running() == 2 && executor.stats().queued() == 3);
        assertThat(executor.stats().idleWorkers()).isZero();
        Files.createFile(gate);
        assertThat(tasks).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
        await().atMost(BOUND)
                .until(() ->
                        executor.stats().completed() == 5 && executor.stats().idleWorkers() == 2);
        assertThat(executor.stats().workerStarts()).isEqualTo(2);
        assertThat(executor.stats().workerRestarts()).isZero();

        ProcessHandle.of(executor.workers().get(0).pid()).ifPresent(ProcessHandle::destroyForcibly);
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.CRASHED) == 1);
        assertThat(executor.stats().idleWorkers()).isEqualTo(1);
        executor.close();
        assertThat(executor.stats().exits()).containsEntry(Reason.SHUTDOWN, 1L).containsEntry(Reason.CRASHED, 1L);
        assertThat(executor.stats().workerExits()).isEqualTo(2);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void workersTellWhatEachOfThemDoes() throws Exception {
        executor = builder().minWorkers(2).build();
        await().atMost(BOUND).until(() -> executor.stats().idleWorkers() == 2);
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> labelled =
                executor.with(TaskOptions.defaults().label("render")).submit(untilExists(gate));
        // A worker is busy a moment before it has its task.
        await().atMost(BOUND)
                .until(() ->
                        executor.workers().stream().anyMatch(each -> each.task().isPresent())
                                && executor.workers().stream()
                                        .allMatch(each -> each.vitals().rssBytes() > 0));
        List<WorkerInfo> workers = executor.workers();
        assertThat(workers).hasSize(2).extracting(WorkerInfo::slot).containsExactly(1, 2);
        assertThat(workers).extracting(WorkerInfo::state).containsExactlyInAnyOrder(State.BUSY, State.IDLE);
        assertThat(workers).allSatisfy(each -> {
            assertThat(ProcessHandle.of(each.pid())).isPresent();
            assertThat(each.uptime()).isPositive();
            assertThat(each.vitals().rssBytes()).isGreaterThan(each.vitals().heapBytes());
            assertThat(each.vitals().heapBytes()).isPositive();
            assertThat(each.lastExit()).isEmpty();
        });
        WorkerInfo busy = workers.stream()
                .filter(each -> each.state() == State.BUSY)
                .findFirst()
                .orElseThrow();
        assertThat(busy.task()).map(RunningTask::name).contains("render");
        assertThat(busy.tasks()).isEqualTo(1);
        ProcessHandle.of(busy.pid()).ifPresent(ProcessHandle::destroyForcibly);
        assertThat(labelled).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(WorkerCrashedException.class);
        await().atMost(BOUND)
                .until(() -> executor.workers().stream()
                        .anyMatch(each -> each.slot() == busy.slot()
                                && each.pid() != busy.pid()
                                && each.lastExit().isPresent()));
        WorkerInfo successor = executor.workers().get(busy.slot() - 1);
        assertThat(successor.lastExit().orElseThrow().pid()).isEqualTo(busy.pid());
        assertThat(successor.lastExit().orElseThrow().reason()).isEqualTo(Reason.CRASHED);
        assertThat(successor.task()).isEmpty();
        await().atMost(BOUND).until(() -> executor.stats().workerRestarts() == 1);
    }

    @Test
    void theBreakerIsToldWhenItOpensAndWhenItClosesByItselfAndOnceEach() throws Exception {
        Queue<BreakerChanged> events = new ConcurrentLinkedQueue<>();
        Path flags = Files.writeString(directory.resolve("flags"), "-XX:+ThereIsNoSuchFlag");
        executor = builder()
                .workers(6)
                .jvmArgs(List.of("-XX:Flags=" + flags))
                .firstStartPause(Duration.ofMillis(100))
                .listener(new ProcessExecutorListener() {
                    @Override
                    public void onBreakerChanged(BreakerChanged event) {
                        events.add(event);
                    }
                })
                .build();
        List<CompletableFuture<Integer>> waiting =
                IntStream.range(0, 6).mapToObj(i -> executor.submit(() -> i)).toList();
        assertThat(waiting)
                .allSatisfy(each -> assertThat(each)
                        .failsWithin(BOUND)
                        .withThrowableThat()
                        .withCauseInstanceOf(WorkerStartException.class)
                        .withMessageContaining("ThereIsNoSuchFlag"));
        assertThat(executor.stats().breakerOpen()).isTrue();
        assertThat(executor.stats().startFailures()).isGreaterThanOrEqualTo(5);
        await().atMost(BOUND).until(() -> !events.isEmpty());
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.open()).isTrue();
            assertThat(event.pause()).isPositive();
            assertThat(event.cause()).hasMessageContaining("ThereIsNoSuchFlag");
        });
        Files.writeString(flags, "");
        await().atMost(BOUND).until(() -> !executor.stats().breakerOpen());
        assertThat(executor.submit(() -> 1)).succeedsWithin(BOUND).isEqualTo(1);
        await().atMost(BOUND).until(() -> events.size() == 2);
        assertThat(events).extracting(BreakerChanged::open).containsExactly(true, false);
    }

    @Test
    void theBreakerClosesByItselfThoughNoSlotWasFreeWhenThePauseWasOver() throws Exception {
        Path flags = Files.writeString(directory.resolve("flags"), "");
        executor = builder()
                .workers(2)
                .jvmArgs(List.of("-XX:Flags=" + flags))
                .firstStartPause(Duration.ofMillis(10))
                .idleTimeout(Duration.ofMillis(200))
                .build();
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> running = executor.submit(untilExists(gate));
        await().atMost(BOUND).until(() -> executor.stats().running() == 1);
        Files.writeString(flags, "-XX:+ThereIsNoSuchFlag");
        CompletableFuture<Integer> waiting = executor.submit(() -> 1);
        await().atMost(BOUND).until(() -> executor.stats().breakerOpen());
        executor.resize(1);
        // Longer than the longest pause: all that was to be tried has been.
        await().during(Duration.ofSeconds(2))
                .atMost(BOUND)
                .until(() -> executor.stats().startingWorkers() == 0);
        Files.writeString(flags, "");
        Files.createFile(gate);
        assertThat(running).succeedsWithin(BOUND);
        assertThat(waiting).succeedsWithin(BOUND);
        await().atMost(BOUND).until(() -> !executor.stats().breakerOpen());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void tasksWaitForAStartThatIsUnderWayThoughOthersOpenTheBreaker() throws Exception {
        executor = builder()
                .workers(6)
                .firstStartPause(BOUND)
                .commandPrefix(List.of(fiveFail().toString()))
                .build();
        List<CompletableFuture<Integer>> tasks =
                IntStream.range(0, 6).mapToObj(i -> executor.submit(() -> i)).toList();
        await().atMost(BOUND).until(() -> executor.stats().startingWorkers() == 6);
        Files.createFile(directory.resolve("begin"));
        await().atMost(BOUND).until(() -> executor.stats().breakerOpen());
        Files.createFile(directory.resolve("all-failed"));
        assertThat(tasks).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
        assertThat(executor.stats().breakerOpen()).isFalse();
    }

    /** Of six starts five fail, and the other one goes on when all have. */
    private Path fiveFail() throws IOException {
        Path script = Files.writeString(directory.resolve("five-fail"), """
                #!/bin/sh
                cd %s
                until [ -e begin ]; do sleep 0.05; done
                for i in 1 2 3 4 5; do if mkdir $i 2>/dev/null; then exit 3; fi; done
                until [ -e all-failed ]; do sleep 0.05; done
                exec "$@"
                """.formatted(directory));
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsToldOfTheBreakerLastIsWhatHoldsHoweverLongItTakesToLogWhyItOpened() throws Exception {
        Path script = fiveFail();
        CountDownLatch up = new CountDownLatch(1);
        Queue<Thread> failed = new ConcurrentLinkedQueue<>();
        AtomicInteger failures = new AtomicInteger();
        UnsynchronizedAppenderBase<ILoggingEvent> slow = new UnsynchronizedAppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getLevel() == Level.WARN) {
                    failed.add(Thread.currentThread());
                    try {
                        if (failures.incrementAndGet() == 5) {
                            Files.createFile(directory.resolve("all-failed"));
                        }
                        up.await(BOUND.toSeconds(), TimeUnit.SECONDS);
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        };
        slow.start();
        Queue<BreakerChanged> events = new ConcurrentLinkedQueue<>();
        Logger logger = (Logger) LoggerFactory.getLogger(WorkerPool.class);
        logger.addAppender(slow);
        try {
            executor = builder()
                    .workers(6)
                    .commandPrefix(List.of(script.toString()))
                    .listener(new ProcessExecutorListener() {
                        @Override
                        public void onBreakerChanged(BreakerChanged event) {
                            events.add(event);
                        }

                        @Override
                        public void onWorkerStarted(WorkerStarted event) {
                            up.countDown();
                        }
                    })
                    .build();
            List<CompletableFuture<Integer>> tasks = IntStream.range(0, 6)
                    .mapToObj(i -> executor.submit(() -> i))
                    .toList();
            await().atMost(BOUND).until(() -> executor.stats().startingWorkers() == 6);
            Files.createFile(directory.resolve("begin"));
            assertThat(tasks).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
            for (Thread each : failed) {
                each.join(BOUND.toMillis());
            }
        } finally {
            logger.detachAppender(slow);
        }
        assertThat(executor.stats().breakerOpen()).isFalse();
        assertThat(executor.stats().startFailures()).isEqualTo(5);
        assertThat(events).as("when it was told it was closed again").isEmpty();
    }

    @Test
    void aTaskThatWaitedElsewhereForEverIsToldOfAllTheSame() {
        Queue<TaskCompleted> events = new ConcurrentLinkedQueue<>();
        executor = builder()
                .listener(new ProcessExecutorListener() {
                    @Override
                    public void onTaskCompleted(TaskCompleted event) {
                        events.add(event);
                    }
                })
                .build();
        TaskOptions options = TaskOptions.defaults().waited(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(executor.with(options).submit(() -> 1)).succeedsWithin(BOUND).isEqualTo(1);
        await().atMost(BOUND).until(() -> !events.isEmpty());
        assertThat(events)
                .singleElement()
                .satisfies(event -> assertThat(event.total()).isGreaterThan(Duration.ofDays(36500)));
    }

    @Test
    void s82WorkersComeAndGoWithTheWorkAndTheMinimumStays() {
        executor = builder().idleTimeout(Duration.ofMillis(10)).build();
        for (int round = 0; round < 3; round++) {
            runEight();
            await().atMost(BOUND).until(() -> executor.workers().isEmpty());
        }
        executor.close();
        executor = builder().minWorkers(1).idleTimeout(Duration.ofMillis(10)).build();
        runEight();
        await().atMost(BOUND).until(() -> executor.workers().size() == 1);
        long kept = executor.workers().get(0).pid();
        runEight();
        await().atMost(BOUND).until(() -> executor.workers().size() == 1);
        assertThat(executor.stats().exits().keySet()).isSubsetOf(Set.of(Reason.IDLE));
        assertThat(kept).isPositive();
    }

    @Test
    void s83AnIdleTimeoutThatRacesTheNextTaskLosesNone() {
        executor = builder().workers(1).idleTimeout(Duration.ofMillis(1)).build();
        for (int i = 0; i < 15; i++) {
            int number = i;
            assertThat(executor.submit(() -> number)).succeedsWithin(BOUND).isEqualTo(number);
            long end = System.nanoTime() + i * 150_000L;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
        assertThat(executor.stats().exits().keySet()).isSubsetOf(Set.of(Reason.IDLE));
    }

    private void runEight() {
        List<CompletableFuture<Integer>> eight =
                IntStream.range(0, 8).mapToObj(i -> executor.submit(() -> i)).toList();
        assertThat(eight.stream().map(CompletableFuture::join).collect(Collectors.toSet()))
                .hasSize(8);
    }

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder().name("telling").workers(2).maxHeapBytes(64 << 20);
    }
}
