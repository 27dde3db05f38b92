package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.awaitFile;
import static io.processexecutor.pool.InWorker.pid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.processexecutor.Broadcast;
import io.processexecutor.ProcessTask;
import io.processexecutor.SharedBuffer;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerCrashedException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** How long what was broadcast is kept, here and in the workers, whatever becomes of tasks and workers meanwhile. */
@NullUnmarked
@Timeout(180)
class BroadcastLifeTest {

    private static final Duration BOUND = Duration.ofSeconds(40);

    /** In the worker. */
    private static WeakReference<Object> seen;

    @TempDir
    Path directory;

    private ProcessPoolExecutor executor;

    @AfterEach
    void close() throws IOException {
        if (executor != null) {
            executor.close();
        }
        assertThat(SharedFilesOnDisk.all()).isEmpty();
    }

    private static ProcessPoolExecutor.Builder one() {
        return ProcessPoolExecutor.builder().workers(1).maxHeapBytes(128 << 20).cancelGrace(Duration.ofMillis(300));
    }

    /** Tells that it is being decoded, and is so until there is a file that says what is to become of it. */
    static final class Slow implements Serializable {
        private static final long serialVersionUID = 1L;
        final String directory;

        Slow(Path directory) {
            this.directory = directory.toString();
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            try {
                Files.createFile(Path.of(directory, "decoding"));
            } catch (FileAlreadyExistsException e) {
                // It was, once before.
                return;
            }
            while (!Files.exists(Path.of(directory, "die"))) {
                Thread.onSpinWait();
            }
            Runtime.getRuntime().halt(42);
        }
    }

    private void awaitDecoding() {
        await().atMost(BOUND).until(() -> Files.exists(directory.resolve("decoding")));
    }

    @Test
    void theWorkersDropItOnceItIsClosedAndTheLastTaskIsDone() throws Exception {
        executor = one().build();
        String gate = directory.resolve("gate").toString();
        Broadcast<byte[]> bytes = executor.broadcast(new byte[1 << 20]);
        executor.submit(() -> {
                    seen = new WeakReference<>(bytes.value());
                })
                .join();
        CompletableFuture<Integer> running = executor.submit(() -> {
            awaitFile(gate);
            return bytes.value().length;
        });
        CompletableFuture<Integer> waiting = executor.submit(() -> bytes.value().length);
        bytes.close();
        assertThat(SharedFilesOnDisk.all()).hasSize(1);
        Files.createFile(Path.of(gate));
        assertThat(running).succeedsWithin(BOUND).isEqualTo(1 << 20);
        assertThat(waiting).succeedsWithin(BOUND).isEqualTo(1 << 20);
        SharedFilesOnDisk.awaitNone();
        await().atMost(BOUND)
                .until(() -> executor.submit(() -> {
                            System.gc();
                            return seen.get() == null;
                        })
                        .join());
    }

    @Test
    void aWorkerKeepsItAsLongAsItIsOpen() {
        executor = one().build();
        try (Broadcast<byte[]> bytes = executor.broadcast(new byte[1 << 20])) {
            ProcessTask<Boolean> same = () -> {
                boolean known = seen != null && seen.get() == bytes.value();
                seen = new WeakReference<>(bytes.value());
                return known;
            };
            assertThat(executor.submit(same).join()).isFalse();
            executor.submit(() -> System.gc()).join();
            assertThat(executor.submit(same).join()).isTrue();
        }
    }

    @Test
    void aTaskThatIsRunAgainAfterACrashFindsItInTheNewWorker() throws Exception {
        executor = one().build();
        String died = directory.resolve("died").toString();
        Broadcast<int[]> numbers = executor.broadcast(new int[] {1, 2, 3});
        CompletableFuture<Integer> retried = executor.with(
                        TaskOptions.defaults().retryOnCrash(1))
                .submit(() -> {
                    int length = numbers.value().length;
                    if (!Files.exists(Path.of(died))) {
                        Files.createFile(Path.of(died));
                        Runtime.getRuntime().halt(42);
                    }
                    return length;
                });
        numbers.close();
        assertThat(retried).succeedsWithin(BOUND).isEqualTo(3);
        SharedFilesOnDisk.awaitNone();
    }

