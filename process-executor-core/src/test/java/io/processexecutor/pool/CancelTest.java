package io.processexecutor.pool;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.internal.process.NoRehearsals;
import io.processexecutor.internal.process.WorkerLauncher;
import io.processexecutor.internal.protocol.Message.Form;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several who want to end one task at once: one of them does. */
@Timeout(240)
class CancelTest {

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final ProcessAction NOTHING = () -> {};

    @Test
    void s62TenThousandRacesForOneTaskEndWithOneOutcomeEach() throws Exception {
        PoolSettings settings = ProcessPoolExecutor.builder().workers(1).settings();
        WorkerPool pool = new WorkerPool(settings);
        PooledWorker worker =
                new PooledWorker(1, 1, pool, new WorkerLauncher(settings.launch(), "", () -> "", new NoRehearsals()));
        TaskQueue queue = new TaskQueue();
        TaskRequest request = TaskRequest.encode(NOTHING, Form.RUN, TaskOptions.defaults(), pool);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CyclicBarrier start = new CyclicBarrier(4);
        PendingTask<?>[] task = new PendingTask<?>[1];
        AtomicInteger outcomes = new AtomicInteger();
        for (int round = 0; round < 10_000; round++) {
            outcomes.set(0);
            task[0] = new PendingTask<>(round, request, pool, null);
            assertThat(queue.offer(task[0], 1)).isTrue();
            List<Future<?>> racers = new ArrayList<>();
            // It is dispatched, replies or dies; is cancelled; waits too long; is dropped by a shutdown.
            boolean dies = round % 3 == 0;
            racers.add(threads.submit(() -> {
                start.await();
                PendingTask<?> claimed = queue.claim(worker);
                if (claimed != null && dies && claimed.giveBack(worker)) {
                    queue.putBack(claimed);
                    claimed = queue.claim(worker);
                }
                if (claimed != null && claimed.finishIf(worker)) {
                    outcomes.incrementAndGet();
                }
                return null;
            }));
            racers.add(threads.submit(() -> {
                start.await();
                Object had = task[0].finish();
                if (had != PendingTask.NoWorker.DONE) {
                    outcomes.incrementAndGet();
                }
                if (had == PendingTask.NoWorker.QUEUED) {
                    queue.left();
                }
                return null;
            }));
            racers.add(threads.submit(() -> {
                start.await();
                if (queue.remove(task[0])) {
                    outcomes.incrementAndGet();
                }
                return null;
            }));
            racers.add(threads.submit(() -> {
                start.await();
                if (task[0].finishIf(worker)) {
                    outcomes.incrementAndGet();
                }
                return null;
            }));
            for (Future<?> racer : racers) {
                racer.get(30, SECONDS);
            }
            assertThat(outcomes).as("round %s", round).hasValue(1);
            assertThat(task[0].isDone()).isTrue();
            assertThat(queue.size()).isZero();
        }
        threads.shutdown();
    }

    @Test
    void aFailureThatIsNoneIsRefusedAndTheTaskGoesOn() {
        try (ProcessPoolExecutor executor =
                ProcessPoolExecutor.builder().workers(1).maxHeapBytes(64 << 20).build()) {
            CompletableFuture<Integer> future = executor.submit(() -> 7);
            assertThatNullPointerException().isThrownBy(() -> future.completeExceptionally(null));
            assertThat(future).succeedsWithin(BOUND).isEqualTo(7);
        }
    }

    @Test
    void s62TwoHundredRacesWithRealWorkersLeaveEverySlotFree() {
        AtomicInteger told = new AtomicInteger();
        try (ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                .name("cancel")
                .workers(2)
                .maxHeapBytes(64 << 20)
                .cancelGrace(Duration.ofMillis(100))
                .listener(new ProcessExecutorListener() {
                    @Override
                    public void onTaskCompleted(TaskCompleted event) {
                        told.incrementAndGet();
                    }
                })
                .build()) {
            executor.submit(() -> 1).join();
            Random random = new Random(62);
            for (int round = 0; round < 200; round++) {
                boolean crashes = round % 8 == 0;
                int millis = random.nextInt(4);
                TaskOptions options = round % 3 == 0
                        ? TaskOptions.defaults().timeout(Duration.ofMillis(1 + random.nextInt(4)))
                        : TaskOptions.defaults();
                CompletableFuture<Integer> future = executor.with(options).submit(() -> {
                    Thread.sleep(millis);
                    if (crashes) {
                        Runtime.getRuntime().halt(3);
                    }
                    return 7;
                });
                spin(random.nextInt(5_000_000));
                boolean cancelled = future.cancel(round % 5 != 0);
                assertThat(future.isCancelled()).isEqualTo(cancelled);
                assertEndedAsItMay(future);
            }
            await().atMost(BOUND).until(() -> executor.stats().running() == 0);
            await().atMost(BOUND).until(() -> told.get() == 201);
            assertThat(executor.stats().queued()).isZero();
            CompletableFuture<Integer> one = executor.submit(() -> sleep(300));
            CompletableFuture<Integer> other = executor.submit(() -> sleep(300));
            await().atMost(BOUND).until(() -> executor.stats().running() == 2 || one.isDone() && other.isDone());
            assertThat(one).succeedsWithin(BOUND);
            assertThat(other).succeedsWithin(BOUND);
        }
        // Who tells the listener may still be at it.
        await().atMost(BOUND).until(() -> told.get() == 203);
    }

    @Test
    void s61WhatCancelSaysInEachStateOfAFuture() {
        try (ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                .name("cancel")
                .workers(1)
                .maxHeapBytes(64 << 20)
                .cancelGrace(BOUND)
                .build()) {
            CompletableFuture<Integer> running = executor.submit(() -> sleep(600_000));
            await().atMost(BOUND)
                    .until(() ->
                            executor.stats().running() == 1 && executor.stats().queued() == 0);
            CompletableFuture<Integer> queued = executor.submit(() -> 1);
            assertThat(queued.cancel(false)).isTrue();
            assertThat(queued.cancel(true)).as("cancelled already").isTrue();
            assertThat(executor.stats().queued()).isZero();
            assertThat(executor.stats().workerExits())
                    .as("a queued one is free")
                    .isZero();
            assertThat(running.cancel(true)).isTrue();
            CompletableFuture<Integer> done = executor.submit(() -> 5);
            assertThat(done).succeedsWithin(BOUND).isEqualTo(5);
            assertThat(done.cancel(true)).isFalse();
            CompletableFuture<Integer> failed = executor.submit(() -> {
                throw new IllegalStateException("no");
            });
            assertThat(failed).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(IllegalStateException.class);
            assertThat(failed.cancel(true)).isFalse();
            assertThat(executor.stats().workerExits())
                    .as("it listened to the interrupt")
                    .isZero();
        }
    }

    private static void assertEndedAsItMay(CompletableFuture<Integer> future) {
        try {
            assertThat(future.get(60, SECONDS)).isEqualTo(7);
        } catch (CancellationException e) {
            assertThat(future).isCancelled();
        } catch (ExecutionException e) {
            assertThat(e.getCause())
                    .isInstanceOfAny(
                            WorkerCrashedException.class, TaskTimeoutException.class, InterruptedException.class);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static int sleep(long millis) throws InterruptedException {
        Thread.sleep(millis);
        return 1;
    }
}
