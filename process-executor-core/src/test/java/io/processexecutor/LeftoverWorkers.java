package io.processexecutor;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails the build if a worker process outlives the tests. Those of other builds on the machine do not count: a worker is
 * ours if it descends from this JVM or, having lost its parent, carries the mark that the build gave this JVM.
 */
public final class LeftoverWorkers implements LauncherSessionListener {

    private static final String WORKER_MARK = "-Dprocess-executor.worker=";
    private static final String RUN_VARIABLE = "PROCESS_EXECUTOR_TEST_RUN";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EXIT_CODE = 97;

    private final Instant began = ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<ProcessHandle> left;
        while (!(left = workers()).isEmpty() && System.nanoTime() - deadline < 0) {
            // A worker that is told to leave with the JVM may take a moment.
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        if (!left.isEmpty()) {
            String names = left.stream()
                    .map(each -> each.pid() + " " + each.info().commandLine().orElse("?"))
                    .collect(Collectors.joining("\n"));
            left.forEach(ProcessHandle::destroyForcibly);
            // Not System.err, which the build has taken over and would not print any more.
            try (PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true)) {
                err.println("Worker processes outlived the tests:\n" + names);
            }
            // What a listener throws is logged and forgotten; this the build cannot overlook.
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    private List<ProcessHandle> workers() {
        ProcessHandle self = ProcessHandle.current();
        return Stream.concat(self.descendants(), ProcessHandle.allProcesses().filter(this::isMarked))
                .filter(each -> each.info().commandLine().orElse("").contains(WORKER_MARK))
                .distinct()
                .toList();
    }

    private boolean isMarked(ProcessHandle process) {
        String run = System.getenv(RUN_VARIABLE);
        if (run == null || process.info().startInstant().orElse(Instant.MAX).isBefore(began)) {
            return false;
        }
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ"));
            return Arrays.asList(new String(environment, StandardCharsets.UTF_8).split("\0"))
                    .contains(RUN_VARIABLE + "=" + run);
        } catch (IOException e) {
            // It ended, it is another user's, or this is no Linux.
            return false;
        }
    }
}
