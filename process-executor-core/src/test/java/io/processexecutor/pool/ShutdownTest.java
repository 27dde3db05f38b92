package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.pid;
import static io.processexecutor.pool.InWorker.untilExists;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.WorkerStarted;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How executors end: drained, stopped or killed, from wherever they are closed. Real workers only. */
@Timeout(180)
class ShutdownTest {

    private static final Duration BOUND = Duration.ofSeconds(40);

    @TempDir
    Path directory;

    private ProcessPoolExecutor executor;

    @AfterEach
    void close() throws Exception {
        if (executor != null) {
            executor.shutdownNow();
            assertThat(executor.awaitTermination(40, SECONDS)).isTrue();
            assertThat(executor.workers()).isEmpty();
        }
    }

    /** Takes its time to be decoded in the parent. */
    static final class Slow implements Serializable {
        private static final long serialVersionUID = 1L;
        static final CountDownLatch NEVER = new CountDownLatch(1);
        private final long seconds;

        Slow(long seconds) {
            this.seconds = seconds;
        }

        private Object readResolve() throws InterruptedException {
            if (!WorkerSettings.inWorker() && NEVER.await(seconds, SECONDS)) {
                throw new IllegalStateException("never");
            }
            return this;
        }
    }

    @Test
    void s67TheEndIsNotBeforeTheLastResultIsDecoded() throws Exception {
        executor = builder().build();
        CompletableFuture<Slow> slow = executor.submit(() -> new Slow(1));
        executor.shutdown();
        assertThat(executor.awaitTermination(40, SECONDS)).isTrue();
        assertThat(slow).isDone();
        assertThat(executor.isTerminated()).isTrue();
        assertThat(slow).succeedsWithin(BOUND);
    }

    @Test
    void shutdownNowEndsATaskWhoseResultIsNeverDecoded() throws Exception {
        executor = builder().name("undecodable").build();
        CompletableFuture<Slow> never = executor.submit(() -> new Slow(100_000));
        await().atMost(BOUND)
                .until(() ->
                        executor.stats().workerStarts() == 1 && executor.stats().running() == 0);
        executor.shutdownNow();
        assertThat(executor.awaitTermination(40, SECONDS)).isTrue();
        assertThat(never).failsWithin(BOUND).withThrowableThat().isInstanceOf(CancellationException.class);
    }

