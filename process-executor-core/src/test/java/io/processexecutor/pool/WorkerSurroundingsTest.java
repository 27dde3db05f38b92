package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.processexecutor.internal.os.ProcessTree;
import io.processexecutor.pool.ProcessPoolExecutor.Builder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Environment, system properties, working directory, arguments and command prefix of the workers. */
@Timeout(180)
class WorkerSurroundingsTest {

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
    void s108TheEnvironmentIsInheritedAddedToAndTakenFrom() {
        String inherited = System.getenv().keySet().stream()
                .filter(name -> name.matches("[A-Z]+") && !name.equals("PATH"))
                .findFirst()
                .orElseThrow();
        Map<String, String> changes = new HashMap<>();
        changes.put("GREETING", "h\u00e9llo = w\"orld\"");
        changes.put("EMPTY", "");
        changes.put(inherited, null);
        changes.put("JDK_JAVA_OPTIONS", "-Dfrom.options=1");
        open(builder().environment(changes));
        Map<String, String> seen =
                executor.submit(() -> new HashMap<>(System.getenv())).join();
        assertThat(seen)
                .containsEntry("EMPTY", "")
                .containsEntry("PATH", System.getenv("PATH"))
                .doesNotContainKey(inherited)
                .containsKey(ProcessTree.MARKER);
        assertThat(seen.get("GREETING")).startsWith("h").endsWith("llo = w\"orld\"");
        assertThat(executor.submit(() -> System.getProperty("from.options")).join())
                .as("what was set on purpose is not taken away")
                .isEqualTo("1");
    }

    @Test
    void s108SystemPropertiesAndTheWorkingDirectoryAreSetAndThoseOfTheParentStayThere() throws Exception {
        Path there = Files.createDirectory(directory.resolve("with space")).toRealPath();
        System.setProperty("of.the.parent", "1");
        open(builder()
                .workingDirectory(there)
                .systemProperties(Map.of("my.key", "a b\\c\"d\n\u00e4", "my.empty", ""))
                .jvmArgs(List.of("-Dmy.argument=1")));
        System.clearProperty("of.the.parent");
        assertThat(executor.submit(() -> List.of(
                                System.getProperty("my.key"),
                                System.getProperty("my.empty"),
                                System.getProperty("my.argument"),
                                System.getProperty("of.the.parent", "none"),
                                Path.of("").toRealPath().toString()))
                        .join())
                .containsExactly("a b\\c\"d\n\u00e4", "", "1", "none", there.toString());
    }

