package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.awaitFile;
import static io.processexecutor.pool.InWorker.pid;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessPool;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.WorkerStarted;
import io.processexecutor.pool.ProcessPoolExecutor.Builder;
import io.processexecutor.serialization.TaskSerializers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Executors that change their size, and those that are shared by all who ask for the same. */
@Timeout(180)
class ResizeAndReuseTest {

    private static final Duration BOUND = Duration.ofSeconds(40);

    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<ProcessPoolExecutor> made = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        made.forEach(ProcessPoolExecutor::close);
    }

    @Test
    void s84SizesGoUpAndDownAndTasksRunAllTheWhile() {
        ProcessPoolExecutor executor = keep(builder().workers(2).build());
        for (int size : new int[] {8, 2, 1, 6, 1, 3}) {
            executor.resize(size);
            assertThat(executor.stats().maxWorkers()).isEqualTo(size);
            assertAllRun(executor, 12);
        }
        await().atMost(BOUND).until(() -> executor.workers().size() <= 3);
        assertThat(executor.stats().exits(Reason.CRASHED)).isZero();
    }

    @Test
    void s85AShrinkWaitsForNobodyAndTakesEffectWhenTheTasksAreDone() throws Exception {
        ProcessPoolExecutor executor = keep(builder().workers(2).build());
        Path gate = directory.resolve("gate");
        String gateName = gate.toString();
        List<CompletableFuture<Long>> two = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            two.add(executor.submit(() -> {
                awaitFile(gateName);
                return pid();
            }));
        }
        await().atMost(BOUND).until(() -> executor.stats().running() == 2);
        executor.resize(1);
        assertThat(two).noneMatch(CompletableFuture::isDone);
        Files.createFile(gate);
        Set<Long> before = two.stream().map(CompletableFuture::join).collect(Collectors.toSet());
        // Told a moment after it is seen to be gone.
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.RESIZED) == 1);
        assertThat(executor.workers()).hasSize(1);
        long survivor = executor.submit(() -> pid()).join();
        assertThat(before).contains(survivor);
        executor.resize(2);
        assertThat(executor.workers()).extracting(WorkerInfo::pid).contains(survivor);
    }

    @Test
    void growingStartsWorkersForTasksThatWaitAlready() throws Exception {
        ProcessPoolExecutor executor = keep(builder().workers(1).build());
        Path gate = directory.resolve("gate");
        String gateName = gate.toString();
        CompletableFuture<Integer> held = executor.submit(() -> {
            awaitFile(gateName);
            return 1;
        });
        CompletableFuture<Integer> waiting = executor.submit(() -> 2);
        await().atMost(BOUND).until(() -> executor.stats().running() == 1);
        assertThat(waiting).isNotDone();
        executor.resize(2);
        assertThat(waiting).succeedsWithin(BOUND).isEqualTo(2);
        Files.createFile(gate);
        assertThat(held).succeedsWithin(BOUND).isEqualTo(1);
    }

    @Test
    void s87ASizeThatMakesNoSenseIsRefused() {
        ProcessPoolExecutor executor = keep(builder().build());
        for (int size : new int[] {0, -1}) {
            assertThatThrownBy(() -> executor.resize(size))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("workers must be at least 1, was " + size);
        }
    }

    @Test
    void s89EqualSettingsGiveTheSameExecutorAndAnotherSizeResizesIt() {
        ProcessPoolExecutor one = keep(ProcessPoolExecutor.reusable(builder().workers(1)));
        long pid = one.submit(() -> pid()).join();
        ProcessPoolExecutor same = ProcessPoolExecutor.reusable(builder().workers(1));
        assertThat(same).isSameAs(one);
        assertThat(ProcessPoolExecutor.reusable(builder().workers(2))).isSameAs(one);
        assertThat(one.stats().maxWorkers()).isEqualTo(2);
        assertThat(one.workers()).extracting(WorkerInfo::pid).contains(pid);
    }

    @Test
    void s91OtherSettingsGiveAnotherExecutorAndLeaveTheFirstAlone() {
        ProcessPoolExecutor kryo = keep(ProcessPoolExecutor.reusable(builder().workers(1)));
        CompletableFuture<String> task = kryo.submit(() -> System.getProperty("flavour", "none"));
        ProcessPoolExecutor other = keep(ProcessPoolExecutor.reusable(
                builder().workers(1).serializer(TaskSerializers.closure()).jvmArgs(List.of("-Dflavour=vanilla"))));
        assertThat(other).isNotSameAs(kryo);
        assertThat(other.submit(() -> System.getProperty("flavour")))
                .succeedsWithin(BOUND)
                .isEqualTo("vanilla");
        assertThat(task).succeedsWithin(BOUND).isEqualTo("none");
        assertThat(kryo.isShutdown()).isFalse();
    }

    @Test
    void s88AnExecutorThatWasShutDownIsFollowedByANewOneAtOnce() {
        ProcessPoolExecutor old =
                keep(ProcessPoolExecutor.reusable(builder().workers(1).cancelGrace(Duration.ZERO)));
        CompletableFuture<Integer> endless = old.submit(() -> {
            Thread.sleep(10_000_000);
            return 1;
        });
        old.shutdownNow();
        ProcessPoolExecutor next =
                keep(ProcessPoolExecutor.reusable(builder().workers(1).cancelGrace(Duration.ZERO)));
        assertThat(next).isNotSameAs(old);
        assertThat(next.submit(() -> 42)).succeedsWithin(BOUND).isEqualTo(42);
        assertThat(endless).failsWithin(BOUND).withThrowableThat().isInstanceOf(CancellationException.class);
    }

    @Test
    void anExecutorWhoseWorkersCannotStartIsFollowedByANewOne() throws Exception {
        Path flags = Files.writeString(directory.resolve("flags"), "-XX:+ThereIsNoSuchFlag");
        Builder settings =
                builder().workers(1).firstStartPause(Duration.ofMillis(10)).jvmArgs(List.of("-XX:Flags=" + flags));
        ProcessPoolExecutor broken = keep(ProcessPoolExecutor.reusable(settings));
        assertThat(broken.submit(() -> 1))
                .failsWithin(BOUND)
                .withThrowableThat()
                .withCauseInstanceOf(WorkerStartException.class);
        await().atMost(BOUND).until(() -> broken.stats().breakerOpen());
        // Before the flags are set right, since then the breaker closes by itself.
        ProcessPoolExecutor next = keep(ProcessPoolExecutor.reusable(settings));
        Files.writeString(flags, "");
        assertThat(next).isNotSameAs(broken);
        assertThat(next.submit(() -> 42)).succeedsWithin(BOUND).isEqualTo(42);
    }

    @Test
    void s90ManyThreadsThatAskAtOnceGetOneExecutorOfEachKind() throws Exception {
        CyclicBarrier start = new CyclicBarrier(10);
        ConcurrentLinkedQueue<ProcessPoolExecutor> got = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            answers.add(answer);
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    ProcessPoolExecutor executor =
                            ProcessPoolExecutor.reusable(builder().workers(1 + number % 3));
                    got.add(executor);
                    answer.complete(executor.submit(() -> number * number).get());
                } catch (Exception e) {
                    answer.completeExceptionally(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (int i = 0; i < 10; i++) {
            assertThat(answers.get(i)).succeedsWithin(BOUND).isEqualTo(i * i);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        got.forEach(this::keep);
        assertThat(Set.copyOf(got)).hasSize(1);
    }

    /** The first executor that it is to observe it thinks about for long. */
    private static final class Thinking implements ProcessExecutorListener {
        private final AtomicBoolean first = new AtomicBoolean(true);
        private final CountDownLatch thinks = new CountDownLatch(1);
        private final CountDownLatch thought = new CountDownLatch(1);
        private final Queue<String> toldTooSoon = new ConcurrentLinkedQueue<>();

        @Override
        public ProcessExecutorListener observing(ProcessPool pool) {
            if (first.getAndSet(false)) {
                thinks.countDown();
                awaitThought();
            }
            return new ProcessExecutorListener() {};
        }

        private void awaitThought() {
            try {
                assertThat(thought.await(BOUND.toSeconds(), SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void onWorkerStarted(WorkerStarted event) {
            toldTooSoon.add("worker");
        }

        @Override
        public void onTaskCompleted(TaskCompleted event) {
            toldTooSoon.add("task");
        }
    }

    @Test
    void whoeverAsksWhileAListenerIsToldOfASharedExecutorGetsOneThatIsObservedAndWaitsForNobody() throws Exception {
        Thinking listener = new Thinking();
        Builder settings = builder().workers(1).listener(listener);
        CompletableFuture<ProcessPoolExecutor> slow =
                CompletableFuture.supplyAsync(() -> keep(ProcessPoolExecutor.reusable(settings)));
        assertThat(listener.thinks.await(BOUND.toSeconds(), SECONDS)).isTrue();
        ProcessPoolExecutor executor = keep(ProcessPoolExecutor.reusable(settings));
        assertThat(executor.submit(() -> 42)).succeedsWithin(BOUND).isEqualTo(42);
        await().atMost(BOUND).until(() -> executor.stats().running() == 0);
        listener.thought.countDown();
        assertThat(slow).succeedsWithin(BOUND).isSameAs(executor);
        executor.close();
        assertThat(listener.toldTooSoon).isEmpty();
    }

    @Test
    void s92ManyWhoAskForDifferentSettingsAtOnceEachRunUnderTheirOwn() throws Exception {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String flavour = "flavour" + i % 2;
            CompletableFuture<String> answer = new CompletableFuture<>();
            answers.add(answer);
            Thread thread = new Thread(() -> {
                try {
                    Builder wanted = builder().workers(1).jvmArgs(List.of("-Dflavour=" + flavour));
                    ProcessPoolExecutor executor = keep(ProcessPoolExecutor.reusable(wanted));
                    answer.complete(
                            executor.submit(() -> System.getProperty("flavour")).get());
                } catch (Exception e) {
                    answer.completeExceptionally(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (int i = 0; i < 20; i++) {
            assertThat(answers.get(i)).succeedsWithin(BOUND).isEqualTo("flavour" + i % 2);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(Set.copyOf(made)).hasSize(2);
    }

    @Test
    void s75AWorkerThatIsKilledRightAfterAResizeIsReplaced() {
        ProcessPoolExecutor executor = keep(builder().workers(2).minWorkers(1).build());
        long pid = executor.submit(() -> pid()).join();
        executor.resize(1);
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        CompletableFuture<Integer> next = executor.submit(() -> 42);
        assertThat(next).succeedsWithin(BOUND).isEqualTo(42);
    }

    @Test
    void s93TheOnlyWorkerThatIsKilledWhileAShrinkIsDueFailsItsTaskAndThePoolHealsItself() {
        ProcessPoolExecutor executor = keep(builder().workers(2).build());
        String begun = directory.resolve("begun").toString();
        CompletableFuture<Object> doomed = executor.submit(() -> {
            Files.createFile(Path.of(begun));
            Thread.sleep(1_000_000);
            return null;
        });
        await().atMost(BOUND).until(() -> Files.exists(Path.of(begun)));
        executor.resize(1);
        ProcessHandle.of(executor.workers().get(0).pid()).ifPresent(ProcessHandle::destroyForcibly);
        assertThat(doomed).failsWithin(BOUND).withThrowableThat().withMessageContaining("exit code 137");
        assertThat(executor.submit(() -> 42)).succeedsWithin(BOUND).isEqualTo(42);
        assertThat(executor.workers()).hasSize(1);
    }

    private void assertAllRun(ProcessPoolExecutor executor, int count) {
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            answers.add(executor.submit(() -> number));
        }
        assertThat(CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)))
                .succeedsWithin(BOUND);
    }

    private ProcessPoolExecutor keep(ProcessPoolExecutor executor) {
        made.add(executor);
        return executor;
    }

    private static Builder builder() {
        return ProcessPoolExecutor.builder().name("resize").maxHeapBytes(64 << 20);
    }
}