    @Test
    void aWorkerThatDiesInTheMiddleOfDecodingItFailsOneTaskAndTheNextWorkerReadsIt() throws Exception {
        executor = one().build();
        try (Broadcast<Slow> slow = executor.broadcast(new Slow(directory))) {
            CompletableFuture<String> first = executor.submit(() -> slow.value().directory);
            CompletableFuture<String> second = executor.submit(() -> slow.value().directory);
            awaitDecoding();
            Files.createFile(directory.resolve("die"));
            assertThat(first).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(WorkerCrashedException.class);
            assertThat(second).succeedsWithin(BOUND).isEqualTo(directory.toString());
        }
    }

    @Test
    void aTaskThatIsCancelledWhileItDecodesItIsStoppedAndTheNextOneReadsIt() throws Exception {
        executor = one().build();
        Broadcast<Slow> slow = executor.broadcast(new Slow(directory));
        CompletableFuture<String> first = executor.submit(() -> slow.value().directory);
        CompletableFuture<String> second = executor.submit(() -> slow.value().directory);
        slow.close();
        awaitDecoding();
        assertThat(first.cancel(true)).isTrue();
        assertThat(second).succeedsWithin(BOUND).isEqualTo(directory.toString());
        SharedFilesOnDisk.awaitNone();
    }

    @Test
    void aFreshWorkerReadsItAnew() {
        executor = one().build();
        try (Broadcast<int[]> numbers = executor.broadcast(new int[] {1, 2, 3})) {
            ProcessTask<Long> task = () -> pid() * numbers.value().length;
            long before = executor.submit(task).join();
            executor.recycle();
            await().atMost(BOUND).until(() -> executor.submit(task).join() != before);
        }
    }

    /** Of each, the broadcast must be gone though nobody but the task held it. */
    @Test
    void howeverATaskEndsItGivesBackWhatItUses() throws Exception {
        executor = one().queueCapacity(3).build();
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> blocking = executor.submit(InWorker.untilExists(gate));
        // A worker is busy a moment before its task has left the queue.
        await().atMost(BOUND)
                .until(() -> executor.stats().running() == 1
                        && executor.workers().get(0).task().isPresent());

        CompletableFuture<Integer> cancelled = using(TaskOptions.defaults());
        CompletableFuture<Integer> failed = using(TaskOptions.defaults());
        CompletableFuture<Integer> completed = using(TaskOptions.defaults());
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> using(TaskOptions.defaults()));
        cancelled.cancel(true);
        failed.completeExceptionally(new IllegalStateException());
        completed.complete(7);
        assertFailsWith(TaskTimeoutException.class, using(TaskOptions.defaults().queueTimeout(Duration.ofMillis(50))));
        SharedFilesOnDisk.awaitNone();
        Files.createFile(gate);
        assertThat(blocking).succeedsWithin(BOUND);

        assertFailsWith(ArithmeticException.class, using(TaskOptions.defaults(), 0, 0));
        assertFailsWith(WorkerCrashedException.class, using(TaskOptions.defaults(), 0, 42));
        assertFailsWith(
                TaskTimeoutException.class, using(TaskOptions.defaults().timeout(Duration.ofMillis(200)), 60_000, 0));
        CompletableFuture<Integer> dropped = using(TaskOptions.defaults(), 200, 1);
        dropped.cancel(false);
        SharedFilesOnDisk.awaitNone();

