package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.untilExists;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.processexecutor.RecycleLimits;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerInfo.State;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replacements that die, come too late or are not needed any more: no place for a worker is ever lost. */
@Timeout(180)
class ReplacementTest {

    private static final Duration BOUND = Duration.ofSeconds(40);

    @TempDir
    Path directory;

    private ProcessPoolExecutor executor;

    @AfterEach
    void close() {
        executor.close();
        assertThat(executor.workers()).isEmpty();
        assertThat(executor.stats().startingWorkers()).isZero();
    }

    @Test
    void aReplacementThatDiesBeforeItsTurnCostsNoPlace() throws Exception {
        executor = builder().recycle(RecycleLimits.none().maxTasks(1)).build();
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> last = executor.submit(untilExists(gate));
        WorkerInfo standby = awaitWorker(State.STANDBY);
        ProcessHandle.of(standby.pid()).ifPresent(ProcessHandle::destroyForcibly);
        await().atMost(BOUND).until(() -> executor.workers().stream().noneMatch(each -> each.pid() == standby.pid()));
        Files.createFile(gate);
        assertThat(last).succeedsWithin(BOUND);
        assertThat(executor.submit(() -> 1)).succeedsWithin(BOUND).isEqualTo(1);
        assertThat(executor.submit(() -> 2)).succeedsWithin(BOUND).isEqualTo(2);
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.CRASHED) == 1);
    }

    @Test
    void aWorkerWhosePredecessorDiesTakesItsPlace() {
        executor = builder().recycle(RecycleLimits.none().maxTasks(1)).build();
        String begun = directory.resolve("begun").toString();
        CompletableFuture<Object> doomed = executor.submit(() -> {
            Files.createFile(Path.of(begun));
            Thread.sleep(600_000);
            return null;
        });
        WorkerInfo standby = awaitWorker(State.STANDBY);
        long pid = awaitWorker(State.BUSY).pid();
        // One that it had not begun it would not fail.
        await().atMost(BOUND).until(() -> Files.exists(Path.of(begun)));
        CompletableFuture<Long> next =
                executor.submit(() -> ProcessHandle.current().pid());
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        assertThat(next).succeedsWithin(BOUND).isEqualTo(standby.pid());
        assertThat(doomed).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(WorkerCrashedException.class);
    }

    @Test
    void nobodyIsStartedForAWorkerThatLeftMeanwhile() throws Exception {
        executor =
                builder().workers(2).recycle(RecycleLimits.none().maxTasks(1)).build();
        Recycling recycling = (Recycling) field(field(executor, "pool"), "recycling");
        WorkerSupply supply = (WorkerSupply) field(recycling, "supply");
        executor.submit(() -> 1).join();
        PooledWorker used = supply.workers().iterator().next();
        executor.submit(() -> 2).join();
        await().atMost(BOUND).until(() -> !supply.workers().contains(used));
        await().atMost(BOUND).until(() -> executor.workers().stream().noneMatch(each -> each.slot() == 0));
        // Whoever gave it its last task comes to say so only now.
        recycling.taskGiven(used);
        assertThat(executor.workers()).noneMatch(each -> each.slot() == 0);
    }

    @Test
    void shrinkingLetsAReplacementGoWithTheWorkerItWasFor() throws Exception {
        executor = builder()
                .workers(2)
                .recycle(RecycleLimits.none().maxAge(Duration.ofSeconds(2)))
                .build();
        Path one = directory.resolve("one");
        Path other = directory.resolve("other");
        CompletableFuture<Integer> first = executor.submit(untilExists(one));
        CompletableFuture<Integer> second = executor.submit(untilExists(other));
        await().atMost(BOUND)
                .until(() -> executor.workers().stream()
                        .allMatch(each ->
                                each.state() == State.BUSY && each.uptime().toMillis() > 2000));
        Files.createFile(one);
        first.join();
        executor.resize(1);
        Files.createFile(other);
        second.join();
        await().atMost(BOUND)
                .until(() ->
                        executor.submit(() -> 1).join() == 1 && executor.stats().exits(Reason.MAX_AGE) > 0);
        await().atMost(BOUND).until(() -> executor.workers().stream().noneMatch(each -> each.state() == State.STANDBY));
    }

    @Test
    void s86SizesThatAreAskedForFromTwoSidesAtOnceComeToRest() throws Exception {
        executor = builder().workers(3).minWorkers(3).build();
        await().atMost(BOUND).until(() -> executor.stats().idleWorkers() == 3);
        AtomicBoolean over = new AtomicBoolean();
        Thread growing = started(() -> {
            while (!over.get()) {
                executor.resize(3);
            }
        });
        Thread shrinking = started(() -> {
            for (int i = 0; i < 20; i++) {
                executor.resize(2);
            }
        });
        shrinking.join(BOUND.toMillis());
        over.set(true);
        growing.join(BOUND.toMillis());
        assertThat(shrinking.isAlive() || growing.isAlive()).isFalse();
        executor.resize(1);
        await().atMost(BOUND).until(() -> executor.workers().size() == 1);
        assertThat(executor.submit(() -> 1)).succeedsWithin(BOUND).isEqualTo(1);
    }

    private static Thread started(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void aTaskThatIsRunAgainMayWaitNoLongerThanItsQueueTimeout() throws Exception {
        Path flags = Files.writeString(directory.resolve("flags"), "");
        executor = builder()
                .jvmArgs(List.of("-XX:Flags=" + flags))
                .firstStartPause(Duration.ofSeconds(300))
                .build();
        executor.submit(() -> 1).join();
        Files.writeString(flags, "-XX:+ThereIsNoSuchFlag");
        CompletableFuture<Object> retried = executor.with(
                        TaskOptions.defaults().retryOnCrash(1).queueTimeout(Duration.ofMillis(700)))
                .submit(() -> {
                    Thread.sleep(1500);
                    Runtime.getRuntime().halt(3);
                    return null;
                });
        assertThat(retried)
                .failsWithin(BOUND)
                .withThrowableThat()
                .withCauseInstanceOf(TaskTimeoutException.class)
                .withMessageContaining("queue timeout of 700 ms");
    }

    private WorkerInfo awaitWorker(State state) {
        await().atMost(BOUND).until(() -> executor.workers().stream().anyMatch(each -> each.state() == state));
        return executor.workers().stream()
                .filter(each -> each.state() == state)
                .findFirst()
                .orElseThrow();
    }

    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder()
                .name("replacing")
                .workers(1)
                .maxHeapBytes(64 << 20)
                .cancelGrace(Duration.ofMillis(200))
                .shutdownGrace(Duration.ofSeconds(2));
    }
}
