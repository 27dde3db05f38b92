package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.awaitFile;
import static io.processexecutor.pool.InWorker.pid;
import static io.processexecutor.pool.InWorker.untilExists;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.RecycleLimits;
import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskOptions;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import io.processexecutor.pool.ProcessPoolExecutor.Builder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Workers that are replaced by fresh ones, by limit or since they hang. Real workers only. */
@Timeout(180)
class RecyclingTest {

    private static final Duration BOUND = Duration.ofSeconds(40);

    /** In the worker. */
    private static final List<byte[]> LEAK = new ArrayList<>();

    private final Queue<WorkerExit> exits = new ConcurrentLinkedQueue<>();

    @TempDir
    Path directory;

    private ProcessPoolExecutor executor;

    @AfterEach
    void close() {
        if (executor != null) {
            executor.close();
            assertThat(executor.workers()).isEmpty();
        }
    }

    @Test
    void noWorkerRunsMoreTasksThanItMayAndNoneOfThemIsLost() {
        executor = build(RecycleLimits.none().maxTasks(5));
        List<CompletableFuture<Long>> pids = new ArrayList<>();
        for (int i = 0; i < 22; i++) {
            pids.add(executor.submit(() -> pid()));
        }
        all(pids);
        Set<Long> distinct = new HashSet<>();
        pids.forEach(pid -> distinct.add(pid.join()));
        for (long pid : distinct) {
            assertThat(pids.stream().filter(each -> each.join() == pid)).hasSizeLessThanOrEqualTo(5);
        }
        assertThat(distinct).hasSizeGreaterThanOrEqualTo(5);
        await().atMost(BOUND).until(() -> exits.size() >= 4);
        assertThat(exits).allMatch(exit -> exit.reason() == Reason.MAX_TASKS);
        assertThat(executor.stats().exits(Reason.MAX_TASKS)).isGreaterThanOrEqualTo(4);
        assertThat(executor.stats().workerRestarts()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void theReplacementIsUpBeforeTheOldWorkerLeavesAndNeverWorksBesideIt() throws Exception {
        executor = build(RecycleLimits.none().maxTasks(2));
        long first = executor.submit(() -> pid()).join();
        Path gate = directory.resolve("gate");
        String gateName = gate.toString();
        CompletableFuture<Long> last = executor.submit(() -> {
            awaitFile(gateName);
            return pid();
        });
        CompletableFuture<Long> waiting = executor.submit(() -> pid());
        await().atMost(BOUND)
                .until(() -> executor.workers().stream()
                        .anyMatch(worker -> worker.state() == WorkerInfo.State.STANDBY && worker.slot() == 0));
        assertThat(executor.stats().maxWorkers()).isEqualTo(1);
        assertThat(executor.stats().workerRestarts()).isZero();
        assertThat(waiting).isNotDone();
        assertThat(exits).isEmpty();
        Files.createFile(gate);
        assertThat(last).succeedsWithin(BOUND).isEqualTo(first);
        assertThat(waiting).succeedsWithin(BOUND).isNotEqualTo(first);
        // Told a moment after it is seen to be gone.
        await().atMost(BOUND)
                .until(() -> executor.workers().size() == 1
                        && executor.workers().get(0).lastExit().isPresent());
        assertThat(executor.workers().get(0).slot()).isEqualTo(1);
        assertThat(executor.workers().get(0).lastExit().orElseThrow().pid()).isEqualTo(first);
        assertThat(executor.stats().workerRestarts()).isEqualTo(1);
    }

    @Test
    void aReplacementThatStandsByTakesThePlaceOfAWorkerThatCrashesAndCountsOnce() throws Exception {
        executor = build(RecycleLimits.none().maxTasks(1));
        String began = directory.resolve("began").toString();
        CompletableFuture<Integer> doomed = executor.submit(() -> {
            Files.createFile(Path.of(began));
            Thread.sleep(600_000);
            return 42;
        });
        long successor = standby(0);
        await().atMost(BOUND).until(() -> Files.exists(Path.of(began)));
        assertThat(executor.stats().workerRestarts()).isZero();
        long first = executor.workers().stream()
                .filter(worker -> worker.slot() == 1)
                .findFirst()
                .orElseThrow()
                .pid();
        assertThat(ProcessHandle.of(first).orElseThrow().destroyForcibly()).isTrue();
        assertThat(doomed).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(WorkerCrashedException.class);
        await().atMost(BOUND).until(() -> executor.stats().idleWorkers() == 1);
        assertThat(executor.stats().workerRestarts()).isEqualTo(1);
        assertThat(executor.submit(() -> pid())).succeedsWithin(BOUND).isEqualTo(successor);
    }

    @Test
    void aShutdownLetsAllReplacementsGoThatStandByAndTheTasksOfTheOthersEnd() throws Exception {
        executor =
                builder().workers(8).recycle(RecycleLimits.none().maxTasks(1)).build();
        Path gate = directory.resolve("gate");
        List<CompletableFuture<Integer>> two =
                List.of(executor.submit(untilExists(gate)), executor.submit(untilExists(gate)));
        await().atMost(BOUND)
                .until(() -> executor.workers().stream()
                                .filter(worker -> worker.state() == WorkerInfo.State.STANDBY)
                                .count()
                        == 2);
        executor.shutdown();
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.SHUTDOWN) == 2);
        Files.createFile(gate);
        assertThat(two).allSatisfy(task -> assertThat(task).succeedsWithin(BOUND));
        assertThat(executor.awaitTermination(40, TimeUnit.SECONDS)).isTrue();
        assertThat(executor.stats().exits()).containsOnlyKeys(Reason.SHUTDOWN, Reason.MAX_TASKS);
        assertThat(executor.stats().workerRestarts()).isZero();
    }