        CompletableFuture<Integer> stopped = using(TaskOptions.defaults(), 60_000, 0);
        CompletableFuture<Integer> waiting = using(TaskOptions.defaults());
        executor.shutdownNow();
        await().atMost(BOUND).until(() -> stopped.isCancelled() && waiting.isCancelled());
        SharedFilesOnDisk.awaitNone();
    }

    private static void assertFailsWith(Class<? extends Throwable> cause, CompletableFuture<?> task) {
        assertThat(task).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(cause);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whereSomebodyDeletedThePlaceInMemoryItGoesToDisk() throws Exception {
        executor = one().build();
        try (Broadcast<int[]> before = executor.broadcast(new int[] {1})) {
            assertThat(executor.submit(() -> before.value()[0]))
                    .succeedsWithin(BOUND)
                    .isEqualTo(1);
            Path place = SharedFilesOnDisk.all().get(0).getParent();
            try (Stream<Path> files = Files.list(place)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(place);
            try (Broadcast<int[]> after = executor.broadcast(new int[] {2});
                    SharedBuffer bytes = executor.share(ByteBuffer.wrap(new byte[] {3}))) {
                assertThat(executor.submit(() -> before.value()[0]
                                + after.value()[0]
                                + bytes.buffer().get(0)))
                        .succeedsWithin(BOUND)
                        .isEqualTo(6);
            }
        }
    }

    @Test
    void whoKeepsTheFutureOfATaskKeepsNothingOfWhatWasSent() {
        executor = one().build();
        // Other tests may have left something in this JVM.
        long before = usedAfterCollection();
        List<CompletableFuture<Integer>> kept = new ArrayList<>();
        try (Broadcast<int[]> numbers = executor.broadcast(new int[] {1, 2, 3})) {
            for (int i = 0; i < 100; i++) {
                byte[] data = new byte[1 << 20];
                kept.add(executor.submit(() -> numbers.value().length + data.length));
                assertThat(kept.get(i)).succeedsWithin(BOUND).isEqualTo(3 + (1 << 20));
            }
        }
        await().atMost(BOUND).until(() -> usedAfterCollection() < before + (50 << 20));
        assertThat(kept).hasSize(100);
    }

    private static long usedAfterCollection() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private CompletableFuture<Integer> using(TaskOptions options) {
        return using(options, 0, 1);
    }

    /** Divides by the divisor, or ends the worker with it. */
    private CompletableFuture<Integer> using(TaskOptions options, long sleep, int divisor) {
        try (Broadcast<int[]> numbers = executor.broadcast(new int[] {1, 2, 3})) {
            return executor.with(options).submit(() -> {
                Thread.sleep(sleep);
                if (divisor == 42) {
                    Runtime.getRuntime().halt(divisor);
                }
                return numbers.value().length / divisor;
            });
        }
    }

    @Test
    void oneThatNobodyClosedIsClosedWhenNobodyCanReachIt() throws Exception {
        executor = one().name("forgetful").build();
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.list = new CopyOnWriteArrayList<>();
        logged.start();
        Logger logger = (Logger) LoggerFactory.getLogger("io.processexecutor");
        logger.addAppender(logged);
        try {
            CompletableFuture<Integer> length = forgotten();
            System.gc();
            assertThat(length).as("its task holds it").succeedsWithin(BOUND).isEqualTo(3);
            await().atMost(BOUND).until(() -> {
                System.gc();
                return SharedFilesOnDisk.all().isEmpty();
            });
            List<ILoggingEvent> warnings = new ArrayList<>(logged.list);
            warnings.removeIf(event -> !event.getFormattedMessage().matches("Broadcast.* of forgetful .*discarded.*"));
            assertThat(warnings).singleElement().satisfies(event -> {
                assertThat(event.getFormattedMessage()).contains("Broadcast", "of forgetful", "int[]", "Close it");
                assertThat(event.getThrowableProxy().getStackTraceElementProxyArray())
                        .anyMatch(frame -> frame.getSTEAsString().contains("BroadcastLifeTest.forgotten"));
            });
        } finally {
            logger.detachAppender(logged);
        }
    }

    private CompletableFuture<Integer> forgotten() {
        Broadcast<int[]> numbers = executor.broadcast(new int[] {1, 2, 3});
        return executor.submit(() -> numbers.value().length);
    }
}
