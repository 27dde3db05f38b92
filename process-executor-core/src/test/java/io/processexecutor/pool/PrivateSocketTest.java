package io.processexecutor.pool;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.management.HotSpotDiagnosticMXBean;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.internal.process.WorkerLauncher;
import io.processexecutor.internal.protocol.Token;
import io.processexecutor.pool.ProcessPoolExecutor.Builder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Nobody but a worker gets in, and a worker that went mad is no danger. */
@Timeout(180)
@EnabledOnOs(OS.LINUX)
class PrivateSocketTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

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
    void strangersAreTurnedAwayCountedAndLoggedOnceAndTheWorkerStillGetsIn() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(WorkerLauncher.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        List<SocketChannel> strangers = new ArrayList<>();
        try {
            Path gate = directory.resolve("gate");
            CompletableFuture<Integer> task = submitToAWorkerHeldUpAt(gate);
            Path socket = socketOf(executor);
            byte[][] presented = {
                new byte[Token.BYTES], new byte[100_000], {}, {1, 2, 3}, new byte[0], new byte[Token.BYTES]
            };
            for (byte[] each : presented) {
                SocketChannel stranger = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                strangers.add(stranger);
                try {
                    stranger.write(ByteBuffer.wrap(each));
                } catch (IOException e) {
                    // Turned away in mid-sentence.
                }
            }
            await().atMost(TIMEOUT).until(() -> executor.stats().refusedConnections() >= 3);
            Files.createFile(gate);
            assertThat(task).succeedsWithin(TIMEOUT).isEqualTo(42);
            // Those that said nothing or too little keep nobody waiting.
            await().atMost(TIMEOUT).until(() -> executor.stats().refusedConnections() == presented.length);
            for (SocketChannel stranger : strangers) {
                assertThat(hungUpOn(stranger)).isTrue();
            }
            assertThat(log.list)
                    .filteredOn(event -> event.getLevel() == Level.WARN)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .singleElement()
                    .asString()
                    .contains("private - Turned away a connection");
            assertThat(executor.stats().workerStarts()).isEqualTo(1);
            assertThat(socket).as("nobody else is awaited").doesNotExist();
        } finally {
            logger.detachAppender(log);
            for (SocketChannel stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void theDirectoryIsForItsOwnerOnlyAndNoOtherUserReachesTheSocket() throws Exception {
        Path gate = directory.resolve("gate");
        CompletableFuture<Integer> task = submitToAWorkerHeldUpAt(gate);
        Path socket = socketOf(executor);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
                .isEqualTo("rwx------");
        List<String> asNobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        try {
            assumeTrue(exitCode(asNobody, "true") == 0, "this machine does not let us be another user");
            assertThat(exitCode(asNobody, "test", "-e", "/tmp")).isZero();
            assertThat(exitCode(asNobody, "test", "-e", socket.toString())).isNotZero();
        } finally {
            Files.createFile(gate);
        }
        assertThat(task).succeedsWithin(TIMEOUT);
        executor.close();
        assertThat(socket.getParent()).doesNotExist();
    }

    @Test
    void theTokenIsInNoCommandLineEnvironmentOrHeapDump() throws Exception {
        Path heard = directory.resolve("stdin");
        executor = builder()
                .commandPrefix(List.of("sh", "-c", "tee '" + heard + "' | \"$@\"", "sh"))
                .build();
        String workersDump = directory.resolve("worker.hprof").toString();
        String seen = executor.submit(() -> {
                    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                            .dumpHeap(workersDump, false);
                    return Files.readString(Path.of("/proc/self/cmdline"), ISO_8859_1)
                            + Files.readString(Path.of("/proc/self/environ"), ISO_8859_1)
                            + System.getProperties();
                })
                .join();
        byte[] token = Arrays.copyOf(Files.readAllBytes(heard), Token.BYTES);
        String parentsDump = directory.resolve("parent.hprof").toString();
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(parentsDump, true);
        // What this test itself holds of it is in the dump of this JVM, once.
        assertThat(occurrences(Path.of(parentsDump), token)).isEqualTo(1);
        assertThat(occurrences(Path.of(workersDump), token)).isZero();
        for (String digits : List.of(
                HexFormat.of().formatHex(token), HexFormat.of().withUpperCase().formatHex(token))) {
            assertThat(seen).doesNotContain(digits);
            assertThat(occurrences(Path.of(workersDump), digits.getBytes(ISO_8859_1)))
                    .isZero();
        }
        assertThat(seen).contains("WorkerMain").doesNotContain(new String(token, ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "oversized", "hostile", "stranger", "half", "silent"})
    void s48AWorkerThatTalksNonsenseLosesItsTaskOnlyAndIsReplaced(String way) throws Exception {
        Path mad = Files.createFile(directory.resolve("mad"));
        executor = builder()
                .cancelGrace(Duration.ofMillis(100))
                // What it is sent first is to be its task.
                .forwardLogs(false)
                .classPath(madWorker())
                .systemProperties(java.util.Map.of("mad", mad.toString(), "way", way))
                .build();
        boolean silent = way.equals("silent");
        CompletableFuture<Integer> lost = executor.with(
                        TaskOptions.defaults().timeout(silent ? Duration.ofSeconds(2) : TIMEOUT))
                .submit(() -> 1);
        assertThat(lost)
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(silent ? TaskTimeoutException.class : WorkerCrashedException.class);
        assertThat(executor.submit(() -> 2)).succeedsWithin(TIMEOUT).isEqualTo(2);
        await().atMost(TIMEOUT).until(() -> executor.stats().workerExits() == 1);
    }

    @Test
    void aWorkerThatDoesNotTakeItsLargeInitializerIsGivenUpAndReplaced() throws Exception {
        Path mad = Files.createFile(directory.resolve("mad"));
        byte[] large = new byte[8 << 20];
        executor = builder()
                .initializer(() -> System.setProperty("initialized.with", Integer.toString(large.length)))
                .initializerTimeout(Duration.ofSeconds(5))
                .firstStartPause(Duration.ofMillis(20))
                .classPath(madWorker())
                .systemProperties(java.util.Map.of("mad", mad.toString(), "way", "silent"))
                .build();
        assertThat(executor.submit(() -> System.getProperty("initialized.with")))
                .succeedsWithin(TIMEOUT)
                .isEqualTo(Integer.toString(large.length));
        assertThat(executor.stats().startFailures()).isPositive();
    }

    /** A worker that greets as it should, takes its first task and then does not do as it should. */
    private List<Path> madWorker() throws IOException {
        String source = """
                package io.processexecutor.worker;

                import io.processexecutor.internal.protocol.*;
                import java.io.*;
                import java.net.*;
                import java.nio.*;
                import java.nio.channels.*;
                import java.nio.file.*;

                public class WorkerMain {
                    public static void main(String[] args) throws Exception {
                        if (!new File(System.getProperty("mad")).delete()) {
                            sane(args);
                            return;
                        }
                        InputStream in = new FileInputStream(FileDescriptor.in);
                        Token token = Token.readFrom(in);
                        WorkerSettings settings = WorkerSettings.readFrom(in);
                        StatusPage.Writer page = new StatusPage.Writer(settings.statusPage());
                        SocketChannel channel =
                                SocketChannel.open(UnixDomainSocketAddress.of(settings.address().substring(5)));
                        token.writeTo(channel);
                        byte[] vm = System.getProperty("java.vm.version").getBytes("UTF-8");
                        ByteBuffer hello = ByteBuffer.allocate(4 + 9 + 4 + 8 + 4 + vm.length + 8);
                        hello.putInt(hello.capacity() - 4).put((byte) 'H').putLong(0);
                        hello.putInt(Message.PROTOCOL_VERSION).putLong(ProcessHandle.current().pid());
                        hello.putInt(vm.length).put(vm).putLong(ClassPathFingerprint.ofThisProcess());
                        write(channel, hello.flip());
                        ByteBuffer head = ByteBuffer.allocate(13);
                        while (head.hasRemaining()) {
                            channel.read(head);
                        }
                        long task = head.getLong(5);
                        page.begin(task, 1);
                        switch (System.getProperty("way")) {
                            case "garbage" -> write(channel, ByteBuffer.wrap(new byte[] {0, 0, 0, 9, 99, 1, 2, 3, 4, 5, 6, 7, 8}));
                            case "oversized" -> write(channel, ByteBuffer.allocate(64).putInt(0, -7));
                            case "hostile" -> write(channel, frame('R', task, 40));
                            case "stranger" -> write(channel, frame('D', task + 77, 24));
                            case "half" -> {
                                ByteBuffer half = ByteBuffer.allocate(1 << 20);
                                half.putInt(1 << 24).put((byte) 'D').putLong(task);
                                write(channel, half.position(0));
                                Runtime.getRuntime().halt(3);
                            }
                            default -> write(channel, ByteBuffer.allocate(2).put((byte) 0).position(0));
                        }
                        Thread.sleep(Long.MAX_VALUE);
                    }

                    private static ByteBuffer frame(char type, long task, int body) {
                        ByteBuffer frame = ByteBuffer.allocate(13 + body);
                        return frame.putInt(9 + body).put((byte) type).putLong(task).position(0);
                    }

                    private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
                        while (bytes.hasRemaining()) {
                            channel.write(bytes);
                        }
                    }

                    private static void sane(String[] args) throws Exception {
                        String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
                        URL[] urls = new URL[entries.length - 1];
                        for (int i = 1; i < entries.length; i++) {
                            urls[i - 1] = new File(entries[i]).toURI().toURL();
                        }
                        ClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
                        Thread.currentThread().setContextClassLoader(loader);
                        loader.loadClass("io.processexecutor.worker.WorkerMain")
                                .getMethod("main", String[].class)
                                .invoke(null, (Object) args);
                    }
                }
                """;
        Path file = Files.writeString(directory.resolve("WorkerMain.java"), source);
        Path classes = Files.createDirectory(directory.resolve("classes"));
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                classes.toString(),
                                file.toString()))
                .isZero();
        List<Path> classPath = new ArrayList<>(List.of(classes));
        for (String each : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            classPath.add(Path.of(each));
        }
        return classPath;
    }

    private CompletableFuture<Integer> submitToAWorkerHeldUpAt(Path gate) {
        String script = "while [ ! -e '" + gate + "' ]; do sleep 0.05; done; exec \"$@\"";
        executor = builder().commandPrefix(List.of("sh", "-c", script, "sh")).build();
        return executor.submit(() -> 42);
    }

    /** The pool's sockets are the only ones of this process that listen. */
    private static Path socketOf(ProcessPoolExecutor executor) {
        return await().atMost(TIMEOUT)
                .until(
                        () -> {
                            try (Stream<String> lines = Files.lines(Path.of("/proc/self/net/unix"))) {
                                return lines.filter(line -> line.contains("process-executor-"))
                                        .map(line -> Path.of(line.substring(line.indexOf('/'))))
                                        .filter(PrivateSocketTest::isOurs)
                                        .findFirst()
                                        .orElse(null);
                            }
                        },
                        found -> found != null);
    }

    private static boolean isOurs(Path socket) {
        try {
            return Files.readString(socket.resolveSibling("owner"))
                            .contains("pid=" + ProcessHandle.current().pid() + ",")
                    && Files.exists(socket);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean hungUpOn(SocketChannel stranger) throws IOException {
        stranger.configureBlocking(false);
        return await().atMost(TIMEOUT)
                .until(
                        () -> {
                            try {
                                return stranger.read(ByteBuffer.allocate(1)) < 0;
                            } catch (IOException e) {
                                return true;
                            }
                        },
                        gone -> gone);
    }

    private static int exitCode(List<String> prefix, String... command) throws Exception {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of(command));
        try {
            return new ProcessBuilder(all).start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    private static int occurrences(Path dump, byte[] what) throws IOException {
        int count = 0;
        byte[] all = Files.readAllBytes(dump);
        for (int i = 0; i + what.length <= all.length; i++) {
            if (all[i] == what[0] && Arrays.equals(all, i, i + what.length, what, 0, what.length)) {
                count++;
            }
        }
        return count;
    }

    private static Builder builder() {
        return ProcessPoolExecutor.builder().name("private").workers(1).maxHeapBytes(64 << 20);
    }
}
