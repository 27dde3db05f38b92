package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * What a worker holds while it has nothing to do. The bounds are far from what is measured: 45 to 65 MB, and up to 145 where
 * a heap that was large is to stay free for the most part.
 */
@Timeout(120)
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
            int held = executor.submit(() -> {
                        List<byte[]> all = new ArrayList<>();
                        for (int i = 0; i < 300; i++) {
                            all.add(new byte[1 << 20]);
                        }
                        return all.size();
                    })
                    .get();
            assertThat(held).isEqualTo(300);
            assertThat(residentKilobytes(pid)).isGreaterThan(MUCH_KB);
            await().atMost(Duration.ofSeconds(60)).until(() -> residentKilobytes(pid) < MUCH_KB * 3 / 4);
            assertThat(executor.submit(() -> ProcessHandle.current().pid()).get())
                    .isEqualTo(pid);
        }
    }
}
