package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.OS;

/** What tests send to processes. */
final class Signals {

    private static final Duration BOUND = Duration.ofSeconds(60);

    private Signals() {}

    /**
     * Sends one.
     *
     * @param name without {@code SIG}
     * @param pid of a process, or that of a group with a minus
     */
    static void send(String name, long pid) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, "--", Long.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Stops a process, and returns once it has: a thread that has no processor just then may read and begin a task before. */
    static void stop(long pid) throws Exception {
        send("STOP", pid);
        if (OS.LINUX.isCurrentOs()) {
            await().atMost(BOUND).until(() -> {
                try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
                    return threads.allMatch(Signals::isStopped);
                }
            });
        }
    }

    private static boolean isStopped(Path thread) {
        try {
            return Files.readString(thread.resolve("status")).contains("State:\tT");
        } catch (IOException e) {
            // It has ended.
            return true;
        }
    }
}
