package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskContext;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskProgress;
import io.processexecutor.WorkerInfo;
import io.processexecutor.event.TaskProgressed;
import io.processexecutor.internal.protocol.Message.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a task tells while it runs. */
@Timeout(180)
class ProgressTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Queue<TaskProgressed> HEARD = new ConcurrentLinkedQueue<>();

    private static ProcessExecutor workers;
    private static ProcessExecutor inProcess;

    @BeforeAll
    static void open() {
        workers = builder("progress").build();
        inProcess = builder("progress-here").buildInProcess();
    }

    @AfterAll
    static void close() {
        workers.close();
        inProcess.close();
    }

    private static ProcessPoolExecutor.Builder builder(String name) {
        return ProcessPoolExecutor.builder().name(name).workers(1).listener(new ProcessExecutorListener() {
            @Override
            public void onTaskProgressed(TaskProgressed event) {
                HEARD.add(event);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatATaskTellsLastIsThereWhenItsFutureIs(boolean inWorker) {
        ProcessExecutor executor = inWorker ? workers : inProcess;
        String label = "counts in " + executor.name();
        CompletableFuture<Integer> future = executor.with(TaskOptions.defaults().label(label))
                .submit(() -> {
                    for (int i = 1; i <= 100_000; i++) {
                        TaskContext.current().progress(i, 100_000, "row " + i);
                    }
                    return 7;
                });
        CompletableFuture<Optional<TaskProgress>> whenDone = future.thenApply(value -> executor.progress(future));
        TaskProgress last = new TaskProgress(100_000, 100_000, "row 100000");
        assertThat(whenDone).succeedsWithin(TIMEOUT).isEqualTo(Optional.of(last));
        // Who tells the listener may be overtaken by who completes the future.
        await().atMost(TIMEOUT)
                .until(() -> HEARD.stream()
                        .filter(each -> each.label().equals(Optional.of(label)))
                        .anyMatch(each -> each.message().equals(last.message())));
    }

    @Test
    void whatATaskToldLastIsNotReplacedByWhatItToldBeforeHoweverLateThatIsDealtWith() throws Exception {
        IdlePool idle = new IdlePool();
        PendingTask<?> task = idle.claimedTask();
        assertThat(idle.worker.state().becomeIdle() && idle.worker.state().reserve())
                .isTrue();
        assertThat(idle.worker.run(List.of(task))).isEmpty();
        TaskProgress last = new TaskProgress(2, 2, "");
        Runnable overtaken = idle.worker.receive(new Progress(task.id(), new TaskProgress(1, 2, "")));
        idle.worker.receive(new Progress(task.id(), last)).run();
        overtaken.run();
        assertThat(task.progress()).isEqualTo(last);
    }

    @Test
    void ofWhatIsToldInQuickSuccessionOnlySomeTravels() {
        TaskOptions options = TaskOptions.defaults().label("chatters");
        assertThat(workers.with(options).submit(() -> {
                    for (int i = 1; i <= 1_000_000; i++) {
                        TaskContext.current().progress(i, 0);
                    }
                }))
                .succeedsWithin(TIMEOUT);
        awaitFirstOf(options);
        // Twenty a second at most, for as long as it may take.
        assertThat(HEARD.stream().filter(each -> each.label().equals(options.label())))
                .hasSizeBetween(1, 20 * (int) TIMEOUT.toSeconds());
    }

    @Test
    void aTaskThatKeepsTellingIsHeardTwentyTimesASecond() {
        TaskOptions options = TaskOptions.defaults().label("keeps telling");
        CompletableFuture<Long> milliseconds = workers.with(options).submit(() -> {
            long began = System.nanoTime();
            long now = began;
            for (long i = 0; now - began < TimeUnit.SECONDS.toNanos(3); i++) {
                TaskContext.current().progress(i, 0);
                now = System.nanoTime();
            }
            return TimeUnit.NANOSECONDS.toMillis(now - began);
        });
        assertThat(milliseconds).succeedsWithin(TIMEOUT);
        awaitFirstOf(options);
        // And what it told first and last.
        assertThat(HEARD.stream().filter(each -> each.label().equals(options.label())))
                .hasSizeBetween(1, (int) (milliseconds.join() / 50) + 2);
    }

    /** Who tells the listener may be overtaken by who completes the future. */
    private static void awaitFirstOf(TaskOptions options) {
        await().atMost(TIMEOUT)
                .until(() -> HEARD.stream().anyMatch(each -> each.label().equals(options.label())));
    }

    @Test
    void aRunningTaskIsSeenWithItsProgressByThoseWhoWatch() {
        CompletableFuture<Integer> future = workers.with(TaskOptions.defaults().label("half way"))
                .submit((ProcessTask<Integer>) () -> {
                    TaskContext.current().progress(1, 2, "half");
                    new CountDownLatch(1).await();
                    return 1;
                });
        TaskProgress half = new TaskProgress(1, 2, "half");
        await().atMost(TIMEOUT).until(() -> workers.progress(future).equals(Optional.of(half)));
        WorkerInfo worker = workers.workers().get(0);
        assertThat(worker.task().orElseThrow().progress()).contains(half);
        future.cancel(true);
        assertThat(workers.progress(future)).contains(half);
    }

    @Test
    void aThreadThatOutlivesItsTaskIsNotHeardAnyMore() {
        assertThat(workers.submit(() -> {
                    TaskContext context = TaskContext.current();
                    Thread left = new Thread(() -> {
                        for (int i = 0; i < 1_000_000; i++) {
                            context.progress(i, 0, "from a thread that was left behind");
                        }
                    });
                    left.setDaemon(true);
                    left.start();
                }))
                .succeedsWithin(TIMEOUT);
        CompletableFuture<Boolean> next = workers.submit(() -> {
            for (Thread each : Thread.getAllStackTraces().keySet()) {
                if (each.isDaemon() && each.getName().startsWith("Thread-")) {
                    each.join();
                }
            }
            return true;
        });
        assertThat(next).succeedsWithin(TIMEOUT);
        assertThat(workers.progress(next)).isEmpty();
    }

    @Test
    void aTaskThatToldNothingHasNoProgressAndAFutureOfAnotherKindIsRefused() {
        CompletableFuture<Integer> silent = workers.submit(() -> 1);
        assertThat(silent).succeedsWithin(TIMEOUT);
        assertThat(workers.progress(silent)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> workers.progress(silent.thenApply(one -> one + 1)))
                .withMessageContaining("is no future of a task");
    }

    @Test
    void badNumbersAreRefusedWhereTheyAreTold() {
        assertThat(workers.submit(() -> TaskContext.current().progress(-1, 10)))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(IllegalArgumentException.class)
                .withMessageContaining("progress must not be negative, was -1 of 10");
        assertThat(new TaskProgress(5, 4, "").fraction()).hasValue(1.0);
        assertThat(new TaskProgress(5, 0, "").fraction()).isEmpty();
    }

    @Test
    void whereNoTaskRunsNobodyListensAndATestCanListenItself() throws Exception {
        TaskContext.current().progress(1, 1);
        List<TaskProgress> told = new ArrayList<>();
        TaskContext.during(told::add, () -> {
            TaskContext.current().progress(3, 4, "three");
            return null;
        });
        assertThat(told).containsExactly(new TaskProgress(3, 4, "three"));
        TaskContext.current().progress(1, 1);
        assertThat(told).hasSize(1);
    }
}
