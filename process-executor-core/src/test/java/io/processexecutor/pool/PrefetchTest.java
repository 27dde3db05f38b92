package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.awaitFile;
import static io.processexecutor.pool.InWorker.pid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.processexecutor.RecycleLimits;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerCrashedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Bursts of short tasks, which are sent ahead of each other, with something among them that goes wrong or takes long. */
@Timeout(240)
class PrefetchTest {

    private static final Duration BOUND = Duration.ofSeconds(60);

    /** Enough for a worker to win the trust that its tasks are short. */
    private static final int BURST = 400;

    @TempDir
    Path directory;

    private ProcessPoolExecutor executor;

    @AfterEach
    void close() {
        executor.close();
        assertThat(executor.stats().running()).isZero();
        assertThat(executor.stats().queued()).isZero();
        assertThat(executor.workers()).isEmpty();
    }

    @Test
    void aWorkerRunsWhatItIsSentAheadInTheOrderOfSubmission() {
        executor = builder(1).build();
        List<CompletableFuture<Integer>> numbers = burst(5 * BURST);
        List<Integer> came = numbers.stream().map(CompletableFuture::join).toList();
        assertThat(came).isEqualTo(IntStream.rangeClosed(1, 5 * BURST).boxed().toList());
    }

    @Test
    void whoExpectsABriefTaskIsInterruptedAndTimesOutAsEver() throws Exception {
        executor = builder(1).build();
        for (int i = 0; i < BURST; i++) {
            int number = i;
            assertThat(executor.submit(() -> number).get()).isEqualTo(number);
        }
        CompletableFuture<Integer> slow = executor.submit(() -> {
            Thread.sleep(60_000);
            return 1;
        });
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> slow.get(1, TimeUnit.NANOSECONDS));
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> slow.get(20, TimeUnit.MILLISECONDS));
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(slow::get);
        assertThat(slow.cancel(true)).isTrue();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(slow::join);
    }

    @Test
    void eachTaskThatKillsItsWorkerCostsOnlyItselfAndAllOthersRunOnce() throws Exception {
        executor = builder(2).build();
        Path log = directory.resolve("ran");
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 3 * BURST; i++) {
            int number = i;
            String file = log.toString();
            all.add(executor.submit(() -> {
                note(file, number);
                if (number % BURST == BURST - 1) {
                    Runtime.getRuntime().halt(3);
                }
                return number;
            }));
        }
        for (int i = 0; i < all.size(); i++) {
            if (i % BURST == BURST - 1) {
                assertThat(all.get(i))
                        .failsWithin(BOUND)
                        .withThrowableThat()
                        .withCauseInstanceOf(WorkerCrashedException.class);
            } else {
                assertThat(all.get(i)).succeedsWithin(BOUND).isEqualTo(i);
            }
        }
        assertThat(timesRun(log))
                .hasSize(all.size())
                .allSatisfy((number, times) ->
                        assertThat(times).as("runs of task %s", number).isEqualTo(1));
    }

    @Test
    void theTasksBehindOneThatFillsTheHeapRunOnceOnTheNextWorker() throws Exception {
        executor = builder(1).maxHeapBytes(64 << 20).build();
        String log = directory.resolve("ran").toString();
        List<CompletableFuture<Integer>> before = burst(BURST);
        CompletableFuture<Object> greedy = executor.submit(() -> new long[Integer.MAX_VALUE - 8]);
        List<CompletableFuture<Integer>> after = new ArrayList<>();
        for (int i = 0; i < BURST; i++) {
            int number = i;
            after.add(executor.submit(() -> {
                note(log, number);
                return number;
            }));
        }
        assertThat(greedy).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(OutOfMemoryError.class);
        assertThat(before).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
        assertThat(after).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
        assertThat(timesRun(Path.of(log)).values()).hasSize(BURST).containsOnly(1L);
    }

    @Test
    void tasksThatWaitForEachOtherMeetThoughTheyCameAmongShortOnes() {
        executor = builder(2).build();
        for (int round = 0; round < 10; round++) {
            List<CompletableFuture<Integer>> before = burst(BURST);
            String one = directory.resolve("one" + round).toString();
            String other = directory.resolve("other" + round).toString();
            CompletableFuture<Integer> first = executor.submit(() -> meet(one, other));
            CompletableFuture<Integer> second = executor.submit(() -> meet(other, one));
            List<CompletableFuture<Integer>> after = burst(BURST);
            assertThat(first).as("round %s", round).succeedsWithin(BOUND);
            assertThat(second).succeedsWithin(BOUND);
            assertThat(before).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
            assertThat(after).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
        }
    }

    @Test
    void theOneTaskThatIsSentAheadDoesNotWaitForALongOneEither() throws Exception {
        executor = builder(2).prefetch(1).build();
        for (int round = 0; round < 5; round++) {
            Path gate = directory.resolve("gate" + round);
            Path longGate = directory.resolve("long" + round);
            CompletableFuture<Integer> held = executor.submit(InWorker.untilExists(gate));
            List<CompletableFuture<Integer>> before = burst(5 * BURST);
            CompletableFuture<Integer> longOne = executor.submit(InWorker.untilExists(longGate));
            List<CompletableFuture<Integer>> after = burst(20);
            before.forEach(CompletableFuture::join);
            Files.createFile(gate);
            assertThat(held).succeedsWithin(BOUND);
            assertThat(after)
                    .as("round %s", round)
                    .allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
            Files.createFile(longGate);
            assertThat(longOne).succeedsWithin(BOUND);
        }
    }

    @Test
    void whatIsCancelledBehindALongTaskNeverRunsAndCostsTheWorkerNothing() throws Exception {
        executor = builder(1).build();
        long pid = executor.submit(() -> pid()).join();
        for (boolean interrupt : new boolean[] {true, false}) {
            Path gate = directory.resolve("gate" + interrupt);
            String log = directory.resolve("ran" + interrupt).toString();
            List<CompletableFuture<Integer>> before = burst(BURST);
            CompletableFuture<Integer> held = executor.submit(InWorker.untilExists(gate));
            List<CompletableFuture<Integer>> behind = new ArrayList<>();
            for (int i = 0; i < BURST; i++) {
                int number = i;
                behind.add(executor.submit(() -> {
                    note(log, number);
                    return number;
                }));
            }
            before.forEach(CompletableFuture::join);
            behind.forEach(each -> assertThat(each.cancel(interrupt)).isTrue());
            await().atMost(BOUND).until(() -> executor.stats().queued() == 0);
            Files.createFile(gate);
            assertThat(held).succeedsWithin(BOUND).isEqualTo(42);
            assertThat(executor.submit(() -> pid())).succeedsWithin(BOUND).isEqualTo(pid);
            assertThat(Path.of(log)).doesNotExist();
        }
    }

    @Test
    void shutdownNowEndsABurstWithoutRunningMoreOfIt() throws Exception {
        executor = builder(1).build();
        String began = directory.resolve("began").toString();
        String log = directory.resolve("ran").toString();
        List<CompletableFuture<Integer>> all = burst(BURST);
        CompletableFuture<Integer> held = executor.submit(() -> meet(began, began + "-never"));
        List<CompletableFuture<Integer>> behind = new ArrayList<>();
        for (int i = 0; i < BURST; i++) {
            int number = i;
            behind.add(executor.submit(() -> {
                note(log, number);
                return number;
            }));
        }
        all.forEach(CompletableFuture::join);
        awaitFile(began);
        List<Runnable> neverStarted = executor.shutdownNow();
        assertThat(neverStarted).isNotEmpty();
        await().atMost(BOUND)
                .until(() -> held.isCancelled() && behind.stream().allMatch(CompletableFuture::isCancelled));
        executor.close();
        assertThat(Path.of(log)).doesNotExist();
    }

    @Test
    void shutdownNowReturnsAllThatHasNotBegunAlsoWhatWasSentAhead() {
        for (int round = 0; round < 5; round++) {
            executor = builder(1).build();
            String began = directory.resolve("began" + round).toString();
            List<CompletableFuture<Object>> before = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                // Of such tasks one is sent ahead.
                before.add(executor.submit(() -> {
                    Thread.sleep(5);
                    return null;
                }));
            }
            CompletableFuture<Integer> held = executor.submit(() -> meet(began, began + "-never"));
            List<CompletableFuture<Integer>> behind = burst(BURST);
            before.forEach(CompletableFuture::join);
            while (Files.notExists(Path.of(began))) {
                // At once: what is ahead is soon recalled.
                Thread.onSpinWait();
            }
            long stopped = System.nanoTime();
            List<Runnable> neverStarted = executor.shutdownNow();
            // A worker that gets no processor for so long is not waited for, and then the one that is ahead is missing.
            boolean waitedFor = System.nanoTime() - stopped < PoolLifecycle.RECALL_WAIT.toNanos();
            assertThat(neverStarted)
                    .as("round %s", round)
                    .hasSizeBetween(behind.size() - (waitedFor ? 0 : 1), behind.size())
                    .doesNotHaveDuplicates();
            executor.close();
            assertThat(held).isDone();
            assertThat(behind).allMatch(CompletableFuture::isCancelled);
        }
    }

    @Test
    void aTimeoutCountsFromTheMomentAtWhichATaskThatWasSentAheadBegins() {
        executor = builder(1).build();
        List<CompletableFuture<Integer>> before = burst(BURST);
        List<CompletableFuture<Object>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            // Together they take nearly twice as long as each of them may.
            all.add(executor.with(TaskOptions.defaults().timeout(Duration.ofSeconds(5)))
                    .submit(() -> {
                        Thread.sleep(150);
                        return null;
                    }));
        }
        CompletableFuture<Object> late = executor.with(TaskOptions.defaults().timeout(Duration.ofMillis(300)))
                .submit(() -> {
                    Thread.sleep(60_000);
                    return null;
                });
        List<CompletableFuture<Integer>> after = burst(BURST);
        assertThat(before).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
        assertThat(all).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
        assertThat(late).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(TaskTimeoutException.class);
        assertThat(after).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
    }

    @Test
    void aTaskThatIgnoresItsCancellationIsKilledAndNoneOfThoseBehindItPays() throws Exception {
        executor = builder(1).cancelGrace(Duration.ZERO).build();
        String started = directory.resolve("started").toString();
        List<CompletableFuture<Integer>> before = burst(BURST);
        CompletableFuture<Object> stubborn = executor.submit(() -> {
            Files.createFile(Path.of(started));
            while (true) {
                Thread.onSpinWait();
            }
        });
        List<CompletableFuture<Integer>> after = burst(BURST);
        before.forEach(CompletableFuture::join);
        awaitFile(started);
        stubborn.cancel(true);
        assertThat(after).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
    }

    /** It begins before the worker, which stood still for long, reads that it was cancelled. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aTaskThatWasCancelledAheadAndIgnoresThatIsKilledHoweverLateItBegins() throws Exception {
        executor = builder(1).cancelGrace(Duration.ZERO).build();
        for (int round = 0; round < 5; round++) {
            long pid = executor.submit(() -> pid()).join();
            String began = directory.resolve("began" + round).toString();
            Path gate = directory.resolve("gate" + round);
            Process stop =
                    new ProcessBuilder("sh", "-c", "until [ -e " + began + " ]; do :; done; kill -STOP " + pid).start();
            List<CompletableFuture<Integer>> before = burst(BURST);
            CompletableFuture<Integer> stopped = executor.submit(() -> {
                Files.createFile(Path.of(began));
                return InWorker.untilExists(gate).call();
            });
            CompletableFuture<Object> stubborn = executor.submit(() -> {
                while (true) {
                    Thread.onSpinWait();
                }
            });
            List<CompletableFuture<Integer>> after = burst(BURST);
            assertThat(stop.waitFor(60, TimeUnit.SECONDS)).isTrue();
            stubborn.cancel(true);
            // Longer than a worker has to give back what it did not begin.
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
            Files.createFile(gate);
            assertThat(new ProcessBuilder("kill", "-CONT", "" + pid).start().waitFor())
                    .isZero();
            assertThat(before).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
            assertThat(stopped).succeedsWithin(BOUND);
            assertThat(after)
                    .as("round %s", round)
                    .allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
        }
    }

    @Test
    void aBurstIsRunAgainAfterACrashAsFarAsItIsDeclaredRepeatable() {
        executor = builder(1).build();
        String crashed = directory.resolve("crashed").toString();
        List<CompletableFuture<Integer>> before = burst(BURST);
        CompletableFuture<Integer> repeated = executor.with(
                        TaskOptions.defaults().retryOnCrash(1))
                .submit(() -> {
                    if (Files.notExists(Path.of(crashed))) {
                        Files.createFile(Path.of(crashed));
                        Runtime.getRuntime().halt(3);
                    }
                    return 7;
                });
        List<CompletableFuture<Integer>> after = burst(BURST);
        assertThat(repeated).succeedsWithin(BOUND).isEqualTo(7);
        assertThat(before).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
        assertThat(after).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
    }

    @Test
    void noWorkerRunsMoreTasksThanItMay() {
        executor = builder(2).recycle(RecycleLimits.none().maxTasks(50)).build();
        List<CompletableFuture<Long>> all = IntStream.range(0, 500)
                .mapToObj(i -> executor.submit(() -> pid()))
                .toList();
        assertThat(all).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
        assertThat(all.stream().collect(Collectors.groupingBy(CompletableFuture::join, Collectors.counting())))
                .allSatisfy((pid, tasks) -> assertThat(tasks).isLessThanOrEqualTo(50));
    }

    @Test
    void aBurstIsDoneWhileTheExecutorIsResized() {
        executor = builder(2).build();
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            all.addAll(burst(BURST));
            executor.resize(1 + round % 3);
        }
        assertThat(all).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
    }

    @Test
    void withoutPrefetchABurstIsDoneAsWell() {
        executor = builder(2).prefetch(0).build();
        assertThat(burst(BURST)).allSatisfy(each -> assertThat(each).succeedsWithin(BOUND));
    }

    @Test
    void aQueueTimeoutHoldsForATaskInABurst() throws Exception {
        executor = builder(1).build();
        Path gate = directory.resolve("gate");
        List<CompletableFuture<Integer>> before = burst(BURST);
        CompletableFuture<Integer> held = executor.submit(InWorker.untilExists(gate));
        List<CompletableFuture<Integer>> behind = new ArrayList<>();
        for (int i = 0; i < BURST; i++) {
            behind.add(executor.with(TaskOptions.defaults().queueTimeout(Duration.ofMillis(500)))
                    .submit(() -> 1));
        }
        before.forEach(CompletableFuture::join);
        assertThat(behind)
                .allSatisfy(each -> assertThat(each)
                        .failsWithin(BOUND)
                        .withThrowableThat()
                        .withCauseInstanceOf(TaskTimeoutException.class));
        Files.createFile(gate);
        assertThat(held).succeedsWithin(BOUND);
    }

    private List<CompletableFuture<Integer>> burst(int tasks) {
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            all.add(executor.submit(() -> ++Counter.runs));
        }
        return all;
    }

    private static ProcessPoolExecutor.Builder builder(int workers) {
        return ProcessPoolExecutor.builder().name("prefetch").workers(workers).minWorkers(workers);
    }

    private static int meet(String mine, String theirs) throws Exception {
        Files.createFile(Path.of(mine));
        awaitFile(theirs);
        return 1;
    }

    private static void note(String log, int number) throws IOException {
        Files.writeString(Path.of(log), number + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static Map<String, Long> timesRun(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static final class Counter {
        static int runs;
    }
}
