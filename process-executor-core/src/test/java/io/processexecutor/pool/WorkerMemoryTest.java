package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a worker holds while it has nothing to do. The bounds are far from what is measured: 45 to 65 MB, and up to 100 after
 * what took a large heap.
 */
@Timeout(240)
@EnabledOnOs(OS.LINUX)
class WorkerMemoryTest {

    private static final long LITTLE_KB = 100 << 10;
    private static final long MUCH_KB = 300 << 10;

    private static long residentKilobytes(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "status"))
                    .lines()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatShortTasksThrowAwayDoesNotAddUp() throws Exception {
        try (ProcessExecutor executor = ProcessPoolExecutor.builder().workers(1).build()) {
            long pid = executor.submit(() -> ProcessHandle.current().pid()).get();
            for (int i = 0; i < 1000; i++) {
                assertThat(executor.submit(() -> new byte[200_000].length).get())
                        .isEqualTo(200_000);
            }
            assertThat(residentKilobytes(pid)).isLessThan(LITTLE_KB);
        }
    }

    @Test
    void anIdleWorkerGivesBackWhatATaskNeeded() throws Exception {
        try (ProcessExecutor executor = ProcessPoolExecutor.builder().workers(1).build()) {
            long pid = executor.submit(() -> ProcessHandle.current().pid()).get();
            // Told by the task itself, since the worker gives it back when it has been idle for a while.
            long held = executor.submit(() -> fill(300) == 300 ? residentKilobytes(pid) : 0)
                    .get();
            assertThat(held).isGreaterThan(MUCH_KB);
            await().atMost(Duration.ofSeconds(60)).until(() -> residentKilobytes(pid) < MUCH_KB * 3 / 4);
            assertThat(executor.submit(() -> ProcessHandle.current().pid()).get())
                    .isEqualTo(pid);
        }
    }

    /** Else each task would fill what is free of the heap, and cost a full collection. */
    @ParameterizedTest
    @ValueSource(ints = {300_000, 1_000_000, 2_000_000})
    void tasksThatReadMuchDoNotCostAFullCollectionEach(int length) throws Exception {
        int tasks = 60;
        List<Integer> list = new ArrayList<>(Collections.nCopies(length, 1_000));
        list.replaceAll(each -> new Random(each).nextInt());
        try (ProcessExecutor executor = ProcessPoolExecutor.builder().workers(1).build()) {
            for (int i = 0; i < tasks; i++) {
                assertThat(executor.submit(() -> list.size()).get()).isEqualTo(length);
            }
            assertThat(executor.submit(WorkerMemoryTest::fullCollections).get()).isLessThan(tasks / 4);
        }
    }

    private static long fullCollections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(each -> each.getName().equals("MarkSweepCompact"))
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    @Test
    void aWorkerThatIdledGrowsAsBefore() throws Exception {
        try (ProcessExecutor executor = ProcessPoolExecutor.builder().workers(1).build()) {
            long pid = executor.submit(() -> ProcessHandle.current().pid()).get();
            long[] filled = executor.submit(() -> {
                        int unused = fill(200);
                        return new long[] {heap(), residentKilobytes(pid)};
                    })
                    .get();
            long grown = filled[0];
            long before = filled[1];
            assertThat(grown).isGreaterThan(200L << 20);
            await().atMost(Duration.ofSeconds(60)).until(() -> residentKilobytes(pid) < before / 2);
            assertThat(executor.submit(WorkerMemoryTest::heap).get()).isLessThan(grown / 4);
            assertThat(executor.submit(WorkerMemoryTest::freeRatios).get())
                    .containsExactly(WorkerSettings.WORKING_FREE_PERCENT, WorkerSettings.WORKING_FREE_PERCENT);
        }
    }

    private static int fill(int megabytes) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < megabytes; i++) {
            all.add(new byte[1 << 20]);
        }
        return all.size();
    }

    private static long heap() {
        return Runtime.getRuntime().totalMemory();
    }

    private static List<Integer> freeRatios() {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return Stream.of("MinHeapFreeRatio", "MaxHeapFreeRatio")
                .map(option -> Integer.valueOf(machine.getVMOption(option).getValue()))
                .toList();
    }
}
