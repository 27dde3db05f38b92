package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.BreakerChanged;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.WorkerStarted;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers do when a task is done holds up no other task, whatever it is. */
@Timeout(180)
class CallbackTest {

    private static final Duration BOUND = Duration.ofSeconds(60);

    private ProcessPoolExecutor executor;

    @BeforeEach
    void open() {
        executor = ProcessPoolExecutor.builder()
                .name("callbacks")
                .workers(1)
                .maxHeapBytes(64 << 20)
                .cancelGrace(Duration.ofMillis(200))
                .build();
    }

    @AfterEach
    void close() {
        executor.close();
        assertThat(executor.stats().queued()).isZero();
    }

    @Test
    void s56ACallbackThatThrowsOrBlocksHoldsUpNothing(@TempDir Path directory) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        // Who adds a callback to a future that is done runs it.
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> first = executor.submit(InWorker.untilExists(gate));
        CompletableFuture<Integer> throwing = executor.submit(() -> 1).thenApply(value -> {
            throw new AssertionError("from a callback");
        });
        CompletableFuture<Boolean> blocking = executor.submit(() -> 2).thenApply(value -> {
            try {
                return release.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Files.createFile(gate);
        assertThat(first).succeedsWithin(BOUND);
        for (int i = 0; i < 20; i++) {
            assertThat(executor.submit(() -> 3)).succeedsWithin(BOUND).isEqualTo(3);
        }
        assertThat(blocking).isNotDone();
        release.countDown();
        assertThat(blocking).succeedsWithin(BOUND).isEqualTo(true);
        assertThat(throwing).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(AssertionError.class);
    }

    @Test
    void s57AChainOfAHundredTasksEachSubmittedByTheOneBeforeRunsToItsEnd() {
        CompletableFuture<Integer> chain = executor.submit(() -> 0);
        for (int i = 0; i < 100; i++) {
            chain = chain.thenCompose(number -> executor.submit(() -> number + 1));
        }
        assertThat(chain).succeedsWithin(BOUND).isEqualTo(100);
    }

    @Test
    void s57AChainOfAHundredCallbacksThatEachWaitForATaskRunsToItsEnd() {
        CompletableFuture<Integer> chain = executor.submit(() -> 0);
        for (int i = 0; i < 100; i++) {
            chain = chain.thenApply(number -> executor.submit(() -> number + 1).join());
        }
        assertThat(chain).succeedsWithin(BOUND).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"started", "completed", "exited", "breaker"})
    void aListenerMaySubmitAndWait(String event) {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        AtomicReference<ProcessPoolExecutor> own = new AtomicReference<>();
        CountDownLatch built = new CountDownLatch(1);
        ProcessExecutorListener listener = new ProcessExecutorListener() {
            private final AtomicBoolean first = new AtomicBoolean(true);

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

            @Override
            public void onBreakerChanged(BreakerChanged changed) {
                on("breaker");
            }

            private void on(String what) {
                if (what.equals(event) && first.getAndSet(false)) {
                    try {
                        built.await();
                        answer.complete(own.get().submit(() -> 42).join());
                    } catch (Throwable e) {
                        answer.completeExceptionally(e);
                    }
                }
            }
        };
        ProcessPoolExecutor.Builder builder = ProcessPoolExecutor.builder()
                .name("listened")
                .workers(1)
                .maxHeapBytes(64 << 20)
                .firstStartPause(Duration.ofMillis(20))
                .listener(listener);
        if (event.equals("breaker")) {
            builder.jvmArgs(List.of("-XX:+ThereIsNoSuchFlag"));
        }
        try (ProcessPoolExecutor listened = builder.build()) {
            own.set(listened);
            built.countDown();
            CompletableFuture<Object> task = listened.submit(() -> {
                if (event.equals("exited")) {
                    Runtime.getRuntime().halt(3);
                }
                return null;
            });
            if (event.equals("breaker")) {
                assertThat(task).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(WorkerStartException.class);
                assertThat(answer)
                        .failsWithin(BOUND)
                        .withThrowableThat()
                        .withCauseInstanceOf(WorkerStartException.class);
            } else {
                assertThat(answer).succeedsWithin(BOUND).isEqualTo(42);
            }
        }
    }

    static final class Unreadable implements Serializable {
        private static final long serialVersionUID = 1L;
        private final boolean deadly;

        Unreadable(boolean deadly) {
            this.deadly = deadly;
        }

        private void writeObject(ObjectOutputStream out) throws java.io.IOException {
            out.defaultWriteObject();
        }

        private void readObject(ObjectInputStream in) throws Exception {
            in.defaultReadObject();
            if (deadly) {
                Runtime.getRuntime().halt(7);
            }
            throw new IllegalStateException("raised while it was read");
        }
    }

    static Stream<Arguments> waysToFail() {
        Unreadable unreadable = new Unreadable(false);
        Unreadable deadly = new Unreadable(true);
        return Stream.of(
                way("it throws", IllegalStateException.class, () -> {
                    throw new IllegalStateException("thrown");
                }),
                way("it halts", WorkerCrashedException.class, () -> {
                    Runtime.getRuntime().halt(3);
                    return null;
                }),
                way("it exits", WorkerCrashedException.class, () -> {
                    System.exit(0);
                    return null;
                }),
                way("it cannot be read", TaskSerializationException.class, () -> unreadable.hashCode()),
                way("reading it is deadly", WorkerCrashedException.class, () -> deadly.hashCode()),
                way("its result cannot be written", TaskSerializationException.class, () -> new Thread()),
                way("it runs for too long", TaskTimeoutException.class, () -> {
                    Thread.sleep(100_000);
                    return null;
                }),
                way("it fills the heap", OutOfMemoryError.class, () -> {
                    List<byte[]> hoard = new ArrayList<>();
                    while (true) {
                        hoard.add(new byte[4 << 20]);
                    }
                }));
    }

    private static Arguments way(String name, Class<? extends Throwable> failure, ProcessTask<Object> task) {
        return Arguments.of(name, failure, task);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysToFail")
    void s58EachWayToFailIsTheSameFromACallback(
            String name, Class<? extends Throwable> failure, ProcessTask<Object> task) {
        TaskOptions options = TaskOptions.defaults().timeout(Duration.ofSeconds(20));
        CompletableFuture<Object> nested = executor.submit(() -> 1)
                .thenCompose(value -> executor.with(options).submit(task));
        CompletableFuture<Integer> after =
                nested.handle((value, e) -> executor.submit(() -> 42).join());
        assertThat(nested).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(failure);
        assertThat(after).succeedsWithin(BOUND).isEqualTo(42);
    }

    @Test
    void s55ManyThreadsThatSubmitCancelAndWaitAllGetTheirOwn() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<CompletableFuture<Boolean>> verdicts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            CompletableFuture<Boolean> verdict = new CompletableFuture<>();
            verdicts.add(verdict);
            Thread thread = new Thread(() -> {
                try {
                    CompletableFuture<Integer> wanted = executor.submit(() -> number);
                    CompletableFuture<Integer> unwanted = executor.submit(() -> -number);
                    unwanted.cancel(number % 2 == 0);
                    List<ProcessTask<Integer>> more = List.of(() -> number + 1, () -> number + 2);
                    int sum = 0;
                    for (var each : executor.invokeAll(more)) {
                        sum += each.get();
                    }
                    verdict.complete(wanted.get() == number && sum == 2 * number + 3 && unwanted.isDone());
                } catch (Throwable e) {
                    verdict.completeExceptionally(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (CompletableFuture<Boolean> verdict : verdicts) {
            assertThat(verdict).succeedsWithin(BOUND).isEqualTo(true);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void anInterruptThatACallbackRestoresReachesNoOtherCallback(@TempDir Path directory) throws Exception {
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> first = executor.submit(InWorker.untilExists(gate));
        List<CompletableFuture<Boolean>> interrupted = new ArrayList<>();
        // Many and short ones, so that the replies to some have arrived when the callback of one returns.
        for (int i = 0; i < 2000; i++) {
            interrupted.add(executor.submit(() -> 1).thenApply(value -> {
                boolean before = Thread.currentThread().isInterrupted();
                Thread.currentThread().interrupt();
                return before;
            }));
        }
        Files.createFile(gate);
        assertThat(first).succeedsWithin(BOUND);
        assertThat(interrupted)
                .allSatisfy(each -> assertThat(each).succeedsWithin(BOUND).isEqualTo(false));
    }

    @Test
    void anInterruptThatAListenerRestoresReachesNoCallback(@TempDir Path directory) throws Exception {
        Path gate = directory.resolve("gate");
        String gateName = gate.toString();
        ProcessExecutorListener interrupting = new ProcessExecutorListener() {
            @Override
            public void onWorkerExited(WorkerExit exit) {
                Thread.currentThread().interrupt();
            }
        };
        try (ProcessPoolExecutor listened = ProcessPoolExecutor.builder()
                .workers(1)
                .maxHeapBytes(64 << 20)
                .listener(interrupting)
                .build()) {
            CompletableFuture<Boolean> seen = listened.submit(() -> {
                        InWorker.awaitFile(gateName);
                        Runtime.getRuntime().halt(3);
                        return null;
                    })
                    .handle((value, crash) -> Thread.currentThread().isInterrupted());
            Files.createFile(gate);
            assertThat(seen).succeedsWithin(BOUND).isEqualTo(false);
        }
    }

    @Test
    void s64NothingOfATaskThatIsDoneIsHeldHoweverFarItsDeadlinesAre() {
        WeakReference<Object> result = done();
        await().atMost(BOUND).until(() -> {
            System.gc();
            return result.get() == null;
        });
    }

    private WeakReference<Object> done() {
        TaskOptions options = TaskOptions.defaults().timeout(Duration.ofDays(1)).queueTimeout(Duration.ofDays(1));
        CompletableFuture<byte[]> future = executor.with(options).submit(() -> new byte[1 << 20]);
        return new WeakReference<>(future.join());
    }
}