    @Test
    void whatNoProcessCouldBeStartedWithIsRefusedByName() {
        refused("environment must", "A=B", builder -> builder.environment(Map.of("A=B", "")));
        refused("environment must", "", builder -> builder.environment(Map.of("", "x")));
        refused("environment must", "N", builder -> builder.environment(Map.of("N", "\0")));
        refused(
                "environment must",
                ProcessTree.MARKER,
                builder -> builder.environment(Map.of(ProcessTree.MARKER, "mine")));
        refused("systemProperties must", "a=b", builder -> builder.systemProperties(Map.of("a=b", "c")));
        refused(
                "workingDirectory must",
                directory.resolve("none").toString(),
                builder -> builder.workingDirectory(directory.resolve("none")));
        refused("commandPrefix must", "[ ]", builder -> builder.commandPrefix(List.of(" ")));
        refused("initializerTimeout must", "PT0S", builder -> builder.initializerTimeout(Duration.ZERO));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPrefixThatBecomesTheWorkerKeepsItsPid() {
        open(builder().commandPrefix(List.of("nice", "-n", "7")));
        long pid = executor.submit(() -> ProcessHandle.current().pid()).join();
        assertThat(executor.submit(() -> niceness()).join()).isGreaterThanOrEqualTo(7);
        assertThat(ProcessHandle.of(pid).flatMap(ProcessHandle::parent)).contains(ProcessHandle.current());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void s112AWorkerThatMayUseOneProcessorSeesOne() {
        open(builder().commandPrefix(List.of("taskset", "-c", "0")));
        assertThat(executor.submit(() -> Runtime.getRuntime().availableProcessors())
                        .join())
                .isEqualTo(1);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPrefixThatStartsTheWorkerIsKilledWithItAndHandsDownItsExitCode() {
        // The command after "$@" keeps the shell from becoming the worker.
        open(builder()
                .cancelGrace(Duration.ofMillis(200))
                .commandPrefix(List.of("sh", "-c", "\"$@\"; code=$?; exit $code", "sh")));
        long pid = executor.submit(() -> ProcessHandle.current().pid()).join();
        long shell = ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
        assertThat(shell).isNotEqualTo(ProcessHandle.current().pid());

        CompletableFuture<Object> crashing = executor.submit(() -> {
            Runtime.getRuntime().halt(42);
            return null;
        });
        assertThat(crashing).failsWithin(TIMEOUT).withThrowableThat().withMessageContaining("exit code 42");
        await().atMost(TIMEOUT).until(() -> !ParentJvm.isAlive(shell));

        assertThatCancellingKillsItAndTheNextOneWorks();
        executor.close();
        assertThat(ProcessHandle.current()
                        .descendants()
                        .map(each -> each.info().command().orElse("")))
                .noneMatch(command -> command.endsWith("sh"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aWorkerInAPidNamespaceOfItsOwnWorksAndIsKilled() throws Exception {
        List<String> prefix = List.of("unshare", "--pid", "--fork", "--mount-proc");
        assumeTrue(runs(prefix), "this machine does not let us make a pid namespace");
        open(builder().cancelGrace(Duration.ofMillis(200)).commandPrefix(prefix));
        assertThat(executor.submit(() -> ProcessHandle.current().pid()).join()).isLessThan(10);
        assertThatCancellingKillsItAndTheNextOneWorks();
        executor.close();
        assertThat(ProcessHandle.current()
                        .descendants()
                        .map(each -> each.info().commandLine().orElse("")))
                .noneMatch(command -> command.contains("WorkerMain"));
    }

    private void assertThatCancellingKillsItAndTheNextOneWorks() {
        CompletableFuture<Object> endless = executor.submit(() -> {
            while (true) {
                Thread.onSpinWait();
            }
        });
        await().atMost(TIMEOUT).until(() -> executor.stats().running() == 1);
        endless.cancel(true);
        assertThat(executor.submit(() -> "fine")).succeedsWithin(TIMEOUT).isEqualTo("fine");
    }

    @Test
    void aPrefixThatIsNotThereIsNamed() {
        open(builder().commandPrefix(List.of("there-is-no-such-program", "-x")));
        assertThat(executor.submit(() -> 1))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withMessageContaining("there-is-no-such-program");
    }

    @Test
    void s111AFlightRecorderIsWhereItWasAskedForOnly() {
        open(builder().jvmArgs(List.of("-XX:StartFlightRecording=disk=false")));
        assertThat(executor.submit(() -> jdk.jfr.FlightRecorder.isInitialized()).join())
                .isTrue();
        executor.close();
        open(builder());
        assertThat(executor.submit(() -> jdk.jfr.FlightRecorder.isInitialized()).join())
                .isFalse();
    }

    private static int niceness() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    }

    private static boolean runs(List<String> prefix) throws Exception {
        List<String> command = new java.util.ArrayList<>(prefix);
        command.add("true");
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void refused(String start, String value, java.util.function.Consumer<Builder> setter) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setter.accept(ProcessPoolExecutor.builder()))
                .withMessageStartingWith(start)
                .withMessageEndingWith("was " + value);
    }

    private static Builder builder() {
        return ProcessPoolExecutor.builder()
                .name("around")
                .workers(1)
                .maxHeapBytes(64 << 20)
                .firstStartPause(Duration.ofMillis(20));
    }

    private void open(Builder builder) {
        executor = builder.build();
    }
}
