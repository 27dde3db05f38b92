package io.processexecutor.internal.process;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.WorkerStartException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Launches that go wrong before there is a worker to talk to. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class WorkerLaunchTest {

    @Test
    void whoDoesNotReadWhatItIsToldIsGivenUpAfterTheStartTimeout() {
        LaunchSettings settings = new LaunchSettings(
                "deaf",
                64 << 20,
                List.of(),
                List.of(),
                getClass().getClassLoader(),
                ProcessSetup.NONE.withCommandPrefix(List.of("sh", "-c", "exec sleep 300")),
                ArchiveSettings.DEFAULTS,
                Duration.ofMillis(500));
        // More than a pipe holds.
        try (WorkerLauncher launcher =
                new WorkerLauncher(settings, "x".repeat(1 << 20), WorkerIntroduction.NONE, null)) {
            CompletableFuture<WorkerProcess> launch =
                    CompletableFuture.supplyAsync(() -> launcher.launch(1, WorkerIntroduction.NONE));
            assertThat(launch.handle((worker, failure) -> failure.getCause())
                            .orTimeout(30, SECONDS)
                            .join())
                    .isInstanceOf(WorkerStartException.class)
                    .hasMessageContaining("it did not read its standard input in time")
                    .hasMessageContaining("start timeout 500 ms");
        }
    }
}