    @Test
    void aTimeoutHoldsAlsoWhereTheResultIsStillBeingDecodedWhenTheWorkersAreGone() throws Exception {
        executor = builder().build();
        CompletableFuture<Slow> never = executor.with(TaskOptions.defaults().timeout(Duration.ofSeconds(6)))
                .submit(() -> new Slow(100_000));
        await().atMost(BOUND)
                .until(() ->
                        executor.stats().workerStarts() == 1 && executor.stats().running() == 0);
        executor.shutdown();
        await().atMost(BOUND).until(() -> executor.workers().isEmpty());
        assertThat(never)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withCauseInstanceOf(TaskTimeoutException.class);
        assertThat(executor.awaitTermination(40, SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsRefusedAfterTheEndIsToldToNoListener(boolean inProcess) {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        ProcessPoolExecutor.Builder builder = builder().listener(new ProcessExecutorListener() {
            @Override
            public void onTaskCompleted(TaskCompleted event) {
                told.add(event.outcome().name());
            }

            @Override
            public void onTerminated() {
                told.add("terminated");
            }
        });
        ProcessExecutor ending = inProcess ? builder.buildInProcess() : builder.build();
        Thread immovable = Thread.currentThread();
        assertThatThrownBy(() -> ending.submit(() -> immovable.getName()))
                .isInstanceOf(TaskSerializationException.class);
        ending.close();
        assertThatThrownBy(() -> ending.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> ending.submit(() -> immovable.getName()))
                .isInstanceOf(TaskSerializationException.class);
        assertThat(told).containsExactly("ERROR", "terminated");
    }

    @Test
    void closeStopsATaskWhoseFutureWasCancelledWithoutInterrupt() throws Exception {
        executor = builder().build();
        String begun = directory.resolve("begun").toString();
        CompletableFuture<Object> endless = executor.submit(() -> {
            Files.createFile(Path.of(begun));
            Thread.sleep(10_000_000);
            return null;
        });
        await().atMost(BOUND).until(() -> Files.exists(Path.of(begun)));
        endless.cancel(false);
        Thread closing = new Thread(executor::close);
        closing.start();
        closing.join(BOUND.toMillis());
        assertThat(closing.isAlive()).isFalse();
    }

    @Test
    void manyTasksThatAreDroppedAreDoneSoonAndTakeNoThreadEach() throws Exception {
        executor = builder().workers(1).build();
        List<CompletableFuture<?>> dropped = new ArrayList<>();
        dropped.add(executor.submit(untilExists(directory.resolve("never"))));
        awaitBusyOne(executor);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 50_000; i++) {
            dropped.add(executor.submit(() -> 1).whenComplete((value, failure) -> threads.add(Thread.currentThread())));
        }
        assertThat(executor.shutdownNow()).hasSize(50_000);
        assertThat(executor.awaitTermination(30, SECONDS)).isTrue();
        // The callback of the last one may be about to end.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> dropped.stream().allMatch(CompletableFuture::isCompletedExceptionally));
        // Where those that complete them get no processor for a moment another helps.
        assertThat(threads).hasSizeLessThan(1000);
    }

    @Test
    void aCallbackOfADroppedTaskMayWaitForAnother() throws Exception {
        executor = builder().build();
        Path never = directory.resolve("never");
        CompletableFuture<Integer> running = executor.submit(untilExists(never));
        await().atMost(BOUND).until(() -> executor.stats().running() == 1);
        List<CompletableFuture<Integer>> queued =
                List.of(executor.submit(() -> 1), executor.submit(() -> 2), executor.submit(() -> 3));
        CompletableFuture<String> first = queued.get(0).handle((value, failure) -> endOf(queued.get(2)));
        CompletableFuture<String> second = queued.get(1).handle((value, failure) -> endOf(running));
        Thread stopping = new Thread(() -> executor.shutdownNow());
        stopping.start();
        stopping.join(BOUND.toMillis());
        assertThat(stopping.isAlive()).isFalse();
        assertThat(first).succeedsWithin(BOUND).isEqualTo("CancellationException");
        assertThat(second).succeedsWithin(BOUND).isEqualTo("CancellationException");
    }

    @Test
    void aCallbackOfATaskThatFailsForWantOfWorkersMayWaitForAnother() {
        executor = builder()
                .jvmArgs(List.of("-XX:+ThereIsNoSuchFlag"))
                .firstStartPause(Duration.ofMillis(20))
                .build();
        CompletableFuture<Integer> one = executor.submit(() -> 1);
        CompletableFuture<Integer> other = executor.submit(() -> 2);
        CompletableFuture<String> waiting = one.handle((value, failure) -> endOf(other));
        assertThat(waiting).succeedsWithin(BOUND).isEqualTo("CompletionException");
    }

    @Test
    void s66WhatIsSubmittedAfterTheShutdownIsRejected() {
        executor = builder().build();
        executor.shutdown();
        assertThatThrownBy(() -> executor.submit(() -> 1))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("it is shut down");
    }

    @Test
    void s68s69NoProcessIsLeftOfAnExecutorThatWasClosed() {
        List<Long> pids;
        try (ProcessPoolExecutor closed = builder().workers(3).minWorkers(3).build()) {
            List<CompletableFuture<Long>> three = IntStream.range(0, 3)
                    .mapToObj(i -> closed.submit(() -> pid()))
                    .toList();
            await().atMost(BOUND).until(() -> closed.stats().idleWorkers() == 3);
            assertThat(three).allSatisfy(pid -> assertThat(pid).succeedsWithin(BOUND));
            pids = closed.workers().stream().map(each -> each.pid()).toList();
        }
        assertThat(pids).hasSize(3).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
    }

    @Test
    void s70BlockedTasksStillReturnAfterAShutdownThatNobodyWaitsFor() throws Exception {
        executor = builder().workers(2).build();
        Path gate = directory.resolve("gate");
        List<CompletableFuture<Integer>> blocked = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            blocked.add(executor.submit(untilExists(gate)));
        }
        executor.shutdown();
        assertThatThrownBy(() -> executor.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
        Files.createFile(gate);
        assertThat(blocked)
                .allSatisfy(each -> assertThat(each).succeedsWithin(BOUND).isEqualTo(42));
        assertThat(executor.awaitTermination(40, SECONDS)).isTrue();
        await().atMost(BOUND)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("ending-")));
    }

