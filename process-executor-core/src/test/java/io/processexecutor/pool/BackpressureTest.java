package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What callers meet when the queue is full. */
@Timeout(180)
class BackpressureTest {

    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private ProcessPoolExecutor executor;
    private String gate;
    private CompletableFuture<Integer> running;
    private CompletableFuture<Integer> queued;

    @BeforeEach
    void nameGate() {
        gate = directory.resolve("gate").toString();
    }

    @AfterEach
    void close() throws Exception {
        open();
        executor.close();
        assertThat(executor.stats().queued()).isZero();
    }

    @Test
    void aFullQueueRejectsAtOnceByDefault() {
        fill(Duration.ZERO);
        assertThatThrownBy(() -> executor.submit(() -> 3))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("its queue is full");
    }

    @Test
    void aCallerWaitsForRoomAndGetsIt() throws Exception {
        fill(Duration.ofSeconds(30));
        AtomicReference<CompletableFuture<Integer>> accepted = new AtomicReference<>();
        Thread caller = caller(() -> accepted.set(executor.submit(() -> 3)));
        awaitBlocked(caller);
        assertThat(accepted).hasNullValue();
        open();
        caller.join(BOUND.toMillis());
        assertThat(accepted.get()).succeedsWithin(BOUND).isEqualTo(3);
        assertThat(running).succeedsWithin(BOUND);
        assertThat(queued).succeedsWithin(BOUND);
    }

    @Test
    void aCallerThatWaitedForTooLongIsRejectedAndLeavesNothingBehind() {
        fill(Duration.ofMillis(100));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> executor.submit(() -> 3))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("stayed so for PT0.1S");
        }
        assertThat(executor.stats().queued()).isEqualTo(1);
    }

    @Test
    void cancellingAQueuedTaskMakesRoomForWhoWaits() throws Exception {
        fill(Duration.ofSeconds(30));
        AtomicReference<CompletableFuture<Integer>> accepted = new AtomicReference<>();
        Thread caller = caller(() -> accepted.set(executor.submit(() -> 3)));
        awaitBlocked(caller);
        assertThat(queued.cancel(false)).isTrue();
        caller.join(BOUND.toMillis());
        assertThat(accepted.get()).isNotNull();
    }

    @Test
    void anInterruptedCallerIsRejectedAndStaysInterrupted() throws Exception {
        fill(Duration.ofSeconds(30));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread caller = caller(() -> {
            try {
                executor.submit(() -> 3);
            } catch (RejectedExecutionException e) {
                thrown.set(e);
                interrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        awaitBlocked(caller);
        caller.interrupt();
        caller.join(BOUND.toMillis());
        assertThat(thrown.get()).hasMessageContaining("interrupted").hasCauseInstanceOf(InterruptedException.class);
        assertThat(interrupted).hasValue(true);
    }

    @Test
    void aCallerThatWaitsIsRejectedWhenTheExecutorIsShutDown() throws Exception {
        fill(Duration.ofSeconds(30));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = caller(() -> {
            try {
                executor.submit(() -> 3);
            } catch (RejectedExecutionException e) {
                thrown.set(e);
            }
        });
        awaitBlocked(caller);
        executor.shutdown();
        caller.join(BOUND.toMillis());
        assertThat(thrown.get()).hasMessageContaining("it is shut down");
    }

    @Test
    void manyCallersThatWaitAllGetTheirTurn() {
        fill(Duration.ofSeconds(30));
        List<Thread> callers = new ArrayList<>();
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            answers.add(answer);
            callers.add(caller(() -> {
                try {
                    answer.complete(executor.submit(() -> number).join());
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            }));
        }
        callers.forEach(BackpressureTest::awaitBlocked);
        open();
        for (int i = 0; i < 20; i++) {
            assertThat(answers.get(i)).succeedsWithin(BOUND).isEqualTo(i);
        }
    }

    @Test
    void callersOfWhomThereAreNoMoreThanWorkersAreNotRejectedThoughNoTaskMayWait() throws Exception {
        executor = ProcessPoolExecutor.builder()
                .name("full")
                .workers(2)
                .minWorkers(2)
                .queueCapacity(0)
                .build();
        await().atMost(BOUND).until(() -> executor.stats().idleWorkers() == 2);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable manyTasks = () -> {
            try {
                for (int i = 0; i < 10_000 && failure.get() == null; i++) {
                    executor.submit(() -> 1).get();
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        };
        Thread one = caller(manyTasks);
        Thread other = caller(manyTasks);
        one.join(BOUND.toMillis());
        other.join(BOUND.toMillis());
        assertThat(failure.get()).isNull();
    }

    private void fill(Duration submitTimeout) {
        executor = ProcessPoolExecutor.builder()
                .name("full")
                .workers(1)
                .queueCapacity(1)
                .submitTimeout(submitTimeout)
                .build();
        String gateName = gate;
        running = executor.submit(() -> {
            while (!Files.exists(Path.of(gateName))) {
                Thread.sleep(5);
            }
            return 1;
        });
        // A worker is busy a moment before its task has left the queue.
        await().atMost(BOUND)
                .until(() -> executor.stats().running() == 1
                        && executor.workers().get(0).task().isPresent());
        queued = executor.submit(() -> 2);
    }

    private void open() {
        try {
            Files.write(Path.of(gate), new byte[0]);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Thread caller(Runnable work) {
        Thread thread = new Thread(work, "caller");
        thread.start();
        return thread;
    }

    private static void awaitBlocked(Thread thread) {
        await().atMost(BOUND).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    }
}
