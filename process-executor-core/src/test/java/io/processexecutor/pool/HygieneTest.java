package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.pid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.pool.ProcessPoolExecutor.Builder;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What tasks do to their worker harms neither the next task nor the parent, and no pool leaves anything behind. */
@Timeout(240)
@EnabledOnOs(OS.LINUX)
class HygieneTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private static final List<InputStream> NEVER_CLOSED = new ArrayList<>();

    /** More than the socket takes at once, so that the worker must wait until the parent has read. */
    @Test
    void aTaskThatUsesUpAllFileDescriptorsStillGivesBackItsResult() {
        List<String> few = List.of("bash", "-c", "ulimit -n 80; exec \"$@\"", "bash");
        try (ProcessPoolExecutor executor = builder().commandPrefix(few).build()) {
            assertThat(executor.submit(() -> new byte[1_000])).succeedsWithin(TIMEOUT);
            for (int i = 0; i < 20; i++) {
                assertThat(executor.submit(() -> {
                            useUpFileDescriptors();
                            return new byte[3 << 20];
                        }))
                        .succeedsWithin(TIMEOUT)
                        .extracting(result -> result.length)
                        .isEqualTo(3 << 20);
            }
            assertThat(executor.stats().workerStarts()).isEqualTo(1);
        }
    }

    private static void useUpFileDescriptors() {
        try {
            while (true) {
                NEVER_CLOSED.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            // There are none left.
        }
    }

    @Test
    void s37WhatATaskDoesToItsJvmLeavesTheProtocolUnharmed() {
        try (ProcessPoolExecutor executor = builder().build()) {
            long pid = executor.submit(() -> pid()).join();
            executor.submit(() -> {
                        System.in.close();
                        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
                        System.setErr(null);
                        System.setIn(null);
                        System.setProperty("left.behind", "1");
                        System.getProperties().remove("java.io.tmpdir");
                        Thread.currentThread().setContextClassLoader(null);
                        Thread.currentThread().setName("renamed");
                        Thread.currentThread().setPriority(Thread.MIN_PRIORITY);
                        Thread.currentThread().interrupt();
                        Thread.setDefaultUncaughtExceptionHandler(
                                (thread, failure) -> Runtime.getRuntime().halt(1));
                        for (int i = 0; i < 20; i++) {
                            Thread left = new Thread(() -> {
                                while (true) {
                                    try {
                                        Thread.sleep(1000);
                                    } catch (InterruptedException e) {
                                        // It stays.
                                    }
                                }
                            });
                            left.start();
                        }
                        return null;
                    })
                    .join();
            assertThat(executor.submit(() -> pid())).succeedsWithin(TIMEOUT).isEqualTo(pid);
            assertThat(executor.submit(() -> Thread.currentThread().isInterrupted()))
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo(false);
            assertThat(executor.submit(() -> Thread.currentThread().getContextClassLoader() != null))
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo(true);
            assertThat(executor.submit(() -> System.getProperty("left.behind")))
                    .as("a worker is not reset between tasks")
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo("1");
        }
    }

    @Test
    void s110WhatReadsStandardInputIsAtItsEnd() {
        try (ProcessPoolExecutor executor = builder().build()) {
            for (int i = 0; i < 2; i++) {
                assertThat(executor.submit(() -> {
                            int read = System.in.read();
                            System.in.close();
                            return read;
                        }))
                        .succeedsWithin(TIMEOUT)
                        .isEqualTo(-1);
            }
            assertThat(executor.submit(() -> new ProcessBuilder("cat")
                            .redirectInput(ProcessBuilder.Redirect.INHERIT)
                            .start()
                            .waitFor()))
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo(0);
        }
    }

    @Test
    void s102GarbageInCirclesLeavesTheHeapOfAWorkerAsItWas() {
        try (ProcessPoolExecutor executor = builder().build()) {
            long pid = executor.submit(() -> pid()).join();
            long before = executor.submit(() -> usedAfterCollection()).join();
            for (int i = 0; i < 300; i++) {
                executor.submit(() -> {
                            Object[] circle = {new byte[1 << 20], null};
                            circle[1] = circle;
                            return circle.length;
                        })
                        .join();
            }
            assertThat(executor.submit(() -> usedAfterCollection()).join()).isLessThan(before + (8 << 20));
            assertThat(executor.submit(() -> pid()).join())
                    .as("no worker ran out")
                    .isEqualTo(pid);
        }
    }

    private static long usedAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void s104AWorkerHoldsNothingOpenOfItsParents() throws Exception {
        Path secret = Files.writeString(directory.resolve("open-in-the-parent"), "x");
        try (OutputStream open = Files.newOutputStream(secret);
                java.net.ServerSocket listening = new java.net.ServerSocket(0);
                ProcessPoolExecutor executor = builder().build()) {
            List<String> held = executor.submit(HygieneTest::openFiles).join();
            assertThat(held).noneMatch(each -> each.contains("open-in-the-parent"));
            assertThat(held.stream().filter(each -> each.startsWith("socket:")))
                    .isNotEmpty()
                    .doesNotContainAnyElementsOf(openFiles());
            assertThat(held.stream().filter(each -> each.startsWith("pipe:")))
                    .as("standard input, output and error")
                    .hasSize(3);
            assertThat(listening.isClosed()).isFalse();
            assertThat(open).isNotNull();
        }
    }

    @Test
    void s107ThereIsNoProcessButTheWorkers() {
        try (ProcessPoolExecutor executor = builder().workers(2).minWorkers(2).build()) {
            await().atMost(TIMEOUT).until(() -> executor.stats().idleWorkers() == 2);
            List<Long> own = ProcessHandle.current()
                    .descendants()
                    .filter(each -> each.info().commandLine().orElse("").contains("=hygiene-"))
                    .map(ProcessHandle::pid)
                    .toList();
            assertThat(own).hasSize(2);
        }
    }

    @Test
    void s105s106AFewPoolsThatWereClosedHalfOfThemWithCrashesLeaveNothing() throws Exception {
        cycle(12);
    }

    @Test
    @Tag("soak")
    @Timeout(600)
    void s105s106AHundredPoolsThatWereClosedHalfOfThemWithCrashesLeaveNothing() throws Exception {
        cycle(100);
    }

    private void cycle(int pools) throws IOException {
        for (int i = 0; i < 3; i++) {
            createAndClose(i % 2 == 0);
        }
        long filesBefore = files();
        long threadsBefore = threads();
        long directBefore = direct();
        List<String> directoriesBefore = directories();
        for (int i = 0; i < pools; i++) {
            createAndClose(i % 2 == 0);
        }
        // Threads of the JDK that wait a moment for more work, and buffers that wait for a collection.
        await().atMost(TIMEOUT).untilAsserted(() -> {
            System.gc();
            assertThat(files()).as("open files").isLessThanOrEqualTo(filesBefore + 2);
            assertThat(threads()).as("threads").isLessThanOrEqualTo(threadsBefore + 2);
            assertThat(direct()).as("direct memory").isLessThanOrEqualTo(directBefore + (256 << 10));
        });
        assertThat(directories()).isSubsetOf(directoriesBefore);
    }

    private static void createAndClose(boolean crash) {
        try (ProcessPoolExecutor executor = builder().build()) {
            if (crash) {
                CompletableFuture<Object> doomed = executor.submit(() -> {
                    Runtime.getRuntime().halt(9);
                    return null;
                });
                assertThat(doomed)
                        .failsWithin(TIMEOUT)
                        .withThrowableThat()
                        .withCauseInstanceOf(WorkerCrashedException.class);
            } else {
                assertThat(executor.submit(() -> 1)).succeedsWithin(TIMEOUT).isEqualTo(1);
            }
        }
    }

    @Test
    void s114MoreWorkersThanProcessorsAreTrulyParallel() throws Exception {
        int workers = 2 * Runtime.getRuntime().availableProcessors() + 2;
        String there = directory.toString();
        try (ProcessPoolExecutor executor = builder().workers(workers).build()) {
            List<CompletableFuture<Long>> pids = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                int me = i;
                pids.add(executor.submit(() -> {
                    Files.createFile(Path.of(there, "here-" + me));
                    while (Path.of(there).toFile().list().length < workers) {
                        Thread.sleep(10);
                    }
                    return pid();
                }));
            }
            for (CompletableFuture<Long> each : pids) {
                assertThat(each).succeedsWithin(TIMEOUT);
            }
            assertThat(pids.stream().map(CompletableFuture::join).distinct()).hasSize(workers);
        }
    }

    @Test
    void s115AParentWithAThousandThreadsStartsWorkersConcurrently() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> crowd = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Thread thread = new Thread(null, () -> awaitQuietly(end), "crowd", 64 << 10);
            thread.setDaemon(true);
            thread.start();
            crowd.add(thread);
        }
        byte[][] heap = new byte[64][1 << 20];
        List<ProcessPoolExecutor> pools = new ArrayList<>();
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                ProcessPoolExecutor pool = builder().build();
                pools.add(pool);
                answers.add(pool.submit(() -> 1));
            }
            for (Future<Integer> each : answers) {
                assertThat(each).succeedsWithin(TIMEOUT).isEqualTo(heap[0].length >> 20);
            }
        } finally {
            end.countDown();
            pools.forEach(ProcessPoolExecutor::close);
            for (Thread thread : crowd) {
                thread.join();
            }
        }
    }

    @Test
    void s99AWorkerHasNoWorkersOfItsOwnAndSaysSoWithoutNoise() {
        try (ProcessPoolExecutor executor = builder().build()) {
            CompletableFuture<Object> nested = executor.submit(() -> builder().build());
            assertThat(nested)
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withCauseInstanceOf(IllegalStateException.class)
                    .withMessageContaining("A worker process has no workers of its own");
        }
    }

    @Test
    void s116ANativeImageIsToldWhyItCannotHaveWorkers() {
        System.setProperty("org.graalvm.nativeimage.imagecode", "runtime");
        try {
            assertThatIllegalStateException()
                    .isThrownBy(() -> builder().build())
                    .withMessageContaining("native image");
        } finally {
            System.clearProperty("org.graalvm.nativeimage.imagecode");
        }
    }

    private static Builder builder() {
        return ProcessPoolExecutor.builder().name("hygiene").workers(1).maxHeapBytes(64 << 20);
    }

    private static List<String> openFiles() throws IOException {
        List<String> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : all.toList()) {
                try {
                    files.add(Files.readSymbolicLink(each).toString());
                } catch (IOException e) {
                    // That of the listing itself.
                }
            }
        }
        return files;
    }

    private static long files() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> !each.getName().startsWith("process reaper"))
                .count();
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(each -> each.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Those of this process; others come and go. */
    private static List<String> directories() throws IOException {
        String self = "pid=" + pid() + ",";
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(each -> each.getFileName().toString().startsWith("process-executor-"))
                    .filter(each -> {
                        try {
                            return Files.readString(each.resolve("owner")).contains(self);
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .map(Path::toString)
                    .toList();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
