package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.pid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.processexecutor.ProcessTask;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit;
import io.processexecutor.internal.protocol.WorkerSettings;
import io.processexecutor.pool.ProcessPoolExecutor.Builder;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All the ways in which a task can take its worker's JVM down. One pool goes through them all. */
@Timeout(180)
@EnabledOnOs(OS.LINUX)
class CrashTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final int SIGHUP = 1;
    private static final List<String> NO_CORE_DUMP = List.of("sh", "-c", "ulimit -c 0; exec \"$@\"", "sh");

    @TempDir
    static Path directory;

    private static ProcessPoolExecutor executor;

    @BeforeAll
    static void open() {
        executor = builder().commandPrefix(NO_CORE_DUMP).build();
    }

    @AfterAll
    static void close() {
        executor.close();
    }

    static Stream<Arguments> deaths() {
        return Stream.of(
                death("s19ExitWhileTheTaskIsDecoded", with(new Bomb("readObject", "exit", 0)), 0, "System.exit(0)"),
                death("s20HaltWhileTheTaskIsDecoded", with(new Bomb("readResolve", "halt", 0)), 0, "System.exit(0)"),
                death("s21SegfaultWhileTheTaskIsDecoded", with(new Bomb("readObject", "segfault", 0)), 134, "SIGABRT"),
                death("s24ExitInTheTask", () -> explode("exit", 7), 7, "exit code 7 while running"),
                death("s25HaltInTheTask", () -> explode("halt", 0), 0, "System.exit(0)"),
                death("s25HaltWithANumberInTheTask", () -> explode("halt", 42), 42, "exit code 42"),
                death("s26SegfaultInTheTask", () -> explode("segfault", 0), 134, "SIGABRT"),
                death("s43ExitWhileTheResultIsEncoded", () -> new Bomb("writeReplace", "exit", 9), 9, "replying"),
                death("s44HaltWhileTheResultIsEncoded", () -> new Bomb("writeObject", "halt", 5), 5, "replying"),
                death("s44SegfaultWhileTheResultIsEncoded", () -> new Bomb("writeObject", "segfault", 0), 134, "hs_"));
    }

    @Test
    void aFailureThatCannotBeSentForWantOfMemoryIsReplacedByOneThatSaysSo() {
        try (ProcessPoolExecutor small =
                builder().workers(1).maxHeapBytes(64 << 20).build()) {
            CompletableFuture<Integer> failed = small.submit((ProcessTask<Integer>) () -> {
                throw RemoteFailureTest.bulk("x".repeat(60_000), 0);
            });
            assertThat(failed)
                    .failsWithin(TIMEOUT)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(OutOfMemoryError.class)
                    .withMessageContaining("filled the worker's heap");
            assertThat(small.submit(() -> "next")).succeedsWithin(TIMEOUT).isEqualTo("next");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deaths")
    void theTaskFailsWithTheExitCodeInWordsAndTheNextOneRuns(
            String name, ProcessTask<Object> task, int exitCode, String words) {
        CompletableFuture<Object> doomed = executor.submit(task);
        CompletableFuture<String> next = executor.submit(() -> "next");
        assertThat(doomed)
                .failsWithin(TIMEOUT)
                .withThrowableOfType(ExecutionException.class)
                .satisfies(e -> {
                    WorkerExit exit = ((WorkerCrashedException) e.getCause()).exit();
                    assertThat(exit.exitCode()).hasValue(exitCode);
                    assertThat(e.getCause()).hasMessageContaining(words);
                    if (exitCode == 134) {
                        assertThat(exit.crashReport()).get().asString().startsWith(directory + "/hs_");
                        assertThat(e.getCause())
                                .hasMessageContaining(
                                        "Crash report: " + exit.crashReport().get());
                        assertThat(Path.of(exit.crashReport().get())).content().contains("SIGSEGV");
                    } else {
                        assertThat(exit.crashReport()).isEmpty();
                    }
                });
        assertThat(next).succeedsWithin(TIMEOUT).isEqualTo("next");
    }

    @Test
    void s109WithoutAPlaceOfTheUsersTheCrashReportIsWhereItOutlivesThePoolAndIsQuoted() throws Exception {
        Path report;
        try (ProcessPoolExecutor plain = ProcessPoolExecutor.builder()
                .name("plain")
                .workers(1)
                .maxHeapBytes(64 << 20)
                .commandPrefix(NO_CORE_DUMP)
                .build()) {
            long pid = plain.submit(() -> pid()).join();
            report = Path.of(System.getProperty("java.io.tmpdir"), "hs_err_pid" + pid + ".log");
            assertThat(plain.submit(() -> explode("segfault", 0)))
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withMessageContaining("Crash report: " + report);
        }
        assertThat(report).content().contains("SIGSEGV");
        Files.delete(report);
    }

    /** Its initializer never ends well, and the second to use it learns less. */
    static final class Doomed {
        static final int DEPTH = deeper(0);

        private static int deeper(int depth) {
            return deeper(depth + 1) + 1;
        }
    }

    @Test
    void s36AStackOverflowInAClassInitializerFailsTheTasksThatNeedTheClassOnly() {
        long pid = executor.submit(() -> pid()).join();
        assertThat(executor.submit(() -> Doomed.DEPTH))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(StackOverflowError.class);
        assertThat(executor.submit(() -> Doomed.DEPTH))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(NoClassDefFoundError.class);
        assertThat(executor.submit(() -> pid())).succeedsWithin(TIMEOUT).isEqualTo(pid);
    }

    @Test
    void s29ATerminatedBusyWorkerRunsItsShutdownHooksAndIsNamedBySigterm() throws Exception {
        Path hook = directory.resolve("hook");
        CompletableFuture<Object> busy = executor.submit(busyWithHook(hook.toString(), false));
        Signals.send("TERM", pidOf(hook));
        assertThat(busy)
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withMessageContaining("exit code 143 (SIGTERM)")
                .withMessageContaining("while running");
        assertThat(hook).content().endsWith("hook ran");
        assertThat(executor.submit(() -> "next")).succeedsWithin(TIMEOUT).isEqualTo("next");
    }

    @Test
    void s29AShutdownHookThatHangsIsNotWaitedForWithoutEnd() throws Exception {
        Path hook = directory.resolve("hanging-hook");
        CompletableFuture<Object> busy = executor.submit(busyWithHook(hook.toString(), true));
        // It says of itself what it was sent. Under nohup no JVM hears of SIGHUP.
        boolean deaf = isIgnored(SIGHUP);
        Signals.send(deaf ? "TERM" : "HUP", pidOf(hook));
        assertThat(executor.submit(() -> "next"))
                .as("on another worker, since that one takes no more")
                .succeedsWithin(TIMEOUT)
                .isEqualTo("next");
        assertThat(busy)
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withMessageContaining(deaf ? "exit code 143 (SIGTERM)" : "exit code 129 (SIGHUP)")
                .withMessageContaining("shutdown hooks did not end in time");
    }

    @Test
    void s31s32SigintReachesNeitherAnIdleWorkerNorATask() throws Exception {
        long pid = executor.submit(() -> pid()).join();
        Signals.send("INT", pid);
        assertThat(executor.submit(() -> pid())).succeedsWithin(TIMEOUT).isEqualTo(pid);

        Path mark = directory.resolve("sigint");
        String name = mark.toString();
        CompletableFuture<String> busy = executor.submit(() -> {
            sayPid(name);
            while (!Files.exists(Path.of(name + ".gate"))) {
                Thread.sleep(10);
            }
            return "not interrupted";
        });
        Signals.send("INT", pidOf(mark));
        Files.createFile(Path.of(name + ".gate"));
        assertThat(busy).succeedsWithin(TIMEOUT).isEqualTo("not interrupted");
        assertThat(executor.submit(() -> pid())).succeedsWithin(TIMEOUT).isEqualTo(pid);
    }

    @Test
    void s30s137AWorkerKilledByHandIsToldFromOneOfTheOomKiller() throws Exception {
        Path mark = directory.resolve("by-hand");
        CompletableFuture<Object> busy = executor.submit(busyWithHook(mark.toString(), false));
        Signals.send("KILL", pidOf(mark));
        assertThat(busy)
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withMessageContaining("exit code 137 (killed by SIGKILL, ")
                .withMessageMatching("(?s).*(by hand|OOM killer).*");
    }

    @Test
    void s38AWorkerThatTheOomKillerTookIsNamedByTheKernelsOwnCount() throws Exception {
        Path group = Path.of("/sys/fs/cgroup/memory/process-executor-test-" + pid());
        boolean versionOne = Files.isDirectory(group.getParent());
        if (!versionOne) {
            group = Path.of("/sys/fs/cgroup/process-executor-test-" + pid());
        }
        assumeTrue(makes(group, versionOne), "this machine does not let us make a control group for memory");
        String join = "echo $$ > " + group + "/cgroup.procs; exec \"$@\"";
        try (ProcessPoolExecutor limited = builder()
                .maxHeapBytes(512 << 20)
                .commandPrefix(List.of("sh", "-c", join, "sh"))
                .build()) {
            CompletableFuture<Object> greedy = limited.submit(() -> {
                List<byte[]> all = new java.util.ArrayList<>();
                for (int i = 0; i < 400; i++) {
                    byte[] each = new byte[1 << 20];
                    java.util.Arrays.fill(each, (byte) 1);
                    all.add(each);
                }
                return all.size();
            });
            assertThat(greedy)
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withMessageContaining(
                            "exit code 137 (killed by SIGKILL, by the kernel's OOM killer, which struck");
            assertThat(limited.submit(() -> "fine")).succeedsWithin(TIMEOUT).isEqualTo("fine");
        } finally {
            Path made = group;
            await().atMost(TIMEOUT).until(() -> Files.deleteIfExists(made) || !Files.exists(made));
        }
    }

    @Test
    void s47AResultOf64MegabytesArrivesWholeFromAWorkerThatLeaves() {
        try (ProcessPoolExecutor last = builder().maxHeapBytes(512 << 20).build()) {
            CompletableFuture<byte[]> large = last.submit(() -> {
                byte[] bytes = new byte[64 << 20];
                bytes[bytes.length - 1] = 7;
                return bytes;
            });
            last.shutdown();
            assertThat(large).succeedsWithin(TIMEOUT).satisfies(bytes -> {
                assertThat(bytes.length).isEqualTo(64 << 20);
                assertThat(bytes[bytes.length - 1]).isEqualTo((byte) 7);
            });
        }
    }

    @Test
    void aMessageThatIsTooLongToTravelIsCutAndTheWorkerLives() {
        long pid = executor.submit(() -> pid()).join();
        assertThat(executor.submit(() -> {
                    throw new Unencodable("x".repeat(8 << 20));
                }))
                .failsWithin(TIMEOUT)
                .withThrowableOfType(ExecutionException.class)
                .satisfies(e -> assertThat(e.getCause().getMessage())
                        .contains("xxxx")
                        .endsWith("more characters)")
                        .hasSizeBetween(60_000, 70_000));
        assertThat(executor.submit(() -> pid())).succeedsWithin(TIMEOUT).isEqualTo(pid);
    }

    static final class Unencodable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unencodable(String message) {
            super(message);
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            throw new IOException("no way");
        }
    }

    /** Goes off in a worker only. */
    static final class Bomb implements Serializable {
        private static final long serialVersionUID = 1L;

        private final String where;
        private final String how;
        private final int code;

        Bomb(String where, String how, int code) {
            this.where = where;
            this.how = how;
            this.code = code;
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            at("readObject");
        }

        private Object readResolve() {
            at("readResolve");
            return this;
        }

        private Object writeReplace() {
            at("writeReplace");
            return this;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            at("writeObject");
            out.defaultWriteObject();
        }

        private void at(String here) {
            if (WorkerSettings.inWorker() && where.equals(here)) {
                explode(how, code);
            }
        }
    }

    private static ProcessTask<Object> with(Bomb bomb) {
        return () -> bomb.hashCode();
    }

    private static Object explode(String how, int code) {
        switch (how) {
            case "exit" -> System.exit(code);
            case "halt" -> Runtime.getRuntime().halt(code);
            default -> {
                try {
                    Field field = sun.misc.Unsafe.class.getDeclaredField("theUnsafe");
                    field.setAccessible(true);
                    ((sun.misc.Unsafe) field.get(null)).putAddress(0, 0);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return "survived";
    }

    private static ProcessTask<Object> busyWithHook(String name, boolean hangs) {
        return () -> {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    while (hangs) {
                        Thread.sleep(1000);
                    }
                    Files.writeString(Path.of(name), Files.readString(Path.of(name)) + "\nhook ran");
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
            sayPid(name);
            while (true) {
                Thread.sleep(1000);
            }
        };
    }

    private static boolean isIgnored(int signal) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .map(line ->
                            new BigInteger(line.substring("SigIgn:".length()).trim(), 16))
                    .anyMatch(mask -> mask.testBit(signal - 1));
        }
    }

    private static void sayPid(String name) throws IOException {
        Files.writeString(Path.of(name + ".tmp"), Long.toString(pid()));
        Files.move(Path.of(name + ".tmp"), Path.of(name));
    }

    private static long pidOf(Path mark) throws IOException {
        await().atMost(TIMEOUT).until(() -> Files.exists(mark));
        return Long.parseLong(Files.readString(mark));
    }

    private static boolean makes(Path group, boolean versionOne) {
        try {
            Files.createDirectory(group);
            Files.writeString(group.resolve(versionOne ? "memory.limit_in_bytes" : "memory.max"), "150000000");
            return true;
        } catch (IOException e) {
            group.toFile().delete();
            return false;
        }
    }

    private static Arguments death(String name, ProcessTask<Object> task, int exitCode, String words) {
        return Arguments.of(name, task, exitCode, words);
    }

    private static Builder builder() {
        return ProcessPoolExecutor.builder()
                .name("crash")
                .workers(1)
                .maxHeapBytes(96 << 20)
                .jvmArgs(List.of("-XX:ErrorFile=" + directory + "/hs_%p.log"));
    }
}
