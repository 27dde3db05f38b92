package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ContextCarrier;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.RemoteTaskException;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.serialization.TaskSerializers;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An executor that starts no process, and finds out all the same what would not travel to one. */
@NullUnmarked
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InProcessTest {

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static volatile boolean interrupted;

    private static ProcessExecutor executor() {
        return executor(10);
    }

    private static ProcessExecutor executor(int queueCapacity) {
        return ProcessPoolExecutor.builder()
                .workers(1)
                .queueCapacity(queueCapacity)
                .buildInProcess();
    }

    static final class Picky extends RuntimeException {
        private final transient Object lost;
        private final Object thread = Thread.currentThread();

        Picky() {
            super("picky");
            lost = this;
        }
    }

    private static final ThreadLocal<String> CARRIED = new ThreadLocal<>();

    @Test
    void whatBelongsToTheCallersThreadIsThereForTheTaskAndNoLonger() throws Exception {
        ContextCarrier carrier = () -> {
            String captured = CARRIED.get();
            return captured == null
                    ? null
                    : () -> {
                        CARRIED.set(captured);
                        return CARRIED::remove;
                    };
        };
        try (ProcessExecutor executor =
                ProcessPoolExecutor.builder().workers(1).contextCarrier(carrier).buildInProcess()) {
            CARRIED.set("brought along");
            assertThat(executor.submit(() -> CARRIED.get()).get()).isEqualTo("brought along");
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> executor.submit(() -> {
                                throw new IllegalStateException(CARRIED.get());
                            })
                            .get())
                    .withMessageContaining("brought along");
            CARRIED.remove();
            assertThat(executor.submit(() -> CARRIED.get()).get()).isNull();
        }
    }

    @Test
    void aTaskRunsHereOnACopyAndItsResultIsACopy() throws Exception {
        try (ProcessExecutor executor = executor()) {
            List<Integer> data = new ArrayList<>(List.of(1));
            List<Integer> result = executor.submit(() -> {
                        data.add(2);
                        return data;
                    })
                    .get();
            assertThat(data).containsExactly(1);
            assertThat(result).containsExactly(1, 2);
            assertThat(executor.submit(() -> ProcessHandle.current().pid()).get())
                    .isEqualTo(ProcessHandle.current().pid());
            assertThat(executor.stats().workerStarts()).isZero();
        }
    }

    private static ProcessExecutor reachable;

    @Test
    void aTaskThatWaitsForWhatItSubmitsDoesNotWaitForItself() {
        try (ProcessExecutor executor = executor()) {
            reachable = executor;
            CompletableFuture<String> future = executor.submit(() -> {
                String thread = Thread.currentThread().getName();
                String inner =
                        reachable.submit(() -> Thread.currentThread().getName()).get();
                CompletableFuture<Object> failed = reachable.submit(() -> {
                    throw new IllegalStateException();
                });
                reachable.invokeAll(List.of(() -> 1)).get(0).get();
                return thread.equals(inner) + " " + failed.isCompletedExceptionally();
            });
            assertThat(future).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("true true");
        }
    }

    @Test
    void whatCannotTravelIsRefusedThereAndBack() throws Exception {
        try (ProcessExecutor executor = executor()) {
            Thread thread = Thread.currentThread();
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> executor.submit(thread::getName))
                    .satisfies(e -> assertThat(e.phase()).isEqualTo(Phase.ENCODE_TASK));
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> executor.submit(() -> (Object) Thread.currentThread())
                            .get())
                    .satisfies(e -> assertThat(((TaskSerializationException) e.getCause()).phase())
                            .isEqualTo(Phase.ENCODE_RESULT));
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> executor.submit((ProcessActionThatThrows) () -> {
                                throw new Picky();
                            })
                            .get())
                    .withCauseInstanceOf(RemoteTaskException.class);
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> executor.with(TaskOptions.defaults().serializer(TaskSerializers.java()))
                            .submit(new NotSerializable()));
        }
    }

    private interface ProcessActionThatThrows extends io.processexecutor.ProcessAction {}

    static final class NotSerializable implements java.util.concurrent.Callable<Integer> {
        @Override
        public Integer call() {
            return 1;
        }
    }

    @Test
    void timeoutsAndCancellingInterruptTheTaskAndTheNextOneIsUnaffected() throws Exception {
        try (ProcessExecutor executor = executor()) {
            CompletableFuture<Void> late = executor.with(TaskOptions.defaults().timeout(Duration.ofMillis(200)))
                    .submit(() -> waitForever());
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(late::get)
                    .withCauseInstanceOf(TaskTimeoutException.class);
            CompletableFuture<Void> cancelled = executor.submit(() -> waitForever());
            CompletableFuture<Boolean> next =
                    executor.submit(() -> Thread.currentThread().isInterrupted());
            cancelled.cancel(true);
            assertThatExceptionOfType(CancellationException.class).isThrownBy(cancelled::get);
            assertThat(next.get()).isFalse();
            assertThat(interrupted).isTrue();
        }
    }

    private static void waitForever() {
        try {
            NEVER.await();
        } catch (InterruptedException e) {
            interrupted = true;
        }
    }

    @Test
    void aFullQueueAndAShutDownExecutorRejectAndShutdownNowGivesBackWhatNeverRan() throws Exception {
        ProcessExecutor executor = executor(1);
        CountDownLatch[] begun = new CountDownLatch[] {BEGUN};
        CompletableFuture<Void> running = executor.submit(() -> {
            BEGUN.countDown();
            waitForever();
        });
        begun[0].await();
        CompletableFuture<Integer> waiting = executor.with(
                        TaskOptions.defaults().queueTimeout(Duration.ofDays(1)))
                .submit(() -> 1);
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> executor.submit(() -> 2))
                .withMessageContaining("its queue is full");
        assertThat(executor.shutdownNow()).hasSize(1);
        assertThat(waiting).isCancelled();
        running.get();
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> executor.submit(() -> 3))
                .withMessageContaining("shut down");
    }

    @Test
    void aTaskThatIsDoneIsNotKeptUntilItsTimeouts() {
        try (ProcessExecutor executor = executor()) {
            WeakReference<?> done = doneWithinADay(executor);
            assertThat(executor.submit(() -> 1)).succeedsWithin(Duration.ofSeconds(30));
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                System.gc();
                return done.get() == null;
            });
        }
    }

    private static WeakReference<?> doneWithinADay(ProcessExecutor executor) {
        Duration day = Duration.ofDays(1);
        CompletableFuture<Integer> future = executor.with(
                        TaskOptions.defaults().timeout(day).queueTimeout(day))
                .submit(() -> 7);
        assertThat(future).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(7);
        return new WeakReference<>(future);
    }

    private static final CountDownLatch ROOM = new CountDownLatch(1);

    @Test
    void whoFindsTheQueueFullWaitsForRoomAsInFrontOfWorkers() {
        try (ProcessExecutor executor = ProcessPoolExecutor.builder()
                .workers(1)
                .queueCapacity(1)
                .submitTimeout(Duration.ofMinutes(2))
                .buildInProcess()) {
            CompletableFuture<Void> running = executor.submit(() -> {
                ROOM.await();
                return null;
            });
            CompletableFuture<Integer> waiting = executor.submit(() -> 1);
            Queue<CompletableFuture<Integer>> taken = new ConcurrentLinkedQueue<>();
            Thread caller = new Thread(() -> taken.add(executor.submit(() -> 2)));
            caller.start();
            await().atMost(BOUND)
                    .until(() -> caller.getState() == Thread.State.TIMED_WAITING
                            || caller.getState() == Thread.State.TERMINATED);
            ROOM.countDown();
            await().atMost(BOUND).until(() -> !caller.isAlive());
            assertThat(taken).hasSize(1);
            assertThat(CompletableFuture.allOf(running, waiting, taken.remove()))
                    .succeedsWithin(Duration.ofSeconds(30));
        }
    }

    @Test
    void whoWaitsForRoomIsToldThatThereWillBeNone() {
        try (ProcessExecutor executor = ProcessPoolExecutor.builder()
                .name("closes")
                .workers(1)
                .queueCapacity(0)
                .submitTimeout(Duration.ofMinutes(2))
                .buildInProcess()) {
            CompletableFuture<Void> running = executor.submit(() -> waitForever());
            Queue<Throwable> refusals = new ConcurrentLinkedQueue<>();
            Thread caller = new Thread(() -> {
                try {
                    CompletableFuture<Integer> unused = executor.submit(() -> 2);
                } catch (RejectedExecutionException e) {
                    refusals.add(e);
                }
            });
            caller.start();
            await().atMost(BOUND)
                    .until(() -> caller.getState() == Thread.State.TIMED_WAITING
                            || caller.getState() == Thread.State.TERMINATED);
            executor.shutdownNow();
            await().atMost(BOUND).until(() -> !caller.isAlive());
            assertThat(refusals)
                    .singleElement()
                    .asString()
                    .contains("closes - The executor does not take the task 2: it is shut down (max=1, ");
        }
    }

    private static final CountDownLatch BEGUN = new CountDownLatch(1);
}