    @Test
    void aReplacementThatComesUpAfterTheShutdownEndsForThat() throws Exception {
        String name = directory.toString();
        executor = builder()
                .recycle(RecycleLimits.none().maxTasks(1))
                .initializer(() -> holdUpAllButTheFirst(name))
                .build();
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> task = executor.submit(untilExists(gate));
        await().atMost(BOUND).until(() -> Files.exists(directory.resolve("second")));
        executor.shutdown();
        Files.createFile(directory.resolve("up"));
        await().atMost(BOUND).until(() -> exits.size() == 1);
        Files.createFile(gate);
        assertThat(task).succeedsWithin(BOUND);
        assertThat(exits.element().reason()).isEqualTo(Reason.SHUTDOWN);
        assertThat(executor.stats().workerRestarts()).isZero();
    }

    /** In the worker. */
    private static void holdUpAllButTheFirst(String directory) {
        try {
            if (Files.exists(Path.of(directory, "first"))) {
                Files.createFile(Path.of(directory, "second"));
                awaitFile(directory + "/up");
            } else {
                Files.createFile(Path.of(directory, "first"));
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void workersThatAreRecycledOnRequestAreReplacedBeforeTheyEndAlsoBeyondTheMinimum() throws Exception {
        executor = builder().workers(2).build();
        Path gate = directory.resolve("gate");
        List<CompletableFuture<Integer>> two =
                List.of(executor.submit(untilExists(gate)), executor.submit(untilExists(gate)));
        await().atMost(BOUND).until(() -> executor.stats().running() == 2);
        Files.createFile(gate);
        await().atMost(BOUND).until(() -> executor.stats().idleWorkers() == 2);
        executor.recycle();
        await().atMost(BOUND)
                .until(() -> executor.stats().exits(Reason.RECYCLED) == 2
                        && executor.stats().workerRestarts() == 2);
        assertThat(two).allSatisfy(task -> assertThat(task).isCompletedWithValue(42));
        assertThat(executor.stats().idleWorkers()).isEqualTo(2);
        assertThat(executor.stats().workerStarts()).isEqualTo(4);
    }

    @Test
    void aReplacementThatDiesWhileItStandsByIsReplacedBeforeTheOldWorkerIsDone() throws Exception {
        executor = build(RecycleLimits.none().maxTasks(1));
        String gate = directory.resolve("gate").toString();
        CompletableFuture<Long> last = executor.submit(() -> {
            awaitFile(gate);
            return pid();
        });
        long first = standby(0);
        assertThat(ProcessHandle.of(first).orElseThrow().destroyForcibly()).isTrue();
        long second = standby(first);
        assertThat(last).isNotDone();
        Files.createFile(Path.of(gate));
        assertThat(last).succeedsWithin(BOUND);
        assertThat(executor.submit(() -> pid())).succeedsWithin(BOUND).isEqualTo(second);
    }

    private long standby(long other) {
        return await().atMost(BOUND)
                .until(
                        () -> executor.workers().stream()
                                .filter(worker -> worker.state() == WorkerInfo.State.STANDBY)
                                .mapToLong(WorkerInfo::pid)
                                .findFirst()
                                .orElse(other),
                        pid -> pid != other);
    }

    @Test
    void anIdleWorkerThatIsTooOldJustLeavesIfItIsBeyondTheMinimum() {
        // Longer than a start takes on a busy machine: who is too old while it has a task is replaced.
        executor = build(RecycleLimits.none().maxAge(Duration.ofSeconds(12)));
        long pid = executor.submit(() -> pid()).join();
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.MAX_AGE) == 1);
        assertThat(executor.workers()).isEmpty();
        assertThat(executor.stats().workerStarts()).isEqualTo(1);
        assertThat(executor.submit(() -> pid())).succeedsWithin(BOUND).isNotEqualTo(pid);
    }

    @Test
    void aWorkerThatIsTooOldBeforeItIsUpIsKeptUntilItRanATask() {
        executor = builder()
                .minWorkers(1)
                .recycle(RecycleLimits.none().maxAge(Duration.ofMillis(1)))
                .build();
        await().atMost(BOUND).until(() -> executor.stats().idleWorkers() == 1);
        // Each second it is looked whether one is too old.
        await().during(Duration.ofSeconds(3))
                .atMost(BOUND)
                .until(() -> executor.stats().workerStarts() == 1);
        assertThat(executor.submit(() -> 42)).succeedsWithin(BOUND).isEqualTo(42);
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.MAX_AGE) == 1);
    }

    @Test
    void theLastResultBeforeAWorkerIsRecycledArrivesWhole() {
        executor = build(RecycleLimits.none().maxTasks(1));
        for (int i = 0; i < 3; i++) {
            assertThat(executor.submit(() -> new byte[64 << 20]))
                    .succeedsWithin(BOUND)
                    .matches(bytes -> bytes.length == 64 << 20);
        }
    }

    @Test
    void aReplacementThatCannotStartLeavesTheOldWorkerAtWork() throws Exception {
        Path flags = Files.writeString(directory.resolve("flags"), "");
        executor = builder()
                .minWorkers(1)
                .jvmArgs(List.of("-XX:Flags=" + flags))
                .recycle(RecycleLimits.none().maxAge(Duration.ofSeconds(1)))
                .build();
        executor.submit(() -> pid()).join();
        Files.writeString(flags, "-XX:+ThereIsNoSuchFlag");
        // Where a start takes long the worker was too old at once, and has a replacement that comes up yet.
        await().atMost(BOUND)
                .until(() ->
                        executor.submit(() -> 1).join() == 1 && executor.stats().startFailures() > 0);
        long old = executor.submit(() -> pid()).join();
        await().atMost(BOUND).until(() -> {
            assertThat(executor.submit(() -> pid()).join()).isEqualTo(old);
            return executor.stats().startFailures() > 1;
        });
        Files.writeString(flags, "");
        await().atMost(BOUND).until(() -> executor.submit(() -> pid()).join() != old);
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.MAX_AGE) >= 1);
    }

    @Test
    void anIdleWorkerThatIsTooOldIsReplacedIfItIsOfTheMinimum() {
        executor = builder()
                .minWorkers(1)
                .recycle(RecycleLimits.none().maxAge(Duration.ofSeconds(2)))
                .build();
        // One that took longer to start and had no task is kept.
        assertThat(executor.submit(() -> 42)).succeedsWithin(BOUND).isEqualTo(42);
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.MAX_AGE) >= 1);
        assertThat(executor.submit(() -> 42)).succeedsWithin(BOUND).isEqualTo(42);
        assertThat(executor.stats().exits(Reason.CRASHED)).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void s101AWorkerWhoseTasksLeakNativeMemoryIsRecycledBetweenTasks() {
        executor = build(RecycleLimits.none().maxRssBytes(300L << 20));
        assertLeakIsBounded(Reason.MAX_RSS);
    }

    @Test
    void s101AWorkerWhoseTasksLeakHeapIsRecycledBetweenTasks() {
        executor = build(RecycleLimits.none().maxHeapBytes(100L << 20));
        assertLeakIsBounded(Reason.MAX_HEAP);
    }

    @Test
    void aWorkerWhoseClassesGrowIsRecycled() {
        executor = build(RecycleLimits.none().maxMetaspaceBytes(1));
        await().atMost(BOUND).until(() -> {
            executor.submit(() -> 1).join();
            return executor.stats().exits(Reason.MAX_METASPACE) > 0;
        });
    }

    @Test
    void tasksRunUnderLimitsBelowWhatAPreparedWorkerTakesWhichAreWarnedOfOnce() {
        PreparationTest.Service service = new PreparationTest.Service();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger("io.processexecutor.pool");
        logger.addAppender(log);
        try {
            executor = builder()
                    .serialization(SerializationOptions.defaults().replacer(new PreparationTest.ServiceReplacer()))
                    // Until it has told how large it is.
                    .preparation(() -> PreparationTest.sleep(5000))
                    .recycle(RecycleLimits.none().maxMetaspaceBytes(1 << 20))
                    .build();
            for (int i = 0; i < 2; i++) {
                assertThat(executor.submit(() -> service.answer()))
                        .succeedsWithin(BOUND)
                        .asString()
                        .isNotEmpty();
            }
        } finally {
            logger.detachAppender(log);
        }
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.MAX_METASPACE) > 0);
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(message -> message.startsWith("recycling - "))
                .singleElement()
                .asString()
                .startsWith("recycling - Worker 1 ")
                .containsPattern("takes [1-9][0-9]* MB before its first task, and MAX_METASPACE is 1 MB")
                .contains("process-executor.recycle.max-metaspace (RecycleLimits.maxMetaspaceBytes)");
    }

    @Test
    void aLimitBelowWhatAWorkerTakesThatStartsForATaskIsWarnedOfOnce() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger("io.processexecutor.pool");
        logger.addAppender(log);
        try {
            executor = build(RecycleLimits.none().maxMetaspaceBytes(1 << 20));
            await().atMost(BOUND).until(() -> {
                executor.submit(() -> {
                            // Until a worker tells anew how large it is.
                            Thread.sleep(200);
                            return pid();
                        })
                        .join();
                return executor.stats().exits(Reason.MAX_METASPACE) >= 3;
            });
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(message -> message.startsWith("recycling - "))
                .singleElement()
                .asString()
                .startsWith("recycling - Worker 2 ")
                .containsPattern(
                        "takes [1-9][0-9]* MB after its first task, as worker 1 did, and MAX_METASPACE is 1 MB")
                .contains("process-executor.recycle.max-metaspace (RecycleLimits.maxMetaspaceBytes)");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void s81AWorkerThatIsStoppedIsFoundHungAndReplaced() throws Exception {
        executor = builder().hungAfter(Duration.ofSeconds(6)).build();
        long pid = executor.submit(() -> pid()).join();
        Path begun = directory.resolve("begun");
        String begunName = begun.toString();
        CompletableFuture<Integer> busy = executor.submit(() -> {
            Files.createFile(Path.of(begunName));
            Thread.sleep(600_000);
            return 1;
        });
        await().atMost(BOUND).until(() -> Files.exists(begun));
        Signals.stop(pid);
        assertThat(busy).failsWithin(BOUND).withThrowableThat().withMessageContaining("its heart had stopped beating");
        assertThat(executor.submit(() -> pid())).succeedsWithin(BOUND).isNotEqualTo(pid);
        assertThat(exits).extracting(WorkerExit::reason).contains(Reason.HUNG);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anIdleWorkerThatIsStoppedIsReplacedBeforeItCostsATask() throws Exception {
        executor = builder().minWorkers(1).hungAfter(Duration.ofSeconds(6)).build();
        long pid = executor.submit(() -> pid()).join();
        Signals.stop(pid);
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.HUNG) == 1);
        assertThat(executor.submit(() -> pid())).succeedsWithin(BOUND).isNotEqualTo(pid);
    }

    @Test
    void limitsThatMakeNoSenseAreRefusedByName() {
        assertThatThrownBy(() -> RecycleLimits.none().maxTasks(0)).hasMessage("maxTasks must be at least 1, was 0");
        assertThatThrownBy(() -> RecycleLimits.none().maxAge(Duration.ZERO)).hasMessageContaining("maxAge");
        assertThatThrownBy(() -> RecycleLimits.none().maxRssBytes(-1)).hasMessageContaining("maxRssBytes");
        assertThatThrownBy(() -> ProcessPoolExecutor.builder().hungAfter(Duration.ofMillis(1)))
                .hasMessageContaining("hungAfter must be at least PT3S")
                .hasMessageContaining("PT0.001S");
    }

    private void assertLeakIsBounded(Reason reason) {
        List<Integer> held = new ArrayList<>();
        Set<Long> pids = new HashSet<>();
        for (int i = 0; i < 250; i++) {
            long[] answer = executor.with(TaskOptions.defaults().label("leak"))
                    .submit(() -> {
                        byte[] leaked = new byte[3 << 20];
                        java.util.Arrays.fill(leaked, (byte) 1);
                        LEAK.add(leaked);
                        return new long[] {pid(), LEAK.size()};
                    })
                    .join();
            pids.add(answer[0]);
            held.add((int) answer[1]);
        }
        assertThat(pids).hasSizeGreaterThan(1);
        assertThat(held).allMatch(count -> count < 200);
        await().atMost(BOUND).until(() -> executor.stats().exits(reason) > 0);
        assertThat(executor.stats().exits(Reason.CRASHED)).isZero();
    }

    private ProcessPoolExecutor build(RecycleLimits limits) {
        return builder().recycle(limits).build();
    }

    private Builder builder() {
        return ProcessPoolExecutor.builder()
                .name("recycling")
                .workers(1)
                .firstStartPause(Duration.ofMillis(200))
                .listener(new ProcessExecutorListener() {
                    @Override
                    public void onWorkerExited(WorkerExit exit) {
                        exits.add(exit);
                    }
                });
    }

    private static void all(List<CompletableFuture<Long>> futures) {
        assertThat(CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)))
                .succeedsWithin(BOUND);
    }
}