    @Test
    void s71AFullQueueHoldsUpNoShutdown() throws Exception {
        executor = builder().queueCapacity(2).build();
        Path gate = directory.resolve("gate");
        List<CompletableFuture<Integer>> accepted = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            accepted.add(executor.submit(untilExists(gate)));
        }
        assertThatThrownBy(() -> executor.submit(() -> 1)).hasMessageContaining("its queue is full");
        executor.shutdown();
        assertThat(executor.isShutdown()).isTrue();
        Files.createFile(gate);
        assertThat(executor.awaitTermination(40, SECONDS)).isTrue();
        assertThat(accepted).allMatch(each -> each.join() == 42);
    }

    @Test
    void s74AWorkerThatIsKilledWhileTheExecutorEndsHoldsUpNothing() throws Exception {
        for (int timing = 0; timing < 3; timing++) {
            ProcessPoolExecutor ending = builder().build();
            long pid = ending.submit(() -> pid()).join();
            Path gate = directory.resolve("gate" + timing);
            CompletableFuture<Integer> running = ending.submit(untilExists(gate));
            CompletableFuture<Integer> queued = ending.submit(() -> 7);
            awaitBusyOne(ending);
            if (timing == 0) {
                kill(pid);
                ending.shutdown();
            } else if (timing == 1) {
                ending.shutdown();
                kill(pid);
            } else {
                ending.shutdown();
                Files.createFile(gate);
                assertThat(queued).succeedsWithin(BOUND);
                kill(pid);
            }
            if (timing < 2) {
                // It may have been killed before the task had begun; then it is run again.
                Files.createFile(gate);
                assertThat(endOf(running)).isIn("42", "CompletionException");
            }
            assertThat(queued).succeedsWithin(BOUND).isEqualTo(7);
            assertThat(ending.awaitTermination(40, SECONDS))
                    .as("timing %s", timing)
                    .isTrue();
        }
    }

    @Test
    void s59ACancelledTaskInTheQueueDoesNotHideTheOthersFromACrash() {
        executor = builder().build();
        CompletableFuture<Object> crashing = executor.submit(() -> {
            Thread.sleep(300);
            Runtime.getRuntime().halt(3);
            return null;
        });
        List<CompletableFuture<Integer>> queued =
                IntStream.range(0, 5).mapToObj(i -> executor.submit(() -> i)).toList();
        queued.get(2).cancel(false);
        assertThat(crashing).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(WorkerCrashedException.class);
        for (int i : new int[] {0, 1, 3, 4}) {
            assertThat(queued.get(i)).succeedsWithin(BOUND).isEqualTo(i);
        }
        assertThat(executor.stats().queued()).isZero();
    }

    @Test
    void s60ACancelledTaskInTheQueueIsNoneOfThoseThatShutdownNowReturns() throws Exception {
        executor = builder().build();
        CompletableFuture<Integer> running = executor.submit(untilExists(directory.resolve("never")));
        awaitBusyOne(executor);
        List<CompletableFuture<Integer>> queued =
                IntStream.range(0, 3).mapToObj(i -> executor.submit(() -> i)).toList();
        queued.get(1).cancel(false);
        assertThat(executor.shutdownNow())
                .hasSize(2)
                .allSatisfy(task -> assertThatThrownBy(task::run)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("submit it again"));
        assertThat(executor.awaitTermination(40, SECONDS)).isTrue();
        assertThat(queued).allMatch(CompletableFuture::isCancelled);
        assertThat(running).isDone();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shutdownNowIsDoneInFiveSecondsAlsoWithAnIdleWorkerThatIsStopped() throws Exception {
        // So that most of the time is for a machine on which others are at work, too.
        executor = builder().cancelGrace(Duration.ZERO).build();
        Signals.stop(executor.submit(() -> pid()).join());
        assertThat(executor.shutdownNow()).isEmpty();
        assertThat(executor.awaitTermination(5, SECONDS)).isTrue();
    }

    @Test
    void closeMayBeCalledFromACallbackOfATaskAndByManyAtOnce() throws Exception {
        executor = builder().build();
        CompletableFuture<String> closed = executor.submit(() -> 1).thenApply(value -> {
            executor.close();
            return "closed";
        });
        List<Thread> others = new ArrayList<>();
        assertThat(closed).succeedsWithin(BOUND);
        for (int i = 0; i < 4; i++) {
            Thread other = new Thread(executor::close);
            others.add(other);
            other.start();
        }
        for (Thread other : others) {
            other.join(BOUND.toMillis());
            assertThat(other.isAlive()).isFalse();
        }
        assertThat(executor.isTerminated()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"started", "completed", "exited"})
    void closeReturnsAtOnceFromAListenerAndTheExecutorStillEnds(String event) throws Exception {
        CompletableFuture<String> closed = new CompletableFuture<>();
        CountDownLatch built = new CountDownLatch(1);
        executor = builder()
                .shutdownGrace(Duration.ofHours(1))
                .listener(new ProcessExecutorListener() {
                    @Override
                    public void onWorkerStarted(WorkerStarted started) {
                        on("started");
                    }

                    @Override
                    public void onTaskCompleted(TaskCompleted completed) {
                        on("completed");
                    }

                    @Override
                    public void onWorkerExited(WorkerExit exit) {
                        on("exited");
                    }

                    private void on(String what) {
                        if (what.equals(event)) {
                            try {
                                built.await();
                                executor.close();
                                closed.complete(what);
                            } catch (Throwable e) {
                                closed.completeExceptionally(e);
                            }
                        }
                    }
                })
                .build();
        built.countDown();
        CompletableFuture<Object> task = executor.submit(() -> {
            if (event.equals("exited")) {
                Runtime.getRuntime().halt(3);
            }
            return null;
        });
        assertThat(closed).succeedsWithin(BOUND).isEqualTo(event);
        assertThat(executor.awaitTermination(40, SECONDS)).isTrue();
        assertThat(task).isDone();
    }

    @Test
    @Tag("soak")
    void closeGivesUpAListenerThatNeverReturns() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        executor = builder()
                .listener(new ProcessExecutorListener() {
                    @Override
                    public void onWorkerExited(WorkerExit exit) {
                        awaitQuietly(never);
                    }
                })
                .build();
        assertThat(executor.submit(() -> 1)).succeedsWithin(BOUND);
        Thread closing = new Thread(executor::close);
        closing.start();
        closing.join(BOUND.toMillis());
        assertThat(closing.isAlive()).isFalse();
        assertThat(executor.isTerminated()).isFalse();
        never.countDown();
        assertThat(executor.awaitTermination(10, SECONDS)).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A worker counts as busy a moment before its task has left the queue. */
    private static void awaitBusyOne(ProcessPoolExecutor executor) {
        await().atMost(BOUND)
                .until(() ->
                        executor.workers().stream().anyMatch(each -> each.task().isPresent()));
    }

    private static String endOf(CompletableFuture<?> future) {
        try {
            return String.valueOf(future.orTimeout(60, SECONDS).join());
        } catch (RuntimeException e) {
            return e.getClass().getSimpleName();
        }
    }

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder()
                .name("ending")
                .workers(1)
                .maxHeapBytes(64 << 20)
                .cancelGrace(Duration.ofMillis(500))
                .shutdownGrace(Duration.ofSeconds(1));
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
}
