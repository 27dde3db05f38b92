package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.pid;
import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.ProcessTask;
import io.processexecutor.RemoteTaskException;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.internal.protocol.WorkerSettings;
import io.processexecutor.serialization.TaskSerializers;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be read, there or here, fails one task with all that is known, and the worker lives. */
@Timeout(180)
class RemoteFailureTest {

    private static final Duration BOUND = Duration.ofSeconds(60);

    private ProcessPoolExecutor executor;

    @AfterEach
    void close() {
        assertThat(executor.submit(() -> "fine")).succeedsWithin(BOUND).isEqualTo("fine");
        assertThat(executor.stats().workerExits()).as("no worker was lost").isZero();
        executor.close();
    }

    static final class Unreadable implements Serializable {
        private static final long serialVersionUID = 1L;

        private void readObject(ObjectInputStream in) {
            throw new IllegalStateException("raised in the worker");
        }
    }

    @Test
    void s18AnArgumentThatThrowsWhenItIsReadFailsItsTaskAndTheWorkerLives() {
        executor = builder().build();
        long pid = executor.submit(() -> pid()).join();
        Unreadable unreadable = new Unreadable();
        TaskSerializationException failure =
                failureOf(executor.submit(() -> unreadable.hashCode()), TaskSerializationException.class);
        assertThat(failure.phase()).isEqualTo(Phase.DECODE_TASK);
        assertThat(failure)
                .hasStackTraceContaining("raised in the worker")
                .hasStackTraceContaining("IllegalStateException");
        assertThat(executor.submit(() -> pid())).succeedsWithin(BOUND).isEqualTo(pid);
    }

    @Test
    void aThousandFailuresInOneDoNotFillASmallWorker() {
        executor = builder().workers(1).maxHeapBytes(64 << 20).build();
        long pid = executor.submit(() -> pid()).join();
        Throwable failure = failureOf(
                executor.submit((ProcessTask<Integer>) () -> {
                    throw bulk("item", 1000);
                }),
                IllegalStateException.class);
        assertThat(failure).hasMessage("bulk");
        assertThat(executor.submit(() -> pid())).succeedsWithin(BOUND).isEqualTo(pid);
    }

    static IllegalStateException bulk(String message, int depth) {
        StackTraceElement[] frames = new StackTraceElement[depth];
        for (int i = 0; i < depth; i++) {
            frames[i] =
                    new StackTraceElement("app", null, null, "com.example.SomeRatherLongName" + i, "m", "S.java", i);
        }
        IllegalStateException all = new IllegalStateException("bulk");
        for (int i = 0; i < 999; i++) {
            IllegalStateException each = new IllegalStateException(message);
            each.setStackTrace(frames);
            all.addSuppressed(each);
        }
        return all;
    }

    @Test
    void whereATaskWasSubmittedIsKeptUnlessManyWaitAlready(@TempDir Path directory) throws IOException {
        executor = builder().workers(1).build();
        Path gate = directory.resolve("gate");
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        all.add(executor.submit(InWorker.untilExists(gate)));
        for (int i = 0; i < 1500; i++) {
            all.add(executor.submit((ProcessTask<Integer>) () -> {
                throw new IllegalStateException("raised in the worker");
            }));
        }
        Files.createFile(gate);
        Throwable kept = failureOf(all.get(1), IllegalStateException.class);
        Throwable bare = failureOf(all.get(1500), IllegalStateException.class);
        String here = getClass().getName() + ".whereATaskWasSubmitted";
        assertThat(kept).hasStackTraceContaining("below: submitted by");
        assertThat(kept.getStackTrace()).anyMatch(frame -> frame.toString().contains(here));
        assertThat(bare).hasStackTraceContaining("submitter not kept");
        assertThat(bare.getStackTrace()).noneMatch(frame -> frame.toString().contains(here + "IsKept"));
    }

    @Test
    void s22WhatAFilterOfThePlatformRefusesFailsOneTask() {
        executor = builder()
                .serializer(TaskSerializers.java())
                .jvmArgs(List.of("-Djdk.serialFilter=!" + Link.class.getName()))
                .build();
        Link refused = new Link();
        assertThat(failureOf(executor.submit(() -> refused.next == null), TaskSerializationException.class))
                .hasStackTraceContaining("REJECTED");
    }

    private static final class Link implements Serializable {
        private static final long serialVersionUID = 1L;
        private Link next;
    }

    @Test
    void s22ACircleOfTenThousandObjectsIsReadWithoutEndingTheStack() {
        executor = builder().build();
        Link first = new Link();
        Link last = first;
        for (int i = 0; i < 10_000; i++) {
            last.next = new Link();
            last = last.next;
        }
        last.next = first;
        assertThat(executor.submit(() -> first.next.next != null))
                .succeedsWithin(BOUND)
                .isEqualTo(true);
    }

    static final class Selective extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Selective() {
            super("what the task said", new IOException("and why"));
        }

        private void readObject(ObjectInputStream in) throws Exception {
            in.defaultReadObject();
            if (!WorkerSettings.inWorker()) {
                throw new IllegalStateException("it cannot be rebuilt here");
            }
        }
    }

    @Test
    void s40AnExceptionThatCannotBeRebuiltHereIsStoodInFor() {
        executor = builder().build();
        RemoteTaskException standIn = failureOf(
                executor.submit((ProcessTask<Object>) () -> {
                    throw new Selective();
                }),
                RemoteTaskException.class);
        assertThat(standIn.className()).isEqualTo(Selective.class.getName());
        assertThat(standIn).hasMessageContaining("what the task said");
        assertThat(standIn.getCause()).hasMessageContaining("and why");
        assertThat(standIn.getStackTrace()[0].getClassName()).startsWith(RemoteFailureTest.class.getName());
    }

    @Test
    void s41CausesAndSuppressedArriveEvenInACircle() {
        executor = builder().build();
        IOException failure = failureOf(
                executor.submit((ProcessTask<Object>) () -> {
                    IllegalStateException cause = new IllegalStateException("cause");
                    IOException top = new IOException("top", cause);
                    top.addSuppressed(new ArithmeticException("suppressed"));
                    cause.initCause(top);
                    throw top;
                }),
                IOException.class);
        assertThat(failure).hasMessage("top").hasSuppressedException(failure.getSuppressed()[0]);
        assertThat(failure.getSuppressed()[0])
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("suppressed");
        assertThat(failure.getCause()).isInstanceOf(IllegalStateException.class).hasMessage("cause");
        assertThat(failure.getCause().getCause()).isSameAs(failure);
    }

    private static <T extends Throwable> T failureOf(CompletableFuture<?> future, Class<T> type) {
        List<T> found = new ArrayList<>();
        assertThat(future)
                .failsWithin(BOUND)
                .withThrowableOfType(ExecutionException.class)
                .satisfies(e -> {
                    assertThat(e.getCause()).isInstanceOf(type);
                    found.add(type.cast(e.getCause()));
                });
        return found.get(0);
    }

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder().name("failing").workers(1).maxHeapBytes(64 << 20);
    }
}
