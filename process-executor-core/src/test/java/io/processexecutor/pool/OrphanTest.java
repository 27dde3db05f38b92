package io.processexecutor.pool;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.processexecutor.internal.protocol.StatusPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of workers, of what they started and of their files when the parent goes, in whatever way. */
@Timeout(180)
@EnabledOnOs(OS.LINUX)
class OrphanTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM", "halt", "oom"})
    void s80s81AParentThatDiesTakesItsWorkersAlongAndWhatTheyStarted(String death, @TempDir Path temporary)
            throws Exception {
        try (ParentJvm parent = ParentJvm.start(
                ParentJvm.IdleAndBusy.class, "-XX:+ExitOnOutOfMemoryError", "-Djava.io.tmpdir=" + temporary)) {
            List<Long> all = Stream.of(parent.saysPids(), parent.saysPids())
                    .flatMap(List::stream)
                    .toList();
            Path directory = Path.of(parent.says());
            assertThat(all).hasSize(4).doesNotHaveDuplicates().allMatch(ParentJvm::isAlive);
            Path shared = sharedFilesOf(parent.pid());
            Files.createFile(shared.resolve("task-1"));
            Path spilled = Files.createFile(directory.resolve("shared-1"));

            if (death.equals("KILL") || death.equals("TERM")) {
                parent.signal(death);
            } else {
                parent.tell(death);
            }
            assertThat(parent.process().waitFor(30, SECONDS)).isTrue();
            awaitGone(all);
            // Another pool that starts on this machine just now may be the one that clears up.
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(shared)
                            .doesNotExist()
                            .satisfies(path -> assertThat(path.resolveSibling(path.getFileName() + "-orphaned"))
                                    .doesNotExist()));

            // Whoever starts workers next clears up the rest, and what it says was left running.
            assertThat(spilled).doesNotExist();
            assertThat(directory).exists();
            startAnother(temporary);
            assertThat(directory).doesNotExist();
        }
    }

    @Test
    void s80WhatParentAndWorkersThatWereKilledTogetherStartedIsGoneWithTheNextStart(@TempDir Path temporary)
            throws Exception {
        try (ParentJvm parent = ParentJvm.start(ParentJvm.IdleAndBusy.class, "-Djava.io.tmpdir=" + temporary)) {
            List<Long> idle = parent.saysPids();
            List<Long> busy = parent.saysPids();
            Path directory = Path.of(parent.says());
            Path shared = sharedFilesOf(parent.pid());
            // So that they cannot see that their parent is gone.
            Signals.stop(idle.get(0));
            Signals.stop(busy.get(0));
            parent.signal("KILL");
            assertThat(parent.process().waitFor(30, SECONDS)).isTrue();
            Signals.send("KILL", idle.get(0));
            List<Long> left = List.of(idle.get(1), busy.get(0), busy.get(1));
            await().atMost(TIMEOUT).until(() -> !ParentJvm.isAlive(idle.get(0)));

            // Any other that starts on this machine just now clears up in memory, too.
            startAnother(temporary);
            awaitGone(left);
            assertThat(directory).doesNotExist();
            assertThat(shared).doesNotExist();
        }
    }

    @Test
    void s106AStartClearsUpAfterTheDeadAndNotAfterTheLiving(@TempDir Path temporary) throws Exception {
        try (ParentJvm parent = ParentJvm.start(ParentJvm.IdleAndBusy.class);
                ProcessPoolExecutor own = builder().build()) {
            List<Long> all = Stream.of(parent.saysPids(), parent.saysPids())
                    .flatMap(List::stream)
                    .toList();
            Path others = Path.of(parent.says());
            Path stranger = Files.createTempDirectory("process-executor-");
            own.submit(() -> 1).join();
            runOneTask();
            assertThat(others).isDirectoryContaining("glob:**.page");
            assertThat(stranger).as("nobody said that its owner is dead").exists();
            assertThat(all).allMatch(ParentJvm::isAlive);
            assertThat(own.submit(() -> 2)).succeedsWithin(TIMEOUT).isEqualTo(2);
            Files.delete(stranger);
        }
    }

    @Test
    void s81AParentThatIsStoppedForAWhileFindsItsWorkersAsTheyWere() throws Exception {
        stopFor(3);
    }

    @Test
    @Tag("soak")
    void s81AParentThatIsStoppedForTenSecondsFindsItsWorkersAsTheyWere() throws Exception {
        stopFor(11);
    }

    private static void stopFor(int heartbeats) throws Exception {
        try (ParentJvm parent = ParentJvm.start(ParentJvm.IdleAndBusy.class)) {
            List<Long> idle = parent.saysPids();
            List<Long> busy = parent.saysPids();
            Path directory = Path.of(parent.says());
            try (StatusPage.Reader one = new StatusPage.Reader(directory.resolve("worker-1.page"));
                    StatusPage.Reader two = new StatusPage.Reader(directory.resolve("worker-2.page"))) {
                Signals.stop(parent.pid());
                long first = one.read().heartbeat();
                long second = two.read().heartbeat();
                await().atMost(TIMEOUT)
                        .until(() -> one.read().heartbeat() >= first + heartbeats
                                && two.read().heartbeat() >= second + heartbeats);
                parent.signal("CONT");
            }
            parent.tell("task");
            assertThat(Long.parseLong(parent.says())).isEqualTo(idle.get(0));
            assertThat(Stream.concat(idle.stream(), busy.stream())).allMatch(ParentJvm::isAlive);
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
    void s33ASignalToAllEndsAParentWithBusyWorkersQuicklyAndQuietly(String signal, int exitCode) throws Exception {
        try (ParentJvm parent = ParentJvm.startInGroup(ParentJvm.FourBusy.class)) {
            List<Long> workers = parent.saysPids();
            assertThat(workers).hasSize(4).doesNotHaveDuplicates();
            Signals.send(signal, -parent.pid());
            assertThat(parent.process().waitFor(30, SECONDS)).isTrue();
            assertThat(parent.process().exitValue()).isEqualTo(exitCode);
            awaitGone(workers);
            assertThat(parent.rest()).doesNotContain("\tat ", "Exception", "WARN", "ERROR");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void s33AParentThatClosesItsPoolUponASignalToAllGetsTheResults(String signal) throws Exception {
        try (ParentJvm parent = ParentJvm.startInGroup(ParentJvm.FourBusy.class, "-Dgraceful=1")) {
            List<Long> workers = parent.saysPids();
            Signals.send(signal, -parent.pid());
            assertThat(parent.says()).isEqualTo("finished [0, 1, 2, 3]");
            assertThat(parent.process().waitFor(30, SECONDS)).isTrue();
            awaitGone(workers);
            assertThat(parent.rest()).doesNotContain("\tat ", "Exception", "WARN", "ERROR");
        }
    }

    @Test
    void s76AnExecutorThatWasNotShutDownKeepsNoJvmAlive(@TempDir Path directory) throws Exception {
        try (ParentJvm parent = ParentJvm.start(ParentJvm.Pending.class, "-Ddirectory=" + directory)) {
            long worker = Long.parseLong(parent.says());
            assertThat(parent.process().waitFor(30, SECONDS)).isTrue();
            assertThat(parent.process().exitValue()).isZero();
            awaitGone(List.of(worker));
            assertThat(parent.errors()).isEmpty();
        }
    }

    @Test
    void s77AfterAShutdownAsTheLastStatementAllTasksStillRun(@TempDir Path directory) throws Exception {
        try (ParentJvm parent = ParentJvm.start(ParentJvm.Pending.class, "-Ddirectory=" + directory, "-Dshutdown=1")) {
            long worker = Long.parseLong(parent.says());
            assertThat(parent.process().waitFor(30, SECONDS)).isTrue();
            assertThat(parent.process().exitValue()).isZero();
            assertThat(directory.toFile().list()).hasSize(8);
            awaitGone(List.of(worker));
            assertThat(parent.errors()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"decoded", "called back", "crashed", "told"})
    void s77AfterAShutdownAsTheLastStatementResultsAreDecodedAndCallbacksEnd(String what) throws Exception {
        try (ParentJvm parent = ParentJvm.start(ParentJvm.Parting.class, "-Dwhat=" + what)) {
            assertThat(parent.says()).isEqualTo(what);
            assertThat(parent.process().waitFor(30, SECONDS)).isTrue();
            assertThat(parent.process().exitValue()).isZero();
        }
    }

    @Test
    void s73WhatANestedPoolOfThreeLevelsStartedIsGoneWithItsRoot() throws Exception {
        try (ParentJvm parent = ParentJvm.start(ParentJvm.Nesting.class, "-Dlevels=3")) {
            List<Long> all = parent.saysPids();
            assertThat(all).hasSize(6).doesNotHaveDuplicates().allMatch(ParentJvm::isAlive);
            parent.tell("shutdownNow");
            assertThat(parent.says()).isEqualTo("CancellationException");
            assertThat(parent.says()).isEqualTo("terminated: true");
            awaitGone(all);
            assertThat(parent.process().waitFor(30, SECONDS)).isTrue();
            assertThat(parent.process().exitValue()).isZero();
        }
    }

    @Test
    void s73s80WhatANestedPoolOfThreeLevelsStartedIsGoneWhenItsRootIsKilled() throws Exception {
        try (ParentJvm parent = ParentJvm.start(ParentJvm.Nesting.class, "-Dlevels=3")) {
            List<Long> all = parent.saysPids();
            assertThat(all).hasSize(6).doesNotHaveDuplicates().allMatch(ParentJvm::isAlive);
            parent.signal("KILL");
            assertThat(parent.process().waitFor(30, SECONDS)).isTrue();
            awaitGone(all);
        }
    }

    @Test
    void s45AResultWhoseClassEndsTheJvmThatReadsItEndsTheParentAndItsWorkers() throws Exception {
        // Nothing can keep code of the application's own class path from that; an allow-list can keep it from being
        // run.
        try (ParentJvm parent = ParentJvm.start(ParentJvm.Trusting.class)) {
            long worker = Long.parseLong(parent.says());
            assertThat(parent.process().waitFor(30, SECONDS)).isTrue();
            assertThat(parent.process().exitValue()).isEqualTo(7);
            awaitGone(List.of(worker));
        }
    }

    @Test
    void s97APoolOfAPoolEndsWithTheScriptThatEndsAtOnce() throws Exception {
        try (ParentJvm parent = ParentJvm.start(ParentJvm.Nesting.class, "-Dlevels=2")) {
            List<Long> all = parent.saysPids();
            parent.tell("return");
            assertThat(parent.process().waitFor(30, SECONDS)).isTrue();
            awaitGone(all);
        }
    }

    @Test
    void s99AGrandchildThatFailsSaysSoOnce() throws Exception {
        try (ParentJvm parent = ParentJvm.start(ParentJvm.Nesting.class)) {
            String leaf = parent.says();
            assertThat(leaf)
                    .startsWith("0 ")
                    .containsOnlyOnce("of the grandchild")
                    .doesNotContain("\tat ", "WARN");
            assertThat(parent.process().waitFor(30, SECONDS)).isTrue();
            assertThat(parent.process().exitValue()).isZero();
            assertThat(parent.rest()).doesNotContain("\tat ", "Exception", "WARN", "ERROR");
        }
    }

    /** The directory whose owner is the given process. */
    private static Path sharedFilesOf(long pid) throws Exception {
        try (Stream<Path> all = Files.list(Path.of("/dev/shm"))) {
            return all.filter(each -> each.getFileName().toString().startsWith("process-executor-"))
                    .filter(each -> isOwnedBy(pid, each))
                    .findAny()
                    .orElseThrow();
        }
    }

    private static boolean isOwnedBy(long pid, Path directory) {
        try {
            return Files.readString(directory.resolve("owner")).contains("pid=" + pid + ",");
        } catch (IOException e) {
            return false;
        }
    }

    private static void awaitGone(List<Long> pids) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(TIMEOUT)
                .until(() -> pids.stream().noneMatch(ParentJvm::isAlive));
    }

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder().workers(1).maxHeapBytes(64 << 20);
    }

    /** Not in this JVM, whose directory for temporary files is that of other builds too. */
    private static void startAnother(Path temporary) throws Exception {
        try (ParentJvm another =
                ParentJvm.start(ParentJvm.Pending.class, "-Djava.io.tmpdir=" + temporary, "-Ddirectory=" + temporary)) {
            long worker = Long.parseLong(another.says());
            assertThat(another.process().waitFor(30, SECONDS)).isTrue();
            // Which makes files there until then.
            awaitGone(List.of(worker));
        }
    }

    private static void runOneTask() {
        try (ProcessPoolExecutor executor = builder().build()) {
            assertThat(executor.submit(() -> 1)).succeedsWithin(TIMEOUT).isEqualTo(1);
        }
    }
}
