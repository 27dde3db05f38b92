package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessAction;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerStartException;
import io.processexecutor.pool.ProcessPoolExecutor.Builder;
import io.processexecutor.serialization.TaskSerializers;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each worker does before its first task. */
@Timeout(180)
class InitializerTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static String state = "none";

    @TempDir
    Path directory;

    private ProcessPoolExecutor executor;

    @AfterEach
    void close() {
        if (executor != null) {
            executor.close();
        }
    }

    @Test
    void s94WhatItSetsEachOfFourWorkersSees() {
        String there = directory.toString();
        open(builder()
                .workers(4)
                .initializer(() -> state = "of " + ProcessHandle.current().pid()));
        List<CompletableFuture<String>> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int me = i;
            seen.add(executor.submit(() -> {
                Files.createFile(Path.of(there, "here-" + me));
                while (Path.of(there).toFile().list().length < 4) {
                    Thread.sleep(10);
                }
                return state.equals("of " + ProcessHandle.current().pid()) ? state : "not set";
            }));
        }
        Set<String> states = seen.stream().map(CompletableFuture::join).collect(Collectors.toSet());
        assertThat(states).hasSize(4).doesNotContain("not set");
        assertThat(state).as("here").isEqualTo("none");
    }

    @Test
    void s94AWorkerThatReplacesAnotherIsInitializedToo() {
        open(builder().initializer(() -> state = "set"));
        CompletableFuture<Object> crashing = executor.submit(() -> {
            Runtime.getRuntime().halt(1);
            return null;
        });
        assertThat(crashing).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(WorkerCrashedException.class);
        assertThat(executor.submit(() -> state)).succeedsWithin(TIMEOUT).isEqualTo("set");
    }

    @Test
    void s95ItsFailureIsVisibleAndStartsNoStorm() {
        String there = directory.toString();
        open(builder().firstStartPause(Duration.ofMillis(100)).initializer(() -> {
            try {
                Files.createTempFile(Path.of(there), "try", "");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            throw new IllegalStateException("no license");
        }));
        assertThat(executor.submit(() -> 1))
                .failsWithin(TIMEOUT)
                .withThrowableOfType(ExecutionException.class)
                .satisfies(e -> {
                    assertThat(e.getCause())
                            .isInstanceOf(WorkerStartException.class)
                            .hasMessageContaining("its initializer failed: java.lang.IllegalStateException: no license")
                            .hasRootCauseInstanceOf(IllegalStateException.class)
                            .hasRootCauseMessage("no license");
                    assertThat(rootOf(e).getStackTrace())
                            .anyMatch(frame -> frame.getClassName().startsWith(InitializerTest.class.getName()));
                });
        assertThat(directory.toFile().list()).as("starts before it was said").hasSizeBetween(5, 6);
        assertThat(executor.stats().workerStarts()).isZero();
    }

    @Test
    void s96OneThatHangsIsEndedAndSaysWhereItHung() {
        // As long as it takes to begin on a busy machine, or there is nothing to say; and so only the last one hangs.
        String there = directory.toString();
        open(builder().initializerTimeout(Duration.ofSeconds(8)).initializer(() -> hangAtTheFifthStart(there)));
        failure()
                .withMessageContaining("its initializer took longer than its timeout of 8000 ms")
                .withMessageContaining("InitializerTest.hang");
    }

    @Test
    void s96OneThatEndsTheJvmIsNamedByItsExitCode() {
        open(builder().initializer(() -> System.exit(7)));
        failure().withMessageContaining("its initializer ended the JVM").withMessageContaining("exit code 7");
    }

    @Test
    void s96OneThatCannotTravelIsRefusedWhenTheExecutorIsBuilt() {
        Thread thread = new Thread();
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> builder()
                        .serializer(TaskSerializers.java())
                        .initializer(() -> thread.interrupt())
                        .build())
                .withMessageContaining("java.lang.Thread");
    }

    static final class Missing implements ProcessAction {
        private static final long serialVersionUID = 1L;

        @Override
        public void run() {}

        private void readObject(ObjectInputStream in) throws ClassNotFoundException {
            throw new ClassNotFoundException("com.acme.Driver");
        }
    }

    @Test
    void s96AClassThatTheWorkerDoesNotHaveIsNamed() {
        open(builder().serializer(TaskSerializers.java()).initializer(new Missing()));
        failure().withMessageContaining("its initializer failed").withMessageContaining("com.acme.Driver");
    }

    @Test
    void closingDoesNotWaitForAnInitializer() {
        Path mark = directory.resolve("mark");
        String name = mark.toString();
        open(builder().minWorkers(1).shutdownGrace(Duration.ofDays(1)).initializer(() -> {
            try {
                Files.createFile(Path.of(name));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            hang();
        }));
        await().atMost(TIMEOUT).until(() -> Files.exists(mark));
        executor.close();
        assertThat(executor.isTerminated()).isTrue();
    }

    private ThrowableAssertAlternative<?> failure() {
        return assertThat(executor.submit(() -> 1))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(WorkerStartException.class);
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static void hangAtTheFifthStart(String directory) {
        if (Path.of(directory).toFile().list().length == 4) {
            hang();
        }
        try {
            Files.createTempFile(Path.of(directory), "try", "");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        throw new IllegalStateException("not yet");
    }

    private static void hang() {
        while (true) {
            try {
                Thread.sleep(1000);
            } catch (InterruptedException e) {
                // It heeds nothing.
            }
        }
    }

    private static Builder builder() {
        return ProcessPoolExecutor.builder()
                .name("initialized")
                .workers(1)
                .maxHeapBytes(64 << 20)
                .firstStartPause(Duration.ofMillis(1));
    }

    private void open(Builder builder) {
        executor = builder.build();
    }
}
