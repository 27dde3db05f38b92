package io.processexecutor.pool;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.processexecutor.Broadcast;
import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.serialization.TaskSerializers;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is large travels through files, of which nothing is left whatever becomes of the task. */
@Timeout(180)
@EnabledOnOs(OS.LINUX)
class LargePayloadTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int LARGE = 8 << 20;

    @TempDir
    Path directory;

    private final ProcessPoolExecutor executor = builder().build();

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder().workers(1).maxHeapBytes(128 << 20).cancelGrace(Duration.ofMillis(200));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        try {
            if (!executor.isShutdown()) {
                await().atMost(TIMEOUT).untilAsserted(() -> assertThat(files()).isEmpty());
            }
        } finally {
            executor.close();
        }
        assertThat(directories()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "closure"})
    void neitherHeapHasRoomForASecondCopyAndNeedsNone(String serializer) throws Exception {
        // Of the heap two thirds are for what is large.
        try (ParentJvm parent = ParentJvm.start(ParentJvm.LargeArray.class, "-Xmx120m", "-Dserializer=" + serializer)) {
            assertThat(parent.says()).isEqualTo("argument 67108864, 67108864");
            assertThat(parent.says()).isEqualTo("result 67108864, 67108864");
            assertThat(parent.process().waitFor(20, SECONDS)).isTrue();
            assertThat(parent.process().exitValue()).isZero();
        }
    }

    @Test
    void withoutRoomForTheFileItGoesThroughTheSocket() throws Exception {
        ProcessBuilder command = ParentJvm.withoutRoomForFiles(ParentJvm.command(
                ParentJvm.LargeArray.class, List.of("-Xmx160m", "-Dworker-heap=160", "-Dmegabytes=48")));
        try (ParentJvm parent = ParentJvm.start(command)) {
            assertThat(parent.says()).isEqualTo("argument 50331648, 50331648");
            assertThat(parent.says()).isEqualTo("result 50331648, 50331648");
            assertThat(parent.process().waitFor(20, SECONDS)).isTrue();
        }
    }

    @Test
    @Tag("soak")
    @Timeout(300)
    void moreThanTwoGigabytesArrive() throws Exception {
        try (ParentJvm parent = ParentJvm.start(
                ParentJvm.LargeArray.class, "-Xmx5g", "-Dworker-heap=5400", "-Dmegabytes=1000", "-Darrays=3")) {
            assertThat(parent.says()).isEqualTo("argument 3145728000, 3145728000");
        }
    }

    @Test
    void aTextThatNoWorkerHasRoomForIsRefusedAndTheWorkerGoesOn() {
        long pid = executor.submit(() -> InWorker.pid()).join();
        String text = "x".repeat(100 << 20);
        assertThat(executor.submit(() -> text.length()))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(TaskSerializationException.class)
                .withMessageContaining("does not fit into the free heap");
        assertThat(executor.submit(() -> InWorker.pid()))
                .succeedsWithin(TIMEOUT)
                .isEqualTo(pid);
    }

    @ParameterizedTest
    @CsvSource({"java, 160", "kryo, 160", "closure, 160", "kryo, 100", "closure, 100"})
    void whatNoWorkerHasRoomForIsRefusedAndTheWorkerGoesOn(String serializer, int megabytes) {
        executor.close();
        try (ProcessPoolExecutor chosen =
                builder().serializer(TaskSerializers.named(serializer)).build()) {
            long pid = chosen.submit(() -> InWorker.pid()).join();
            byte[] data = new byte[megabytes << 20];
            assertThat(chosen.submit(() -> data.length))
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(TaskSerializationException.class)
                    .withMessageContaining("does not fit into the");
            assertThat(chosen.submit(() -> InWorker.pid()))
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo(pid);
            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(files()).isEmpty());
        }
    }

    @Test
    void anArgumentAndAResultArriveAsTheyWere() {
        byte[] data = data();
        for (int i = 0; i < 3; i++) {
            assertThat(executor.submit(() -> {
                        data[0]++;
                        return data;
                    }))
                    .succeedsWithin(TIMEOUT)
                    .satisfies(result -> {
                        assertThat(result[0]).isEqualTo((byte) (data[0] + 1));
                        assertThat(Arrays.equals(result, 1, LARGE, data, 1, LARGE))
                                .isTrue();
                    });
        }
    }

    @Test
    void theFileIsThereUntilTheTaskIsDone() throws Exception {
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> task = executor.submit(lengthOnceOpen(data(), gate));
        assertThat(files()).hasSize(1).allMatch(each -> each.startsWith("task-"));
        Files.createFile(gate);
        assertThat(task).succeedsWithin(TIMEOUT).isEqualTo(LARGE);
    }

    @Test
    void aCallbackThatTakesItsTimeKeepsNoFile() throws Exception {
        Path gate = directory.resolve("gate");
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        CompletableFuture<Integer> task = executor.submit(lengthOnceOpen(data(), gate));
        CompletableFuture<Void> callback = task.thenAccept(length -> goOn.join());
        Files.createFile(gate);
        // Who waits for it in its own way may find itself running the callback.
        await().atMost(TIMEOUT).until(task::isDone);
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(files()).isEmpty());
        assertThat(callback).isNotDone();
        goOn.complete(null);
        assertThat(callback).succeedsWithin(TIMEOUT);
    }

    static final class Weighty extends Exception {
        private static final long serialVersionUID = 1;
        final byte[] data = new byte[LARGE];
    }

    @Test
    void aLargeExceptionArrives() {
        assertThat(executor.submit(() -> {
                    throw new Weighty();
                }))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        Weighty.class, thrown -> assertThat(thrown.data).hasSize(LARGE));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRunningTaskIsCancelled(boolean interrupt) throws Exception {
        Path gate = directory.resolve("gate");
        Path begun = directory.resolve("begun");
        CompletableFuture<Integer> task = executor.submit(lengthOnceOpen(data(), gate, begun));
        await().atMost(TIMEOUT).until(() -> Files.exists(begun));
        assertThat(task.cancel(interrupt)).isTrue();
        Files.createFile(gate);
        assertThat(executor.submit(() -> 1)).succeedsWithin(TIMEOUT).isEqualTo(1);
    }

    @Test
    void aTaskThatMayRunOnIsReadThoughItsFutureIsDone() throws Exception {
        // As good as at once: the worker has it, and may not have opened it yet.
        executor.submit(() -> 1).get(30, SECONDS);
        for (int i = 0; i < 20; i++) {
            Path mark = directory.resolve("ran-" + i);
            String name = mark.toString();
            byte[] data = new byte[LARGE];
            CompletableFuture<Object> task = executor.submit(() -> {
                Files.write(Path.of(name), new byte[data.length >> 20]);
                return null;
            });
            task.cancel(false);
            assertThat(executor.submit(() -> 1)).succeedsWithin(TIMEOUT).isEqualTo(1);
            assertThat(mark).exists();
        }
    }

    @Test
    void aTaskIsGivenUpWhileItsReplyArrives() throws Exception {
        Broadcast<byte[]> broadcast = executor.broadcast(data());
        for (int i = 0; i < 20_000; i++) {
            CompletableFuture<Integer> task = executor.submit(() -> broadcast.value().length);
            long until = System.nanoTime() + ThreadLocalRandom.current().nextLong(60_000);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            task.cancel(false);
        }
        broadcast.close();
        assertThat(executor.submit(() -> 1)).succeedsWithin(TIMEOUT).isEqualTo(1);
    }

    @Test
    void aQueuedTaskIsCancelled() throws Exception {
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> first = executor.submit(InWorker.untilExists(gate));
        CompletableFuture<Integer> second = executor.submit(lengthOnceOpen(data(), gate));
        assertThat(files()).hasSize(1);
        second.cancel(false);
        assertThat(files()).isEmpty();
        Files.createFile(gate);
        assertThat(first).succeedsWithin(TIMEOUT);
    }

    @Test
    void aTaskWaitsTooLong() throws Exception {
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> first = executor.submit(InWorker.untilExists(gate));
        assertThat(executor.with(TaskOptions.defaults().queueTimeout(Duration.ofMillis(50)))
                        .submit(lengthOnceOpen(data(), gate)))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(TaskTimeoutException.class);
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(files()).isEmpty());
        Files.createFile(gate);
        assertThat(first).succeedsWithin(TIMEOUT);
    }

    @Test
    void aTaskRunsTooLong() {
        byte[] data = data();
        assertThat(executor.with(TaskOptions.defaults().timeout(Duration.ofMillis(500)))
                        .submit(() -> {
                            Thread.sleep(60_000);
                            return data.length;
                        }))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(TaskTimeoutException.class);
    }

    @Test
    void aTaskIsRejected() throws Exception {
        Path gate = directory.resolve("gate");
        executor.close();
        try (ProcessPoolExecutor narrow = builder().queueCapacity(0).build()) {
            CompletableFuture<Integer> first = narrow.submit(InWorker.untilExists(gate));
            await().atMost(TIMEOUT).until(() -> narrow.stats().busyWorkers() == 1);
            ProcessTask<Integer> large = lengthOnceOpen(data(), gate);
            assertThatThrownBy(() -> narrow.submit(large)).isInstanceOf(RejectedExecutionException.class);
            assertThat(files()).isEmpty();
            Files.createFile(gate);
            assertThat(first).succeedsWithin(TIMEOUT);
        }
    }

    @Test
    void itsWorkerCrashes() {
        byte[] data = data();
        assertThat(executor.submit(() -> {
                    Runtime.getRuntime().halt(data.length == LARGE ? 3 : 4);
                    return null;
                }))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        WorkerCrashedException.class,
                        crash -> assertThat(crash.exit().exitCode()).hasValue(3));
    }

    @Test
    void aTaskThatIsRunAgainAfterACrashIsSentOnceMore() {
        byte[] data = data();
        String mark = directory.resolve("crashed").toString();
        assertThat(executor.with(TaskOptions.defaults().retryOnCrash(1)).submit(() -> {
                    if (!Files.exists(Path.of(mark))) {
                        Files.createFile(Path.of(mark));
                        Runtime.getRuntime().halt(3);
                    }
                    return data.length;
                }))
                .succeedsWithin(TIMEOUT)
                .isEqualTo(LARGE);
    }

    /** Ends the JVM once a large part of it was written. */
    static final class Fatal implements Serializable {
        private static final long serialVersionUID = 1;

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.writeObject(new byte[LARGE]);
            out.flush();
            Runtime.getRuntime().halt(filesOfPool() == 1 ? 5 : 6);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "closure"})
    void aWorkerDiesInTheMiddleOfItsResult(String serializer) {
        executor.close();
        try (ProcessPoolExecutor chosen =
                builder().serializer(TaskSerializers.named(serializer)).build()) {
            assertThat(chosen.submit(() -> new Fatal()))
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            WorkerCrashedException.class,
                            crash -> assertThat(crash.exit().exitCode())
                                    .as("there was a file")
                                    .hasValue(5));
            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(files()).isEmpty());
        }
    }

    /** Files of the pool whose worker this is. */
    private static int filesOfPool() throws IOException {
        int count = 0;
        long parent = ProcessHandle.current().parent().orElseThrow().pid();
        for (Path pool : directories(parent)) {
            count += files(pool).size();
        }
        return count;
    }

    static final class Unwritable implements Serializable {
        private static final long serialVersionUID = 1;
        final byte[] data = new byte[LARGE];

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            throw new IOException("on purpose");
        }
    }

    @Test
    void aResultThatCannotBeWrittenToItsEndIsNotLeftBehind() {
        assertThat(executor.submit(() -> new Unwritable()))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(TaskSerializationException.class)
                .withMessageContaining("on purpose");
    }

    @Test
    void anArgumentThatCannotBeWrittenToItsEndIsNotLeftBehind() {
        Unwritable argument = new Unwritable();
        assertThatThrownBy(() -> executor.submit(() -> argument.data.length)).hasMessageContaining("on purpose");
        assertThat(files()).isEmpty();
    }

    static final class Unreadable implements Serializable {
        private static final long serialVersionUID = 1;
        final byte[] data = new byte[LARGE];

        private void readObject(ObjectInputStream in) throws IOException {
            throw new IOException("on purpose");
        }
    }

    @Test
    void whatCannotBeReadIsNotLeftBehind() {
        assertThat(executor.submit(() -> new Unreadable()))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(TaskSerializationException.class);
        Unreadable argument = new Unreadable();
        assertThat(executor.submit(() -> argument.data.length))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(TaskSerializationException.class);
    }

    @Test
    void aPoolIsStopped() {
        Path gate = directory.resolve("gate");
        byte[] data = data();
        List<CompletableFuture<Integer>> tasks = Stream.generate(() -> executor.submit(lengthOnceOpen(data, gate)))
                .limit(3)
                .toList();
        assertThat(executor.shutdownNow()).isNotEmpty();
        await().atMost(TIMEOUT).until(() -> tasks.stream().allMatch(CompletableFuture::isCancelled));
    }

    @Test
    void theOneWhoSubmitsAndTheOneWhoRunsMayBeInterrupted() throws Exception {
        byte[] data = data();
        Path gate = directory.resolve("gate");
        String gateName = gate.toString();
        Thread.currentThread().interrupt();
        CompletableFuture<byte[]> task;
        try {
            task = executor.submit(() -> {
                InWorker.awaitFile(gateName);
                Thread.currentThread().interrupt();
                return data;
            });
            assertThat(files()).hasSize(1);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        Files.createFile(gate);
        assertThat(task)
                .succeedsWithin(TIMEOUT)
                .satisfies(result -> assertThat(Arrays.equals(result, data)).isTrue());
    }

    @Test
    void anActionWithALargeArgumentIsRun() {
        byte[] data = data();
        ProcessAction action = () -> {
            if (data.length != LARGE) {
                throw new IllegalStateException();
            }
        };
        assertThat(executor.submit(action)).succeedsWithin(TIMEOUT);
    }

    private static byte[] data() {
        byte[] data = new byte[LARGE];
        Arrays.fill(data, (byte) 7);
        data[LARGE - 1] = 8;
        return data;
    }

    private static ProcessTask<Integer> lengthOnceOpen(byte[] data, Path gate) {
        return lengthOnceOpen(data, gate, gate.resolveSibling("begun"));
    }

    private static ProcessTask<Integer> lengthOnceOpen(byte[] data, Path gate, Path begun) {
        String gateName = gate.toString();
        String begunName = begun.toString();
        return () -> {
            Files.writeString(Path.of(begunName), "");
            InWorker.awaitFile(gateName);
            return data.length;
        };
    }

    private static List<String> files() {
        return directories().stream().flatMap(each -> files(each).stream()).toList();
    }

    private static List<String> files(Path pool) {
        try (Stream<Path> all = Files.list(pool)) {
            return all.map(each -> each.getFileName().toString())
                    .filter(each -> !each.equals("lock") && !each.equals("owner"))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static List<Path> directories() {
        return directories(ProcessHandle.current().pid());
    }

    /** Those whose owner is a process. */
    private static List<Path> directories(long pid) {
        try (Stream<Path> all = Files.list(Path.of("/dev/shm"))) {
            return all.filter(each -> isOwnedBy(pid, each)).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isOwnedBy(long pid, Path pool) {
        try {
            return Files.readString(pool.resolve("owner")).contains("pid=" + pid + ",");
        } catch (IOException e) {
            return false;
        }
    }
}
