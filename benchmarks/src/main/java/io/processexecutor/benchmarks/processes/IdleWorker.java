package io.processexecutor.benchmarks.processes;

import io.processexecutor.benchmarks.table.Effort;
import io.processexecutor.benchmarks.table.Measurement;
import io.processexecutor.pool.ProcessPoolExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Megabytes that a worker with the default settings holds after some tasks that do nothing, as the kernel counts them:
 * with what it shares with other processes.
 *
 * @param archive whether it was started from an archive of its classes
 */
record IdleWorker(boolean archive) implements Measurement {

    private static final double KILOBYTES = 1024;

    @Override
    public double take(Effort effort) throws IOException, InterruptedException {
        try (Deployed deployed = Deployed.jars()) {
            if (archive && !effort.smoke()) {
                deployed.awaitArchive(() -> 0);
            }
            try (ProcessPoolExecutor executor = deployed.pool().build()) {
                for (int i = 0; i < effort.amount(1_000, 1); i++) {
                    executor.submit(() -> 0).join();
                }
                // The virtual machine tidies up every few seconds.
                TimeUnit.MILLISECONDS.sleep(effort.amount(15_000, 0));
                return residentKilobytes(executor.workers().get(0).pid()) / KILOBYTES;
            }
        }
    }

    private static long residentKilobytes(long pid) throws IOException {
        try (Stream<String> status = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return status.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
