package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.pid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessTask;
import io.processexecutor.TaskOptions;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Workers that die at each point of a task's way: one task pays, or none. Real deaths only. */
@Timeout(240)
class CrashIsolationTest {

    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private ProcessPoolExecutor executor;

    @AfterEach
    void close() {
        executor.close();
        assertThat(executor.stats().running()).isZero();
        assertThat(executor.workers()).isEmpty();
    }

    @Test
    void whatIsSaidOfACrashNamesAllThereIsToKnow() {
        executor = builder(1).build();
        long pid = executor.submit(() -> pid()).join();
        CompletableFuture<Object> doomed = executor.with(TaskOptions.defaults().label("render"))
                .submit(() -> {
                    System.err.println("out of toner");
                    Thread.sleep(200);
                    Runtime.getRuntime().halt(42);
                    return null;
                });
        WorkerCrashedException crash = crashOf(doomed);
        assertThat(crash)
                .hasMessageContaining("Worker 1 (pid " + pid + ")")
                .hasMessageContaining("exit code 42")
                .hasMessageContaining("(render)")
                .hasMessageContaining("out of toner");
        assertThat(crash.getMessage())
                .containsPattern("while running the task 2 \\(render\\), [0-9]{3,} ms after it began");
        assertThat(crash.exit().uptime()).isPositive();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void s28WorkersThatKillEachOtherNeverMakeAFutureHang() throws Exception {
        killEachOther(3, 8);
    }

    @Test
    @Tag("soak")
    @Timeout(600)
    @EnabledOnOs(OS.LINUX)
    void s28ThirteenWorkersThatKillEachOtherForFiftyRounds() throws Exception {
        killEachOther(13, 50);
    }

    private void killEachOther(int workers, int rounds) {
        executor = builder(workers).minWorkers(workers).build();
        Random random = new Random(workers);
        for (int round = 0; round < rounds; round++) {
            await().atMost(BOUND).until(() -> executor.stats().idleWorkers() > 0);
            List<Long> pids = executor.workers().stream()
                    .map(WorkerInfo::pid)
                    .filter(pid -> pid > 0)
                    .toList();
            long victim = pids.get(random.nextInt(pids.size()));
            List<CompletableFuture<Integer>> futures = new ArrayList<>();
            futures.add(executor.submit(() -> {
                ProcessHandle.of(victim).ifPresent(process -> {
                    if (victim == pid()) {
                        Runtime.getRuntime().halt(137);
                    }
                    process.destroyForcibly();
                });
                return 0;
            }));
            for (int i = 1; i <= 2 * workers; i++) {
                int number = i;
                futures.add(executor.submit(() -> number));
            }
            int lost = 0;
            for (int i = 0; i < futures.size(); i++) {
                try {
                    assertThat(futures.get(i)
                                    .orTimeout(60, java.util.concurrent.TimeUnit.SECONDS)
                                    .join())
                            .isEqualTo(i);
                } catch (CompletionException e) {
                    assertThat(e).hasCauseInstanceOf(WorkerCrashedException.class);
                    lost++;
                }
            }
            // The one that killed, if it was its own victim, or one that had begun in the victim.
            assertThat(lost).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void s34WhatDiesAfterItsResultWasSentCostsNeitherThatNorTheNextTask() {
        executor = builder(1).build();
        for (int round = 0; round < 4; round++) {
            // The thread that goes on to halt is what the task left behind.
            CompletableFuture<String> delivered = executor.submit(() -> {
                Thread task = Thread.currentThread();
                new Thread(() -> {
                            while (Stream.of(task.getStackTrace())
                                    .noneMatch(frame -> frame.getClassName().endsWith(".Commands")
                                            && frame.getMethodName().equals("next"))) {
                                Thread.onSpinWait();
                            }
                            Runtime.getRuntime().halt(9);
                        })
                        .start();
                return "delivered";
            });
            assertThat(delivered).succeedsWithin(BOUND).isEqualTo("delivered");
            int expected = round + 1;
            await().atMost(BOUND).until(() -> executor.stats().exits(Reason.CRASHED) == expected);
            assertThat(executor.submit(() -> "next")).succeedsWithin(BOUND).isEqualTo("next");
        }
    }

    /** Ends the JVM once a large part of it was written. */
    static final class Fatal implements Serializable {
        private static final long serialVersionUID = 1L;

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.writeObject(new byte[64 << 20]);
            out.flush();
            Runtime.getRuntime().halt(9);
        }
    }

    @Test
    void aWorkerThatDiesWhileItSendsALargeResultCostsThatTaskOnly() {
        executor = builder(1).maxHeapBytes(512 << 20).build();
        CompletableFuture<Object> halfSent = executor.submit(() -> new Fatal());
        CompletableFuture<Integer> next = executor.submit(() -> 1);
        assertThat(crashOf(halfSent)).hasMessageContaining("while replying the task");
        assertThat(next).succeedsWithin(BOUND).isEqualTo(1);
    }

    static final class Deadly implements Serializable {
        private static final long serialVersionUID = 1L;

        private void readObject(ObjectInputStream in) {
            Runtime.getRuntime().halt(7);
        }
    }

    @Test
    void aWorkerThatDiesWhileItReadsATaskCostsThatTaskOnly() {
        executor = builder(1).build();
        Deadly deadly = new Deadly();
        CompletableFuture<Integer> doomed = executor.submit(() -> deadly.hashCode());
        CompletableFuture<Integer> next = executor.submit(() -> 1);
        assertThat(crashOf(doomed))
                .hasMessageContaining("while reading the task")
                .hasMessageContaining("exit code 7");
        assertThat(next).succeedsWithin(BOUND).isEqualTo(1);
        assertThat(executor.stats().exits(Reason.CRASHED)).isEqualTo(1);
    }

    @Test
    void aTaskThatKillsMoreWorkersThanItMayFailsAndTheExceptionsOfTwoAreTwo() throws Exception {
        executor = builder(2).build();
        String trace = directory.resolve("trace").toString();
        Files.createFile(Path.of(trace));
        ProcessTask<Object> poison = () -> {
            Files.writeString(Path.of(trace), "x", java.nio.file.StandardOpenOption.APPEND);
            Runtime.getRuntime().halt(5);
            return null;
        };
        CompletableFuture<Object> one =
                executor.with(TaskOptions.defaults().retryOnCrash(2)).submit(poison);
        WorkerCrashedException first = crashOf(one);
        assertThat(Path.of(trace)).hasContent("xxx");
        assertThat(executor.stats().exits(Reason.CRASHED)).isEqualTo(3);
        CompletableFuture<Object> other = executor.submit(poison);
        assertThat(crashOf(other)).isNotSameAs(first);
        assertThat(Path.of(trace)).as("at most once by default").hasContent("xxxx");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aTaskThatHadNotBegunGoesToTheFrontOfTheQueue() throws Exception {
        Path door = Files.createFile(directory.resolve("door"));
        String wait = "until [ -e '" + door + "' ]; do sleep 0.05; done; exec \"$@\"";
        executor = builder(1)
                .minWorkers(1)
                .hungAfter(Duration.ZERO)
                .commandPrefix(List.of("sh", "-c", wait, "sh"))
                .build();
        await().atMost(BOUND).until(() -> executor.stats().idleWorkers() == 1);
        Files.delete(door);
        String trace = Files.createFile(directory.resolve("trace")).toString();
        Signals.stop(executor.workers().get(0).pid());
        CompletableFuture<Object> first = executor.submit(() -> append(trace, "1"));
        CompletableFuture<Object> second = executor.submit(() -> append(trace, "2"));
        kill(holderOf("1", 0));
        // The next worker starts while the task is on its way back, and would take the other one if it were up by then.
        await().atMost(BOUND).until(() -> executor.stats().queued() == 2);
        Files.createFile(door);
        assertThat(first).succeedsWithin(BOUND);
        assertThat(second).succeedsWithin(BOUND);
        assertThat(Path.of(trace)).hasContent("12");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aTaskThatHadNotBegunForTheSecondTimeFails() throws Exception {
        // Without a minimum, so that nothing takes the place of a worker that dies, and the task goes to the other.
        executor = builder(2).hungAfter(Duration.ZERO).build();
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> one = executor.submit(InWorker.untilExists(gate));
        CompletableFuture<Integer> other = executor.submit(InWorker.untilExists(gate));
        await().atMost(BOUND).until(() -> executor.stats().running() == 2);
        Files.createFile(gate);
        assertThat(CompletableFuture.allOf(one, other)).succeedsWithin(BOUND);
        await().atMost(BOUND).until(() -> executor.stats().idleWorkers() == 2);
        // A stopped worker takes what it is sent and does not begin.
        for (WorkerInfo worker : executor.workers()) {
            Signals.stop(worker.pid());
        }
        CompletableFuture<String> task = executor.submit(() -> "never");
        long holder = holderOf("3", 0);
        kill(holder);
        kill(holderOf("3", holder));
        assertThat(crashOf(task)).hasMessageContaining("before the task 3 began, and so did the worker that had it");
        assertThat(executor.submit(() -> "next")).succeedsWithin(BOUND).isEqualTo("next");
    }

    private static Object append(String file, String text) throws java.io.IOException {
        return Files.writeString(Path.of(file), text, java.nio.file.StandardOpenOption.APPEND)
                .toString();
    }

    private long holderOf(String task, long other) {
        return await().atMost(BOUND)
                .until(
                        () -> executor.workers().stream()
                                .filter(each -> each.task().stream()
                                        .anyMatch(its -> its.name().equals(task)))
                                .mapToLong(WorkerInfo::pid)
                                .findFirst()
                                .orElse(other),
                        pid -> pid != other);
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static WorkerCrashedException crashOf(CompletableFuture<?> future) {
        List<WorkerCrashedException> crash = new ArrayList<>();
        assertThat(future)
                .failsWithin(BOUND)
                .withThrowableOfType(ExecutionException.class)
                .satisfies(e -> crash.add((WorkerCrashedException) e.getCause()));
        return crash.get(0);
    }

    private static ProcessPoolExecutor.Builder builder(int workers) {
        return ProcessPoolExecutor.builder()
                .name("crash")
                .workers(workers)
                .maxHeapBytes(64 << 20)
                .cancelGrace(Duration.ofMillis(300));
    }
}
