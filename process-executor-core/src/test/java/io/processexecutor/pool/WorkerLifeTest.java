package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.awaitFile;
import static io.processexecutor.pool.InWorker.pid;
import static io.processexecutor.pool.InWorker.untilExists;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.TaskOptions;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.Serialization;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.TaskCompleted.Outcome;
import io.processexecutor.event.WorkerStarted;
import io.processexecutor.pool.ProcessPoolExecutor.Builder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How workers come, go and die, and what becomes of the tasks meanwhile. Real workers only. */
@Timeout(180)
class WorkerLifeTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private ProcessPoolExecutor executor;

    @AfterEach
    void close() {
        if (executor != null) {
            executor.close();
            assertThat(executor.isTerminated()).isTrue();
            assertThat(executor.stats().busyWorkers()).isZero();
        }
    }

    // ---- starting

    @Test
    void tasksFailWithWhatTheWorkersSaidWhenNoneCanStart() {
        executor = build(builder().workers(2).jvmArgs(List.of("-XX:+ThereIsNoSuchFlag")));
        List<CompletableFuture<Integer>> tasks = List.of(
                executor.submit(() -> 1),
                executor.with(TaskOptions.defaults().label("render")).submit(() -> 2));
        for (CompletableFuture<Integer> task : tasks) {
            assertThat(task)
                    .failsWithin(TIMEOUT)
                    .withThrowableOfType(ExecutionException.class)
                    .satisfies(e -> {
                        WorkerStartException failure = (WorkerStartException) e.getCause();
                        assertThat(failure)
                                .hasMessageContaining("No worker can be started")
                                .hasMessageContaining("exit code 1")
                                .hasMessageContaining("ThereIsNoSuchFlag");
                        assertThat(failure.lastOutput()).anyMatch(line -> line.contains("ThereIsNoSuchFlag"));
                        assertThat(failure.command().get(0)).endsWith("java");
                        assertThat(failure.command()).contains("-XX:+ThereIsNoSuchFlag");
                    });
        }
        assertThat(tasks.get(1)).failsWithin(TIMEOUT).withThrowableThat().withMessageContaining("render");
        assertThat(executor.stats().workerStarts()).isZero();
    }

    @Test
    void tasksFailWithWhatTheVirtualMachineSaidWhereItHasNoRoomForItsHeap() {
        executor = build(builder().jvmArgs(List.of("-Xmx99999999g")));
        assertThat(executor.submit(() -> 1))
                .failsWithin(TIMEOUT)
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("it ended before it connected")
                .withMessageContaining("Could not reserve enough space")
                .satisfies(e -> assertThat(((WorkerStartException) e.getCause()).lastOutput())
                        .anyMatch(line -> line.contains("Could not reserve enough space")));
    }

    @Test
    void eachTaskFailsWithAnExceptionOfItsOwn() {
        executor = build(builder().jvmArgs(List.of("-XX:+ThereIsNoSuchFlag")));
        CompletableFuture<Integer> one = executor.submit(() -> 1);
        CompletableFuture<Integer> other = executor.submit(() -> 2);
        assertThatThrownBy(() -> one.get(30, SECONDS)).isInstanceOf(ExecutionException.class);
        assertThatThrownBy(() -> other.get(30, SECONDS)).isInstanceOf(ExecutionException.class);
        assertThat(one.handle((value, failure) -> failure).join())
                .isNotSameAs(other.handle((value, failure) -> failure).join());
    }

    @Test
    void aStartThatWorksAgainRunsWhatWaited() throws Exception {
        Path flags = Files.writeString(directory.resolve("flags"), "-XX:+ThereIsNoSuchFlag");
        executor = build(builder().firstStartPause(Duration.ofSeconds(1)).jvmArgs(List.of("-XX:Flags=" + flags)));
        CompletableFuture<Integer> patient = executor.submit(() -> 1);
        // Once it fails the flags are set right; the pauses grow, so that there is time.
        await().atMost(TIMEOUT).until(() -> executor.stats().startFailures() > 0);
        Files.writeString(flags, "");
        assertThat(patient).succeedsWithin(TIMEOUT).isEqualTo(1);
    }

    @Test
    void aWorkerThatNeverConnectsIsKilledAfterTheStartTimeout() throws Exception {
        executor = build(builder().startTimeout(Duration.ofSeconds(2)).classPath(List.of(sleepingWorker())));
        CompletableFuture<Integer> task = executor.submit(() -> 1);
        assertThat(task)
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(WorkerStartException.class)
                .withMessageContaining("it did not connect in time")
                .withMessageContaining("start timeout 2000 ms");
    }

    @Test
    void closingDoesNotWaitForAWorkerThatIsBeingLaunched() throws Exception {
        Duration longTime = Duration.ofHours(1);
        executor = build(builder()
                .minWorkers(1)
                .startTimeout(longTime)
                .shutdownGrace(longTime)
                .classPath(List.of(sleepingWorker())));
        await().atMost(TIMEOUT).until(() -> executor.stats().startingWorkers() == 1);
        executor.close();
    }

    @Test
    void theMinimumIsStartedAtOnceAndKept() {
        // So long that none is let go between its start and its first task.
        executor = build(builder().workers(3).minWorkers(2).idleTimeout(Duration.ofSeconds(2)));
        await().atMost(TIMEOUT).until(() -> executor.stats().idleWorkers() == 2);
        Path gate = directory.resolve("gate");
        String gateName = gate.toString();
        List<CompletableFuture<Long>> three = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            three.add(executor.submit(() -> {
                awaitFile(gateName);
                return pid();
            }));
        }
        await().atMost(TIMEOUT).until(() -> executor.stats().running() == 3);
        open(gate);
        assertThat(three.stream().map(CompletableFuture::join).distinct()).hasSize(3);
        await().atMost(TIMEOUT).until(() -> executor.stats().workerExits() == 1);
        assertThat(executor.stats().idleWorkers()).isEqualTo(2);
        assertThat(executor.stats().exits(WorkerExit.Reason.CRASHED)).isZero();
    }

    @Test
    void aWorkerOfTheMinimumThatDiesIsReplacedUnasked() {
        executor = build(builder().minWorkers(1));
        await().atMost(TIMEOUT).until(() -> executor.stats().idleWorkers() == 1);
        long first = executor.submit(() -> pid()).join();
        kill(first);
        await().atMost(TIMEOUT).until(() -> executor.stats().workerStarts() == 2);
        assertThat(executor.submit(() -> pid())).succeedsWithin(TIMEOUT).isNotEqualTo(first);
    }

    // ---- dying

    @Test
    void s30AWorkerKilledWhileIdleIsReplacedAndTheNextTaskSucceeds() {
        executor = build(builder());
        for (int i = 0; i < 5; i++) {
            long pid = executor.submit(() -> pid()).join();
            kill(pid);
            assertThat(executor.submit(() -> pid())).succeedsWithin(TIMEOUT).isNotEqualTo(pid);
        }
        await().atMost(TIMEOUT).until(() -> executor.stats().workerExits() == 5);
        assertThat(executor.stats().exits(WorkerExit.Reason.CRASHED)).isEqualTo(5);
    }

    @Test
    void aWorkerThatWasIdleForTooLongIsLetGoAndAnotherComesWhenNeeded() {
        Recorder recorder = new Recorder();
        executor = build(builder().idleTimeout(Duration.ofSeconds(2)).listener(recorder));
        long first = executor.submit(() -> pid()).join();
        await().atMost(TIMEOUT).until(() -> !recorder.exits.isEmpty());
        assertThat(recorder.exits).extracting(WorkerExit::reason).containsExactly(Reason.IDLE);
        assertThat(ProcessHandle.of(first)).isEmpty();
        assertThat(executor.submit(() -> pid())).succeedsWithin(TIMEOUT).isNotEqualTo(first);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void s73WhatATaskStartedIsGoneWithItsPool() throws Exception {
        executor = build(builder());
        long sleeper = executor.submit(WorkerLifeTest::startSleeper).join();
        // Of a shell that ended, so that it descends from no worker any more.
        long orphan = executor.submit(WorkerLifeTest::startOrphan).join();
        assertThat(ProcessHandle.of(sleeper)).isPresent();
        assertThat(ProcessHandle.of(orphan)).isPresent();
        executor.close();
        await().atMost(TIMEOUT).until(() -> isGone(sleeper) && isGone(orphan));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatATaskStartedIsGoneWhenItsWorkerIsKilled() {
        executor = build(builder());
        long worker = executor.submit(() -> pid()).join();
        long orphan = executor.submit(WorkerLifeTest::startOrphan).join();
        kill(worker);
        await().atMost(TIMEOUT).until(() -> isGone(orphan));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void s106NoFileOfAPoolIsLeftBehind() throws Exception {
        executor = build(builder());
        Path pool = Path.of(executor.submit(ParentJvm::statusPage).join()).getParent();
        assertThat(pool).isDirectoryContaining(path -> path.toString().endsWith(".page"));
        executor.close();
        assertThat(pool).doesNotExist();
    }

    // ---- queueing

    @Test
    void whatIsOverTheQueueCapacityIsRejectedAndSaysSo() {
        Recorder recorder = new Recorder();
        executor = build(builder().queueCapacity(2).listener(recorder));
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> running = executor.submit(untilExists(gate));
        // A worker is busy a moment before its task has left the queue.
        await().atMost(TIMEOUT)
                .until(() -> executor.workers().stream()
                        .anyMatch(worker -> worker.task().isPresent()));
        List<CompletableFuture<Integer>> queued = List.of(executor.submit(() -> 1), executor.submit(() -> 2));
        assertThatThrownBy(() -> executor.submit(() -> 3))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("its queue is full")
                .hasMessageContaining("busy=1")
                .hasMessageContaining("queued=2");
        assertThat(recorder.completed).extracting(TaskCompleted::outcome).containsExactly(Outcome.REJECTED);

        // A cancelled task is out of the queue at once.
        queued.get(0).cancel(false);
        CompletableFuture<Integer> fits = executor.submit(() -> 4);
        assertThatThrownBy(() -> executor.submit(() -> 5)).isInstanceOf(RejectedExecutionException.class);
        open(gate);
        assertThat(running).succeedsWithin(TIMEOUT);
        assertThat(queued.get(1)).succeedsWithin(TIMEOUT).isEqualTo(2);
        assertThat(fits).succeedsWithin(TIMEOUT).isEqualTo(4);
    }

    @Test
    void withoutAQueueATaskIsTakenByAWorkerOrNotAtAll() {
        executor = build(builder().workers(2).queueCapacity(0));
        Path gate = directory.resolve("gate");
        List<CompletableFuture<Integer>> both =
                List.of(executor.submit(untilExists(gate)), executor.submit(untilExists(gate)));
        assertThatThrownBy(() -> executor.submit(() -> 3)).isInstanceOf(RejectedExecutionException.class);
        open(gate);
        both.forEach(each -> assertThat(each).succeedsWithin(TIMEOUT));
    }

    // ---- futures

    @Test
    void s61CancellingWithoutInterruptLetsARunningTaskRunToItsEnd() throws Exception {
        executor = build(builder());
        Path gate = directory.resolve("gate");
        Path trace = directory.resolve("trace");
        String begunName = directory.resolve("begun").toString();
        String gateName = gate.toString();
        String traceName = trace.toString();
        CompletableFuture<Object> task = executor.submit(() -> {
            open(Path.of(begunName));
            awaitFile(gateName);
            Files.writeString(Path.of(traceName), "ran to its end");
            return null;
        });
        await().atMost(TIMEOUT).until(() -> Files.exists(Path.of(begunName)));
        assertThat(task.cancel(false)).isTrue();
        assertThat(task).isCancelled();
        assertThat(executor.stats().running()).as("it holds its worker").isEqualTo(1);
        CompletableFuture<Integer> next = executor.submit(() -> 1);
        assertThat(next).isNotDone();
        open(gate);
        assertThat(next).succeedsWithin(TIMEOUT).isEqualTo(1);
        assertThat(trace).hasContent("ran to its end");
        assertThat(executor.stats().workerExits()).isZero();
    }

    @Test
    void s63CancellingADerivedStageDoesNotReachTheTask() {
        executor = build(builder());
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> task = executor.submit(untilExists(gate));
        CompletableFuture<Integer> derived = task.thenApply(n -> n + 1);
        await().atMost(TIMEOUT).until(() -> executor.stats().running() == 1);
        derived.cancel(true);
        assertThat(task).isNotDone();
        open(gate);
        assertThat(task).succeedsWithin(TIMEOUT).isEqualTo(42);
        assertThat(derived).isCancelled();
    }

    @Test
    void s63WhateverCompletesTheFutureFromOutsideStopsTheTaskAndCountsOnce() {
        Recorder recorder = new Recorder();
        executor = build(builder().workers(2).cancelGrace(TIMEOUT).listener(recorder));
        Path never = directory.resolve("never");
        List<java.util.function.Consumer<CompletableFuture<Integer>>> ways = List.of(
                future -> future.complete(7),
                future -> future.completeExceptionally(new IllegalStateException("enough")),
                future -> future.completeAsync(() -> 7).join(),
                future -> future.completeOnTimeout(7, 1, java.util.concurrent.TimeUnit.MILLISECONDS)
                        .join(),
                future -> future.obtrudeValue(7),
                future -> future.obtrudeException(new IllegalStateException("enough")),
                future -> future.cancel(true));
        for (java.util.function.Consumer<CompletableFuture<Integer>> way : ways) {
            CompletableFuture<Integer> task = executor.submit(untilExists(never));
            await().atMost(TIMEOUT).until(() -> executor.stats().running() == 1);
            way.accept(task);
            assertThat(task).isDone();
            await().atMost(TIMEOUT).until(() -> executor.stats().running() == 0);
        }
        assertThat(executor.stats().workerExits())
                .as("all of them listened to the interrupt")
                .isZero();
        await().atMost(TIMEOUT).until(() -> recorder.completed.size() >= ways.size());
        assertThat(recorder.completed)
                .hasSize(ways.size())
                .allSatisfy(event -> assertThat(event.outcome()).isEqualTo(Outcome.CANCELLED));
    }

    @Test
    void aSupplierThatThrowsCompletesTheFutureExceptionally() {
        executor = build(builder());
        CompletableFuture<Integer> task = executor.submit(untilExists(directory.resolve("never")));
        task.completeAsync(() -> {
            throw new IllegalStateException("from outside");
        });
        assertThat(task).failsWithin(TIMEOUT).withThrowableThat().withMessageContaining("from outside");
    }

    @Test
    void theFirstToCompleteAFutureWins() {
        executor = build(builder());
        CompletableFuture<Integer> task = executor.submit(() -> 1);
        assertThat(task).succeedsWithin(TIMEOUT);
        assertThat(task.complete(2)).isFalse();
        assertThat(task.cancel(true)).isFalse();
        assertThat(task.completeExceptionally(new IOException())).isFalse();
        assertThat(task.join()).isEqualTo(1);
        CompletableFuture<Integer> cancelled = executor.submit(untilExists(directory.resolve("never")));
        cancelled.cancel(true);
        assertThat(cancelled.cancel(true)).as("as FutureTask has it").isTrue();
    }

    // ---- listeners

    @Test
    void aListenerHearsOfEveryTaskAndWorker() {
        Recorder recorder = new Recorder();
        executor = build(builder().listener(recorder));
        executor.with(TaskOptions.defaults().label("good")).submit(() -> 1).join();
        // Before the next one, of which another thread may tell.
        await().atMost(TIMEOUT).until(() -> recorder.completed.size() == 1);
        CompletableFuture<Object> failing = executor.submit(() -> {
            throw new IOException("no");
        });
        assertThat(failing).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(IOException.class);
        await().atMost(TIMEOUT).until(() -> recorder.completed.size() == 2);
        CompletableFuture<Object> crashing = executor.submit(() -> {
            Runtime.getRuntime().halt(3);
            return null;
        });
        assertThat(crashing).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(WorkerCrashedException.class);
        executor.close();
        await().atMost(TIMEOUT)
                .until(() -> recorder.completed.size() == 3 && recorder.exits.size() == recorder.started.size());

        assertThat(recorder.completed)
                .extracting(TaskCompleted::outcome)
                .containsExactly(Outcome.SUCCESS, Outcome.ERROR, Outcome.CRASHED);
        TaskCompleted good = recorder.completed.peek();
        assertThat(good.label()).contains("good");
        assertThat(good.queued()).isPositive();
        assertThat(good.total()).isGreaterThanOrEqualTo(good.queued().plus(good.ran()));
        assertThat(good.serializations())
                .hasSize(4)
                .allSatisfy(each -> assertThat(each.bytes()).isPositive())
                .extracting(Serialization::serializer)
                .containsOnly("kryo");
        assertThat(recorder.started)
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.startup()).isPositive());
        assertThat(recorder.exits.peek().reason()).isEqualTo(Reason.CRASHED);
        assertThat(recorder.exits.peek().exitCode()).hasValue(3);
    }

    @Test
    void aListenerThatThrowsHurtsNobody() {
        Recorder recorder = new Recorder();
        executor = build(builder().listener(new Throwing()).listener(recorder));
        assertThat(executor.submit(() -> 1)).succeedsWithin(TIMEOUT).isEqualTo(1);
        long pid = executor.submit(() -> pid()).join();
        kill(pid);
        assertThat(executor.submit(() -> 2)).succeedsWithin(TIMEOUT).isEqualTo(2);
        executor.close();
        // What a listener does may hold up the last event, never the end of the pool.
        await().atMost(TIMEOUT)
                .until(() ->
                        recorder.started.size() == 2 && recorder.exits.size() == 2 && recorder.completed.size() == 3);
    }

    // ---- inside

    private static Builder builder() {
        return ProcessPoolExecutor.builder()
                .name("life")
                .workers(1)
                .maxHeapBytes(64 << 20)
                .firstStartPause(Duration.ofMillis(20));
    }

    private static ProcessPoolExecutor build(Builder builder) {
        return builder.build();
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static boolean isGone(long pid) {
        return ProcessHandle.of(pid).map(handle -> !handle.isAlive()).orElse(true);
    }

    /** Runs in a worker, which shares nothing with the test but the file system. */
    private static void open(Path gate) {
        try {
            Files.createFile(gate);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long startSleeper() throws IOException {
        return new ProcessBuilder("sleep", "300").start().pid();
    }

    private static long startOrphan() throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", "setsid sleep 300 > /dev/null 2>&1 & echo $!").start();
        return Long.parseLong(new String(shell.getInputStream().readAllBytes()).trim());
    }

    /** A class path whose worker comes up and says nothing. */
    private Path sleepingWorker() throws Exception {
        Path classes = directory.resolve("classes");
        Path source = directory.resolve("WorkerMain.java");
        Files.writeString(
                source,
                "package io.processexecutor.worker; public class WorkerMain { public static void main(String[] args)"
                        + " throws Exception { Thread.sleep(3_600_000); } }");
        assertThat(javax.tools.ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", classes.toString(), source.toString()))
                .isZero();
        return classes;
    }

    private static final class Recorder implements ProcessExecutorListener {

        final Queue<TaskCompleted> completed = new ConcurrentLinkedQueue<>();
        final Queue<WorkerStarted> started = new ConcurrentLinkedQueue<>();
        final Queue<WorkerExit> exits = new ConcurrentLinkedQueue<>();

        @Override
        public void onTaskCompleted(TaskCompleted event) {
            completed.add(event);
        }

        @Override
        public void onWorkerStarted(WorkerStarted event) {
            started.add(event);
        }

        @Override
        public void onWorkerExited(WorkerExit exit) {
            exits.add(exit);
        }
    }

    private static final class Throwing implements ProcessExecutorListener {

        @Override
        public void onTaskCompleted(TaskCompleted event) {
            throw new IllegalStateException("a listener's");
        }

        @Override
        public void onWorkerStarted(WorkerStarted event) {
            throw new AssertionError("a listener's");
        }

        @Override
        public void onWorkerExited(WorkerExit exit) {
            throw new IllegalStateException("a listener's");
        }
    }
}
