package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.processexecutor.ObjectReplacer;
import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessTask;
import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.WorkerPrepared;
import io.processexecutor.internal.process.NoRehearsals;
import io.processexecutor.internal.process.WorkerLauncher;
import io.processexecutor.internal.protocol.Message.Done;
import io.processexecutor.internal.protocol.Message.Interrupting;
import io.processexecutor.internal.protocol.Message.Recalled;
import io.processexecutor.internal.protocol.Message.Timings;
import io.processexecutor.internal.protocol.Payload;
import io.processexecutor.pool.ProcessPoolExecutor.Builder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a worker does before its first task that needs a prepared one. */
@Timeout(180)
class PreparationTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(40);

    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What it prepares, in a worker. */
    private static int prepared;

    @TempDir
    Path directory;

    private ProcessPoolExecutor executor;

    @AfterEach
    void close() {
        if (executor != null) {
            executor.close();
        }
    }

    private static void spendAMoment() {
        long end = System.nanoTime() + MOMENT_NANOS;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    /** Has a name in both processes. */
    static final class Service {
        private final Thread cannotTravel = Thread.currentThread();

        String answer() {
            return "prepared " + prepared + " times in "
                    + ProcessHandle.current().pid();
        }
    }

    static final class ServiceReplacer implements ObjectReplacer {
        @Override
        public boolean replaces(Class<?> type) {
            return type == Service.class;
        }

        @Override
        public Object replace(Object object) {
            return "the service";
        }

        @Override
        public Object restore(Object reference) {
            return new Service();
        }

        @Override
        public boolean needsPreparedWorker() {
            return true;
        }
    }

    @Test
    void onlyATaskWithAReferenceWaitsForIt() {
        open(builder().preparation(() -> prepared++));
        assertThat(executor.submit(() -> prepared)).succeedsWithin(TIMEOUT).isEqualTo(0);
        assertThat(answer()).startsWith("prepared 1 times");
        assertThat(answer()).startsWith("prepared 1 times");
        assertThat(executor.submit(() -> prepared)).succeedsWithin(TIMEOUT).isEqualTo(1);
    }

    @Test
    void whoWaitsTooLongForItIsToldSo() {
        String begun = directory.resolve("begun").toString();
        open(builder().preparation(() -> {
            open(begun);
            hang();
        }));
        CompletableFuture<String> patient = submit();
        // A start may take longer than it is to wait.
        Awaitility.await().atMost(TIMEOUT).until(() -> Files.exists(Path.of(begun)));
        Service service = new Service();
        assertThat(executor.with(TaskOptions.defaults().queueTimeout(Duration.ofSeconds(1)))
                        .submit(() -> service.answer()))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(TaskTimeoutException.class)
                .withMessageContaining("busy=0, preparing=1, idle=0, starting=0");
        patient.cancel(true);
    }

    @Test
    void aReferenceDeepInAGraphIsNotedToo() {
        open(builder().preparation(() -> prepared++));
        Object[] nested = {new Service()};
        for (int i = 0; i < 3000; i++) {
            nested = new Object[] {nested};
        }
        Object[] deep = nested;
        assertThat(executor.submit(() -> deep.length + prepared))
                .succeedsWithin(TIMEOUT)
                .isEqualTo(2);
    }

    @Test
    void everyWorkerThatIsAskedIsPreparedOnce() throws Exception {
        open(builder().workers(3).minWorkers(3).preparation(() -> prepared++));
        // All are up before the first is prepared, which goes on with a task at once.
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> executor.workers().stream()
                                .filter(worker -> worker.state() == WorkerInfo.State.IDLE)
                                .count()
                        == 3);
        Service service = new Service();
        String there = directory.toString();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int me = i;
            answers.add(executor.submit(() -> {
                Files.createFile(Path.of(there, "here-" + me));
                while (Path.of(there).toFile().list().length < 3) {
                    Thread.sleep(10);
                }
                return service.answer();
            }));
        }
        Set<String> all = new java.util.HashSet<>();
        for (CompletableFuture<String> each : answers) {
            all.add(each.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        }
        assertThat(all).hasSize(3).allMatch(answer -> answer.startsWith("prepared 1 times"));
    }

    @Test
    void anOrdinaryTaskPassesThoseThatWaitForIt() {
        String gate = directory.resolve("gate").toString();
        open(builder().workers(2).preparation(awaiting(gate)));
        CompletableFuture<String> waiting = submit();
        assertThat(executor.submit(() -> "meanwhile")).succeedsWithin(TIMEOUT);
        assertThat(waiting).isNotDone();
        open(gate);
        assertThat(waiting).succeedsWithin(TIMEOUT);
    }

    @Test
    void itIsNoPartOfTheTimeATaskMayRun() {
        open(builder().preparation(() -> {
            sleep(4000);
            prepared++;
        }));
        Service service = new Service();
        assertThat(executor.with(TaskOptions.defaults().timeout(Duration.ofSeconds(3)))
                        .submit(service::answer))
                .succeedsWithin(TIMEOUT)
                .asString()
                .startsWith("prepared 1 times");
    }

    @Test
    void itsFailureReachesTheCallerWholeAndTheNextTaskTriesAgain() {
        String license = directory.resolve("license").toString();
        String heard = directory.resolve("heard").toString();
        open(builder().preparation(() -> {
            if (!Files.exists(Path.of(license))) {
                System.err.println("looking for a license");
                awaiting(heard).run();
                throw new IllegalStateException("no license", new java.io.IOException("nothing there"));
            }
            prepared++;
        }));
        // What it prints goes another way than its answer, and may be overtaken.
        AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getFormattedMessage().endsWith("looking for a license")) {
                    open(heard);
                }
            }
        };
        listener.start();
        Logger output = (Logger) LoggerFactory.getLogger("io.processexecutor.worker");
        output.addAppender(listener);
        try {
            failureOf(submit())
                    .withMessageContaining("No worker can be prepared for the task")
                    .withMessageContaining("could not be prepared")
                    .withMessageContaining("java.lang.IllegalStateException: no license")
                    .withMessageContaining("looking for a license")
                    .withRootCauseInstanceOf(java.io.IOException.class);
        } finally {
            output.detachAppender(listener);
        }
        assertThat(executor.submit(() -> "ordinary")).succeedsWithin(TIMEOUT);
        open(license);
        assertThat(answer()).startsWith("prepared 1 times");
        assertThat(executor.stats().workerStarts()).as("no worker was lost").isEqualTo(1);
        assertThat(executor.stats().breakerOpen()).isFalse();
    }

    @Test
    void oneThatTakesTooLongIsEndedAndSaysWhereItWas() {
        // As long as it takes to begin on a busy machine, or there is nothing to say.
        open(builder().preparationTimeout(Duration.ofSeconds(8)).preparation(PreparationTest::hang));
        failureOf(submit())
                .withMessageContaining("it took longer than the preparation timeout of 8000 ms")
                .withMessageContaining("PreparationTest.hang");
        assertThat(executor.submit(() -> "ordinary")).succeedsWithin(TIMEOUT);
    }

    private static PooledWorker beingPrepared(WorkerPool pool, PoolSettings settings) {
        PooledWorker worker =
                new PooledWorker(1, 1, pool, new WorkerLauncher(settings.launch(), "", () -> "", new NoRehearsals()));
        assertThat(worker.state().becomeIdle() && worker.state().reserve()).isTrue();
        pool.preparedWorkers().prepareSome(List.of(worker));
        return worker;
    }

    @Test
    void oneThatTheWorkerGivesBackSinceItDidNotBeginInTimeEndsAndTheWorkerGoesOn() throws Exception {
        PoolSettings settings =
                builder().prepareEagerly(true).preparation(() -> prepared++).settings();
        WorkerPool pool = new WorkerPool(settings);
        try {
            PooledWorker worker = beingPrepared(pool, settings);
            assertThat(worker.state().isPreparing()).isTrue();
            assertThat(pool.stats().running()).isEqualTo(1);

            Runnable rest = worker.receive(new Recalled(List.of(idOfPreparation(worker))));
            assertThat(rest).isNotNull();
            rest.run();
            assertThat(worker.state().isPreparing() || worker.state().isPrepared())
                    .isFalse();
            assertThat(worker.state().isIdle()).isTrue();
            assertThat(pool.stats().running()).isZero();
        } finally {
            pool.close();
        }
    }

    @Test
    void oneThatEndsAsItsTimeIsUpCostsNeitherTheWorkerNorItsNextPreparation() throws Exception {
        PoolSettings settings =
                builder().prepareEagerly(true).preparation(() -> prepared++).settings();
        WorkerPool pool = new WorkerPool(settings);
        try {
            PooledWorker worker = beingPrepared(pool, settings);
            long first = idOfPreparation(worker);

            assertThat(worker.receive(new Done(first, new Timings(0, 0, 0), Payload.EMPTY)))
                    .isNotNull();
            assertThat(worker.receive(new Interrupting(first, List.of())))
                    .as("the answer to the cancellation that met it")
                    .isNull();
            assertThat(worker.state().isIdle()).isTrue();

            // The worker remembers what was cancelled there and had not begun.
            worker.state().endPreparation(null);
            assertThat(worker.state().reserve()).isTrue();
            pool.preparedWorkers().prepareSome(List.of(worker));
            assertThat(idOfPreparation(worker)).isNotEqualTo(first);
        } finally {
            pool.close();
        }
    }

    private static long idOfPreparation(PooledWorker worker) {
        Preparation.Attempt attempt = worker.state().preparation();
        assertThat(attempt).isNotNull();
        return attempt.id();
    }

    @Test
    void aTaskOutlivesOneWorkerThatDiesBeforeItIsPrepared() {
        Path killed = directory.resolve("killed");
        String mark = killed.toString();
        open(builder().preparation(() -> {
            if (!Files.exists(Path.of(mark))) {
                open(mark);
                Runtime.getRuntime().halt(9);
            }
            prepared++;
        }));
        assertThat(answer()).startsWith("prepared 1 times");
        assertThat(killed).exists();
        assertThat(executor.stats().workerStarts()).isEqualTo(2);
    }

    @Test
    void oneThatEndsTheJvmIsNoCrashOfTheTask() {
        open(builder().preparation(() -> Runtime.getRuntime().halt(7)));
        failureOf(submit()).withMessageContaining("its preparation ended with exit code 7");
        assertThat(executor.submit(() -> "ordinary")).succeedsWithin(TIMEOUT);
    }

    @Test
    void eagerlyItIsDoneBeforeAnyTask() {
        String there = directory.toString();
        open(builder().workers(2).minWorkers(2).prepareEagerly(true).preparation(() -> {
            open(there + "/prepared-" + ProcessHandle.current().pid());
            prepared++;
        }));
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> directory.toFile().list().length == 2
                        && executor.stats().idleWorkers() == 2);
        assertThat(executor.submit(() -> prepared)).succeedsWithin(TIMEOUT).isEqualTo(1);
    }

    @Test
    void theWarmMinimumIsPreparedAndSaysHowLongThatTookAlsoAfterADeath() {
        Queue<WorkerPrepared> told = new ConcurrentLinkedQueue<>();
        open(builder()
                .workers(2)
                .minWorkers(2)
                .prepareEagerly(true)
                .preparation(PreparationTest::spendAMoment)
                .listener(new ProcessExecutorListener() {
                    @Override
                    public void onWorkerPrepared(WorkerPrepared event) {
                        told.add(event);
                    }
                }));
        Awaitility.await().atMost(TIMEOUT).until(() -> told.size() == 2);
        List<WorkerInfo> warm = executor.workers();
        assertThat(warm)
                .hasSize(2)
                .allMatch(worker -> worker.preparation().orElseThrow().toMillis() >= 20);
        assertThat(told)
                .extracting(WorkerPrepared::workerId)
                .containsExactlyInAnyOrderElementsOf(
                        warm.stream().map(WorkerInfo::workerId).toList());

        ProcessHandle.of(warm.get(0).pid()).orElseThrow().destroyForcibly();
        Awaitility.await().atMost(TIMEOUT).until(() -> told.size() == 3);
        assertThat(executor.workers())
                .hasSize(2)
                .allMatch(worker -> worker.preparation().isPresent());
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void withoutOneATaskThatNeedsItIsRejectedAndOthersRun() {
        open(builder());
        assertThat(executor.submit(() -> "ordinary")).succeedsWithin(TIMEOUT);
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(this::submit)
                .withMessageContainingAll("needsPreparedWorker", "preparation");
        assertThat(executor.submit(() -> "ordinary")).succeedsWithin(TIMEOUT);
    }

    @Test
    void shutdownNowDoesNotWaitForIt() throws Exception {
        String begun = directory.resolve("begun").toString();
        open(builder().preparationTimeout(Duration.ofMinutes(10)).preparation(() -> {
            open(begun);
            hang();
        }));
        CompletableFuture<String> waiting = submit();
        Awaitility.await().atMost(TIMEOUT).until(() -> Files.exists(Path.of(begun)));
        executor.shutdownNow();
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(waiting).isCancelled();
    }

    @Test
    void shutdownDoesNotWaitForOneThatNobodyNeedsAnyMore() throws Exception {
        String begun = directory.resolve("begun").toString();
        open(builder().preparationTimeout(Duration.ofMinutes(10)).preparation(() -> {
            open(begun);
            hang();
        }));
        CompletableFuture<String> waiting = submit();
        Awaitility.await().atMost(TIMEOUT).until(() -> Files.exists(Path.of(begun)));
        waiting.cancel(true);
        executor.shutdown();
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(executor.stats().exits(io.processexecutor.WorkerExit.Reason.SHUTDOWN))
                .isEqualTo(1);
    }

    @Test
    void shutdownNowEndsWhatRunsAlsoIfAWorkerComesUpMeanwhileAndOneThatWaitedForItWasCancelled() throws Exception {
        String first = directory.resolve("first").toString();
        String begun = directory.resolve("begun").toString();
        String gate = directory.resolve("gate").toString();
        // Long enough for the second worker to come up meanwhile.
        open(builder()
                .workers(2)
                .cancelGrace(Duration.ofSeconds(8))
                .prepareEagerly(true)
                .preparation(() -> prepared++)
                .initializer(() -> {
                    if (Files.exists(Path.of(first))) {
                        awaiting(gate).run();
                    } else {
                        open(first);
                    }
                }));
        CompletableFuture<?> stubborn = executor.submit((ProcessAction) () -> {
            open(begun);
            hang();
        });
        Awaitility.await().atMost(TIMEOUT).until(() -> Files.exists(Path.of(begun)));
        assertThat(submit().cancel(true)).isTrue();
        executor.shutdownNow();
        open(gate);
        assertThat(executor.awaitTermination(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(stubborn).isCancelled();
    }

    @Test
    void anIdleWorkerThatCouldNotBePreparedIsLetGo() {
        open(builder().idleTimeout(Duration.ofSeconds(3)).preparation(() -> {
            throw new IllegalStateException("no license");
        }));
        failureOf(submit()).withMessageContaining("no license");
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> executor.stats().exits(io.processexecutor.WorkerExit.Reason.IDLE) == 1);
    }

    private CompletableFuture<String> submit() {
        Service service = new Service();
        return executor.submit((ProcessTask<String>) service::answer);
    }

    private String answer() {
        return submit().orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static ThrowableAssertAlternative<WorkerStartException> failureOf(CompletableFuture<?> future) {
        return assertThatExceptionOfType(WorkerStartException.class).isThrownBy(() -> {
            try {
                future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause();
            }
        });
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void hang() {
        while (true) {
            Thread.onSpinWait();
        }
    }

    private static ProcessAction awaiting(String gate) {
        return () -> {
            while (!Files.exists(Path.of(gate))) {
                sleep(10);
            }
        };
    }

    private static void open(String gate) {
        try {
            Files.createFile(Path.of(gate));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void open(Builder builder) {
        executor = builder.build();
    }

    private static Builder builder() {
        return ProcessPoolExecutor.builder()
                .workers(1)
                .maxHeapBytes(64 << 20)
                .firstStartPause(Duration.ofMillis(50))
                .serialization(SerializationOptions.defaults().replacer(new ServiceReplacer()));
    }
}
