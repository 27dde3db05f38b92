package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.WorkerStarted;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two things at once, and user code where it is least welcome: each future is done in the end, and the pool goes on. */
@Timeout(180)
class PoolRacesTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final List<ProcessPoolExecutor> executors = new ArrayList<>();

    @AfterEach
    void closeExecutors() throws InterruptedException {
        for (ProcessPoolExecutor executor : executors) {
            executor.shutdownNow();
            assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder()
                .workers(1)
                .maxHeapBytes(64L << 20)
                .cancelGrace(Duration.ofMillis(300))
                .shutdownGrace(Duration.ZERO);
    }

    private ProcessPoolExecutor open(ProcessPoolExecutor.Builder builder) {
        ProcessPoolExecutor executor = builder.build();
        executors.add(executor);
        return executor;
    }

    /** Completes when all are done, however they ended. */
    private static CompletableFuture<Boolean> allDone(List<CompletableFuture<Integer>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .handle((nothing, failure) -> true);
    }

    @Test
    void aQueueTimeoutThatRacesTheDispatchLosesNoTask() {
        ProcessPoolExecutor executor = open(builder());
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            List<CompletableFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Duration timeout = Duration.ofNanos(300_000 + random.nextInt(4_000_000));
                futures.add(executor.with(TaskOptions.defaults().queueTimeout(timeout))
                        .submit(() -> 1));
            }
            CompletableFuture<Integer> plain = executor.submit(() -> 7);
            assertThat(plain).succeedsWithin(TIMEOUT).isEqualTo(7);
            assertThat(allDone(futures)).succeedsWithin(TIMEOUT);
        }
        assertThat(executor.stats().queued()).isZero();
    }

    @Test
    void s62TasksThatCrashTimeOutAndAreCancelledAllEndAndTheCountsAddUp() {
        ProcessPoolExecutor executor = open(builder().workers(2).cancelGrace(Duration.ofMillis(5)));
        Random random = new Random(3);
        for (int round = 0; round < 40; round++) {
            List<CompletableFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int kind = random.nextInt(200);
                TaskOptions options = TaskOptions.defaults().retryOnCrash(kind % 2);
                options = kind % 5 == 0 ? options.queueTimeout(Duration.ofMillis(1 + random.nextInt(20))) : options;
                options = kind % 7 == 0 ? options.timeout(Duration.ofMillis(1 + random.nextInt(20))) : options;
                CompletableFuture<Integer> future = executor.with(options).submit(() -> {
                    if (kind == 0) {
                        Runtime.getRuntime().halt(1);
                    }
                    if (kind < 5) {
                        Thread.sleep(20);
                    }
                    return kind;
                });
                futures.add(future);
                if (kind % 11 == 0) {
                    future.cancel(kind % 2 == 0);
                }
            }
            assertThat(allDone(futures)).succeedsWithin(TIMEOUT);
        }
        await().atMost(TIMEOUT).until(() -> executor.stats().busyWorkers() == 0);
        assertThat(executor.stats().queued()).isZero();
        assertThat(executor.submit(() -> "fine")).succeedsWithin(TIMEOUT).isEqualTo("fine");
    }

    @Test
    void s56ACallbackOfACancelledTaskMayWaitForTheTaskBeforeIt() {
        ProcessPoolExecutor executor = open(builder());
        CompletableFuture<String> running = executor.submit(() -> {
            Thread.sleep(300);
            return "one";
        });
        CompletableFuture<Integer> queued = executor.submit(() -> 2);
        CompletableFuture<String> waiting = queued.handle((value, failure) -> running.join());
        queued.cancel(true);
        assertThat(waiting).succeedsWithin(TIMEOUT).isEqualTo("one");
    }

    @Test
    void s56ACallbackOfATimeoutMayWaitForAnotherTask() {
        ProcessPoolExecutor executor = open(builder());
        CompletableFuture<Object> endless = executor.with(TaskOptions.defaults().timeout(Duration.ofSeconds(1)))
                .submit(() -> {
                    while (true) {
                        Thread.onSpinWait();
                    }
                });
        CompletableFuture<Integer> retried = executor.with(
                        TaskOptions.defaults().queueTimeout(Duration.ofMillis(200)))
                .submit(() -> 2)
                .exceptionally(e -> executor.submit(() -> 3).join());
        assertThat(endless).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(TaskTimeoutException.class);
        assertThat(retried).succeedsWithin(TIMEOUT).isEqualTo(3);
    }

    @Test
    void aTaskThatIsRunAgainSurvivesAShutdownWhileItsWorkerIsMourned(@TempDir Path directory) {
        String marker = directory.resolve("crashed-once").toString();
        AtomicReference<ProcessPoolExecutor> executor = new AtomicReference<>();
        executor.set(open(builder().listener(new ProcessExecutorListener() {
            @Override
            public void onWorkerExited(WorkerExit exit) {
                executor.get().shutdown();
            }
        })));
        CompletableFuture<String> retried = executor.get()
                .with(TaskOptions.defaults().retryOnCrash(1))
                .submit(() -> {
                    if (Files.notExists(Path.of(marker))) {
                        Files.createFile(Path.of(marker));
                        Runtime.getRuntime().halt(3);
                    }
                    return "again";
                });
        assertThat(retried).succeedsWithin(TIMEOUT).isEqualTo("again");
    }

    @Test
    void closeStopsATaskWhoseWorkerJustDiedAndThatWouldBeRunAgain(@TempDir Path directory) throws Exception {
        String marker = directory.resolve("crashed-once").toString();
        CountDownLatch exited = new CountDownLatch(1);
        ProcessPoolExecutor executor = open(builder().listener(new ProcessExecutorListener() {
            @Override
            public void onWorkerExited(WorkerExit exit) {
                exited.countDown();
            }
        }));
        CompletableFuture<Object> endless = executor.with(TaskOptions.defaults().retryOnCrash(1))
                .submit(() -> {
                    if (Files.notExists(Path.of(marker))) {
                        Files.createFile(Path.of(marker));
                        Runtime.getRuntime().halt(3);
                    }
                    while (true) {
                        Thread.sleep(1000);
                    }
                });
        assertThat(exited.await(30, TimeUnit.SECONDS)).isTrue();
        executor.close();
        assertThat(endless).failsWithin(TIMEOUT).withThrowableThat().isInstanceOf(CancellationException.class);
    }

    static final class Hoard {
        static Object chain;

        static void fill() {
            while (true) {
                chain = new Object[] {chain};
            }
        }
    }

    @Test
    void aTaskThatLeavesNoMemoryAtAllIsReported() {
        ProcessPoolExecutor executor = open(builder().maxHeapBytes(24L << 20));
        CompletableFuture<Object> greedy = executor.submit(() -> {
            Hoard.fill();
            return null;
        });
        assertThat(greedy).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(OutOfMemoryError.class);
        assertThat(executor.submit(() -> "fine")).succeedsWithin(TIMEOUT).isEqualTo("fine");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwUnchecked(Throwable failure) throws T {
        throw (T) failure;
    }

    @Test
    void aListenerThatThrowsWhatItMustNotHarmsNothing() {
        ProcessPoolExecutor executor = open(builder().listener(new ProcessExecutorListener() {
            @Override
            public void onWorkerStarted(WorkerStarted event) {
                PoolRacesTest.<RuntimeException>throwUnchecked(new IOException("from a listener, started"));
            }

            @Override
            public void onWorkerExited(WorkerExit exit) {
                PoolRacesTest.<RuntimeException>throwUnchecked(new IOException("from a listener, exited"));
            }
        }));
        CompletableFuture<Object> doomed = executor.submit(() -> {
            Runtime.getRuntime().halt(3);
            return null;
        });
        assertThat(doomed).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(WorkerCrashedException.class);
        assertThat(executor.submit(() -> "fine")).succeedsWithin(TIMEOUT).isEqualTo("fine");
    }

    /** A task that is interrupted may have failed before its worker says where it was. */
    @Test
    void aTaskThatRanTooLongIsNeverToldAsOneThatWasInterrupted() {
        // Longer than a cold worker takes to heed an interrupt: one that is killed instead leaves another cold one
        // behind.
        ProcessPoolExecutor executor = open(builder().workers(2).cancelGrace(Duration.ofSeconds(20)));
        List<CompletableFuture<Object>> futures = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            futures.add(executor.with(TaskOptions.defaults().timeout(Duration.ofMillis(2)))
                    .submit(() -> {
                        new CountDownLatch(1).await();
                        return null;
                    }));
        }
        for (CompletableFuture<Object> future : futures) {
            assertThat(future)
                    .failsWithin(TIMEOUT)
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOfSatisfying(
                            TaskTimeoutException.class,
                            timeout -> assertThat(timeout.limit()).isEqualTo(TaskTimeoutException.Limit.RUNNING));
        }
    }

    @Test
    void aTimeoutBeyondAllMeasureIsNoTimeout() {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        ProcessPoolExecutor executor = open(builder().idleTimeout(forever).startTimeout(forever));
        TaskOptions options = TaskOptions.defaults().timeout(forever).queueTimeout(forever);
        assertThat(executor.with(options).submit(() -> 5))
                .succeedsWithin(TIMEOUT)
                .isEqualTo(5);
        assertThat(executor.with(options).submit(() -> 6))
                .succeedsWithin(TIMEOUT)
                .isEqualTo(6);
    }

    @Test
    void aWorkerThatIsBeingKilledGetsNoFurtherTask() {
        ProcessPoolExecutor executor = open(builder());
        CompletableFuture<Object> stubborn = executor.submit(() -> {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                long end = System.nanoTime() + 400_000_000L;
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
            }));
            long end = System.nanoTime() + 900_000_000L;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return 1;
        });
        CompletableFuture<String> innocent = executor.submit(() -> {
            Thread.sleep(1500);
            return "innocent";
        });
        // Who looks late enough finds both done.
        await().atMost(TIMEOUT).until(() -> executor.stats().busyWorkers() == 1 || innocent.isDone());
        stubborn.cancel(true);
        assertThat(innocent).succeedsWithin(TIMEOUT).isEqualTo("innocent");
    }

    static final class Stubborn implements Serializable {
        private static final long serialVersionUID = 1L;

        static final CountDownLatch NEVER = new CountDownLatch(1);

        final boolean blocks;

        Stubborn(boolean blocks) {
            this.blocks = blocks;
        }

        private Object readResolve() throws InterruptedException {
            if (blocks) {
                NEVER.await();
            }
            throw new IllegalStateException() {
                private static final long serialVersionUID = 1L;

                @Override
                public String toString() {
                    throw new IllegalStateException("not even this");
                }
            };
        }
    }

    @Test
    void s45AResultThatFailsOrNeverEndsToDecodeHereFailsItsTaskOnly() {
        ProcessPoolExecutor executor = open(builder());
        CompletableFuture<Object> failing = executor.submit(() -> new Stubborn(false));
        assertThat(failing)
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(TaskSerializationException.class);
        CompletableFuture<Object> blocking = executor.with(
                        TaskOptions.defaults().timeout(Duration.ofMillis(500)))
                .submit(() -> new Stubborn(true));
        assertThat(blocking).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(TaskTimeoutException.class);
        assertThat(executor.submit(() -> "fine")).succeedsWithin(TIMEOUT).isEqualTo("fine");
    }

    @Test
    void aShutdownEndsAlsoWhenNoWorkerEverCameUp() throws Exception {
        ProcessPoolExecutor executor = open(builder().jvmArgs(List.of("-XX:NoSuchOption")));
        CompletableFuture<Integer> waiting = executor.with(
                        TaskOptions.defaults().queueTimeout(Duration.ofMillis(700)))
                .submit(() -> 1);
        executor.shutdown();
        // With the fifth start that fails, unless it has waited for too long before.
        assertThat(waiting)
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .satisfies(e -> assertThat(e.getCause())
                        .isInstanceOfAny(TaskTimeoutException.class, WorkerStartException.class));
        assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
}
