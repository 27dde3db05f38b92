package io.processexecutor.spring;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Small applications with real workers, and what tests ask about those. */
final class Applications {

    static final Duration TIMEOUT = Duration.ofSeconds(60);

    static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(
            AopAutoConfiguration.class,
            TaskExecutionAutoConfiguration.class,
            ProcessExecutorAsyncAutoConfiguration.class,
            ProcessExecutorAutoConfiguration.class,
            ProcessExecutorJpaAutoConfiguration.class,
            ProcessExecutorMetricsAutoConfiguration.class);

    private Applications() {}

    static ApplicationContextRunner of(Class<?>... configurations) {
        return new ApplicationContextRunner()
                .withConfiguration(AUTO_CONFIGURATIONS)
                .withUserConfiguration(configurations)
                .withPropertyValues(
                        "process-executor.workers=1",
                        "process-executor.worker.max-heap=64MB",
                        "process-executor.cancel-grace=300ms");
    }

    static long here() {
        return ProcessHandle.current().pid();
    }

    static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    static void awaitDeath(long pid) {
        Awaitility.await().atMost(TIMEOUT).until(() -> !isAlive(pid));
    }

    /** Waits for a task that says so in a file, and tells its process. */
    static long awaitPid(Path file) {
        Awaitility.await().atMost(TIMEOUT).until(() -> Files.exists(file) && Files.size(file) > 0);
        try {
            return Long.parseLong(Files.readString(file));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** To be called in a worker: says that it runs, and neither ends nor heeds an interrupt. */
    static void sayPidAndLoop(String file) {
        sayPid(file);
        while (true) {
            Thread.onSpinWait();
        }
    }

    static void sayPid(String file) {
        try {
            Path written = Files.writeString(Path.of(file + ".part"), Long.toString(here()));
            Files.move(written, Path.of(file), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
