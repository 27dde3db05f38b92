package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.pid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessTask;
import io.processexecutor.RemoteTaskException;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit;
import io.processexecutor.serialization.TaskSerializers;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers rely on, the same under every serializer. Real workers only. */
@Timeout(180)
@ParameterizedClass
@ValueSource(strings = {"java", "kryo", "closure"})
class ProcessPoolExecutorTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ProcessPoolExecutor.Builder builder;
    private final ProcessExecutor executor;

    ProcessPoolExecutorTest(String serializer) {
        this.builder = ProcessPoolExecutor.builder()
                .name("test-" + serializer)
                .workers(2)
                .serializer(TaskSerializers.named(serializer))
                .maxHeapBytes(128L << 20)
                .cancelGrace(TIMEOUT);
        this.executor = builder.build();
    }

    @AfterEach
    void closeExecutor() {
        executor.close();
        assertThat(executor.isTerminated()).isTrue();
    }

    @Test
    void aTaskRunsInAnotherProcess() {
        CompletableFuture<Long> pid = executor.submit(() -> pid());
        assertThat(pid).succeedsWithin(TIMEOUT).isNotEqualTo(pid());
    }

    @Test
    void allFormsOfSubmitReturnWhatTheyPromise() throws Exception {
        Callable<String> callable = (Callable<String> & Serializable) () -> "called";
        Runnable runnable = (Runnable & Serializable) () -> {};
        assertThat(executor.submit(callable)).succeedsWithin(TIMEOUT).isEqualTo("called");
        assertThat(executor.submit(runnable).get(30, TimeUnit.SECONDS)).isNull();
        assertThat(executor.submit(runnable, "given")).succeedsWithin(TIMEOUT).isEqualTo("given");
        assertThat(executor.submit(() -> {}).get(30, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void aNullResultIsAResult() {
        CompletableFuture<Object> nothing = executor.submit(() -> null);
        assertThat(nothing).succeedsWithin(TIMEOUT).isNull();
    }

    @Test
    void s23s65WhatATaskThrowsArrivesAsItselfWithBothStacks() {
        CompletableFuture<Object> failing = executor.submit(() -> {
            throw new IOException("disk is gone", new IllegalStateException("why"));
        });
        assertThat(failing)
                .failsWithin(TIMEOUT)
                .withThrowableOfType(ExecutionException.class)
                .satisfies(e -> {
                    assertThat(e.getCause())
                            .isExactlyInstanceOf(IOException.class)
                            .hasMessage("disk is gone");
                    assertThat(e.getCause().getCause()).hasMessage("why");
                    List<StackTraceElement> frames = List.of(e.getCause().getStackTrace());
                    assertThat(frames.get(0).getClassName()).startsWith(ProcessPoolExecutorTest.class.getName());
                    assertThat(frames).anyMatch(f -> f.getClassName().matches("--- above: worker \\d+ \\(pid \\d+\\)"));
                    assertThat(frames)
                            .anyMatch(f ->
                                    f.getMethodName().equals("s23s65WhatATaskThrowsArrivesAsItselfWithBothStacks"));
                });
    }

    static final class Unrebuildable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unrebuildable() {
            super("cannot travel", new IllegalArgumentException("inner"));
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            throw new IOException("no way");
        }
    }

    @Test
    void s39AnExceptionThatCannotTravelIsStoodInForAndTheWorkerLives() {
        long pid = executor.submit(() -> pid()).join();
        CompletableFuture<Object> failing = executor.submit(() -> {
            throw new Unrebuildable();
        });
        assertThat(failing)
                .failsWithin(TIMEOUT)
                .withThrowableOfType(ExecutionException.class)
                .satisfies(e -> {
                    RemoteTaskException standIn = (RemoteTaskException) e.getCause();
                    assertThat(standIn.className()).isEqualTo(Unrebuildable.class.getName());
                    assertThat(standIn).hasMessageContaining("cannot travel");
                    assertThat(standIn.getCause()).hasMessageContaining("inner");
                });
        assertThat(executor.submit(() -> pid())).succeedsWithin(TIMEOUT).isEqualTo(pid);
    }

    @Test
    void s42s46AResultThatCannotBeEncodedFailsThatTaskAndTheWorkerLives() {
        long pid = executor.submit(() -> pid()).join();
        CompletableFuture<Object> failing = executor.submit(() -> new Thread());
        assertThat(failing)
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(TaskSerializationException.class)
                .withMessageContaining("Cannot encode the result")
                .withMessageContaining("java.lang.Thread");
        assertThat(executor.submit(() -> pid())).succeedsWithin(TIMEOUT).isEqualTo(pid);
    }

    @Test
    void s27OnlyTheCulpritOfACrashFails() {
        CompletableFuture<Object> doomed = executor.submit(() -> {
            System.err.println("famous last words");
            Runtime.getRuntime().halt(42);
            return "unreachable";
        });
        List<CompletableFuture<Integer>> healthy =
                IntStream.range(0, 20).mapToObj(i -> executor.submit(() -> i)).toList();
        assertThat(doomed)
                .failsWithin(TIMEOUT)
                .withThrowableOfType(ExecutionException.class)
                .satisfies(e -> {
                    WorkerExit exit = ((WorkerCrashedException) e.getCause()).exit();
                    assertThat(exit.exitCode()).hasValue(42);
                    assertThat(exit.reason()).isEqualTo(WorkerExit.Reason.CRASHED);
                    assertThat(exit.lastOutput()).contains("famous last words");
                    assertThat(e.getCause())
                            .hasMessageContaining("exit code 42")
                            .hasMessageContaining("famous last");
                });
        for (int i = 0; i < healthy.size(); i++) {
            assertThat(healthy.get(i)).succeedsWithin(TIMEOUT).isEqualTo(i);
        }
    }

    @Test
    void s24ExitCodeZeroInATaskIsACrashAsWell() {
        CompletableFuture<Object> exiting = executor.submit(() -> {
            System.exit(0);
            return null;
        });
        assertThat(exiting)
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(WorkerCrashedException.class)
                .withMessageContaining("exit code 0");
    }

    @Test
    void s61CancellingARunningTaskStopsItAndTheNextOneRuns() {
        try (ProcessExecutor impatient =
                builder.cancelGrace(Duration.ofMillis(500)).build()) {
            CompletableFuture<Object> endless = impatient.submit(() -> {
                while (true) {
                    Thread.onSpinWait();
                }
            });
            await().atMost(TIMEOUT).until(() -> impatient.stats().busyWorkers() == 1);
            assertThat(endless.cancel(true)).isTrue();
            assertThat(endless).isCancelled();
            await().atMost(TIMEOUT).until(() -> impatient.stats().busyWorkers() == 0);
            assertThat(impatient.submit(() -> "next")).succeedsWithin(TIMEOUT).isEqualTo("next");
        }
    }

    @Test
    void cancellingATaskThatListensToInterruptsKeepsTheWorker() {
        long pid = executor.submit(() -> pid()).join();
        CompletableFuture<Object> sleeping = executor.submit(() -> {
            Thread.sleep(60_000);
            return null;
        });
        await().atMost(TIMEOUT).until(() -> executor.stats().busyWorkers() == 1);
        sleeping.cancel(true);
        assertThat(executor.submit(() -> pid())).succeedsWithin(TIMEOUT);
        await().atMost(TIMEOUT).until(() -> executor.stats().busyWorkers() == 0);
        assertThat(executor.stats().workerExits()).isZero();
        assertThat(ProcessHandle.of(pid)).isPresent();
    }

    @Test
    void aTaskThatRunsTooLongFailsWithWhatItWasDoing() {
        // A cold worker may take longer than that to decode its first task.
        executor.submit(() -> pid()).join();
        CompletableFuture<Object> slow = executor.with(
                        TaskOptions.defaults().timeout(Duration.ofSeconds(3)).label("render"))
                .submit(() -> napping());
        assertThat(slow)
                .failsWithin(TIMEOUT)
                .withThrowableOfType(ExecutionException.class)
                .satisfies(e -> {
                    TaskTimeoutException timeout = (TaskTimeoutException) e.getCause();
                    assertThat(timeout.limit()).isEqualTo(TaskTimeoutException.Limit.RUNNING);
                    assertThat(timeout).hasMessageContaining("render").hasMessageContaining("3000 ms");
                    assertThat(timeout.taskStack())
                            .anyMatch(frame -> frame.getMethodName().equals("napping"));
                });
    }

    private static Object napping() throws InterruptedException {
        Thread.sleep(60_000);
        return "awake";
    }

    @Test
    void aTaskThatWaitsTooLongNeverRuns() {
        List<CompletableFuture<Object>> blockers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            blockers.add(executor.submit(() -> napping()));
        }
        CompletableFuture<String> late = executor.with(TaskOptions.defaults().queueTimeout(Duration.ofMillis(200)))
                .submit(() -> "late");
        assertThat(late)
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(TaskTimeoutException.class)
                .withMessageContaining("waited for a worker");
        blockers.forEach(blocker -> blocker.cancel(true));
    }

    @Test
    void completingTheFutureFromOutsideStopsTheTask() {
        CompletableFuture<Object> timedOut = executor.submit(() -> napping()).orTimeout(500, TimeUnit.MILLISECONDS);
        assertThat(timedOut).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(TimeoutException.class);
        await().atMost(TIMEOUT).until(() -> executor.stats().busyWorkers() == 0);
    }

    @Test
    void aTaskDeclaredRepeatableIsRunAgainAfterACrash() {
        long parent = pid();
        java.nio.file.Path marker = java.nio.file.Path.of(
                System.getProperty("java.io.tmpdir"), "process-executor-retry-" + parent + "-" + System.nanoTime());
        String name = marker.toString();
        CompletableFuture<String> retried = executor.with(TaskOptions.defaults().retryOnCrash(1))
                .submit(() -> {
                    java.io.File file = new java.io.File(name);
                    if (file.createNewFile()) {
                        Runtime.getRuntime().halt(9);
                    }
                    file.delete();
                    return "second time lucky";
                });
        assertThat(retried).succeedsWithin(TIMEOUT).isEqualTo("second time lucky");
    }

    @Test
    void aBlockingCallbackThatSubmitsHoldsUpNothing() {
        CompletableFuture<Integer> chained = executor.submit(() -> 1);
        for (int i = 0; i < 10; i++) {
            chained = chained.thenApply(n -> n + executor.submit(() -> 1).join());
        }
        assertThat(chained).succeedsWithin(TIMEOUT).isEqualTo(11);
    }

    @Test
    void aLargeArgumentAndALargeResultArriveWhole() {
        byte[] large = new byte[20 << 20];
        large[large.length - 1] = 7;
        CompletableFuture<byte[]> echoed = executor.submit(() -> large);
        assertThat(echoed).succeedsWithin(TIMEOUT).satisfies(bytes -> {
            assertThat(bytes).hasSize(large.length);
            assertThat(bytes[bytes.length - 1]).isEqualTo((byte) 7);
        });
    }

    @Test
    void s35RunningOutOfMemoryIsReportedAndTheWorkerReplaced() {
        CompletableFuture<Object> greedy = executor.submit(() -> {
            List<byte[]> hoard = new ArrayList<>();
            while (true) {
                hoard.add(new byte[8 << 20]);
            }
        });
        assertThat(greedy).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(OutOfMemoryError.class);
        assertThat(executor.submit(() -> "fine")).succeedsWithin(TIMEOUT).isEqualTo("fine");
        await().atMost(TIMEOUT).until(() -> executor.stats().workerExits() == 1);
        assertThat(executor.stats().exits(WorkerExit.Reason.CRASHED)).isZero();
    }

    @Test
    void s36AStackOverflowIsReportedAndTheWorkerLives() {
        long pid = executor.submit(() -> pid()).join();
        CompletableFuture<Integer> deep = executor.submit(() -> recurse(0));
        assertThat(deep).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(StackOverflowError.class);
        assertThat(executor.submit(() -> pid())).succeedsWithin(TIMEOUT).isEqualTo(pid);
    }

    /** For example since the stack was used up just then. */
    @Test
    void aWorkerThatLostAClassOfTheLibraryIsReplaced() {
        try (ProcessExecutor only = builder.workers(1).build()) {
            long pid = only.submit(() -> pid()).join();
            CompletableFuture<Integer> victim = only.submit(() -> {
                throw new NoClassDefFoundError("Could not initialize class io.processexecutor.serialization.Some");
            });
            assertThat(victim).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(NoClassDefFoundError.class);
            long next = only.submit(() -> pid()).join();
            assertThat(next).isNotEqualTo(pid);
            CompletableFuture<Integer> own = only.submit(() -> {
                throw new NoClassDefFoundError("Could not initialize class com.acme.Some");
            });
            assertThat(own).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(NoClassDefFoundError.class);
            assertThat(only.submit(() -> pid())).succeedsWithin(TIMEOUT).isEqualTo(next);
        }
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    @Test
    void s37WhatATaskPrintsAndReadsDoesNotReachTheProtocol() {
        CompletableFuture<Integer> noisy = executor.submit(() -> {
            System.out.write(new byte[] {0, 1, 2, 3, (byte) 255});
            System.out.flush();
            System.out.close();
            return System.in.read();
        });
        assertThat(noisy).succeedsWithin(TIMEOUT).isEqualTo(-1);
        assertThat(executor.submit(() -> "still here")).succeedsWithin(TIMEOUT).isEqualTo("still here");
    }

    @Test
    void s54InvokeAllWaitsForAllAndInvokeAnyTakesTheFirst() throws Exception {
        List<ProcessTask<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int n = i;
            tasks.add(() -> {
                if (n == 3) {
                    throw new IllegalStateException("three");
                }
                return n;
            });
        }
        List<Future<Integer>> all = executor.invokeAll(tasks);
        assertThat(all).hasSize(5).allMatch(Future::isDone);
        assertThat(all.get(4).get()).isEqualTo(4);
        assertThatThrownBy(() -> all.get(3).get()).hasRootCauseMessage("three");

        ProcessTask<String> failing = () -> {
            throw new IllegalStateException("no");
        };
        ProcessTask<String> slow = () -> (String) napping();
        ProcessTask<String> quick = () -> "quick";
        assertThat(executor.invokeAny(List.of(failing, quick, slow))).isEqualTo("quick");
        await().atMost(TIMEOUT).until(() -> executor.stats().running() == 0);
    }

    @Test
    void s67ShutdownLetsQueuedTasksFinishAndRejectsNewOnes() throws Exception {
        List<CompletableFuture<Integer>> queued =
                IntStream.range(0, 50).mapToObj(i -> executor.submit(() -> i)).toList();
        executor.shutdown();
        assertThatThrownBy(() -> executor.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 50; i++) {
            assertThat(queued.get(i)).isCompletedWithValue(i);
        }
    }

    @Test
    void s72ShutdownNowReturnsWhatNeverStartedAndStopsTheRest() throws Exception {
        List<CompletableFuture<Object>> futures = IntStream.range(0, 100)
                .mapToObj(i -> executor.<Object>submit(() -> napping()))
                .toList();
        // A worker is busy a moment before its task has left the queue.
        await().atMost(TIMEOUT)
                .until(() -> executor.workers().stream()
                                .filter(worker -> worker.task().isPresent())
                                .count()
                        == 2);
        List<Runnable> neverStarted = executor.shutdownNow();
        assertThat(neverStarted).hasSize(98);
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(futures).allMatch(CompletableFuture::isDone);
        assertThatThrownBy(futures.get(50)::get).isInstanceOf(CancellationException.class);
    }

    @Test
    void closingAnUnusedExecutorStartsNothing() {
        assertThat(executor.stats().workerStarts()).isZero();
        executor.close();
        executor.close();
        assertThat(executor.stats().workerStarts()).isZero();
    }
}
