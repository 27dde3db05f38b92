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
@Timeout(180)
@EnabledOnOs(OS.LINUX)
class WorkerLaunchTest {

    private static final String MORE_THAN_A_PIPE_HOLDS = "x".repeat(1 << 20);

    @Test
    void whoDoesNotReadWhatItIsToldIsGivenUpAfterTheStartTimeout() {
        LaunchSettings settings = settings("exec sleep 300", Duration.ofMillis(500));
        assertThat(failureOf(settings, MORE_THAN_A_PIPE_HOLDS))
                .hasMessageContaining("it did not read its standard input in time")
                .hasMessageContaining("start timeout 500 ms");
    }

    @Test
    void whoEndsBeforeItReadsWhatItIsToldHasEndedBeforeItConnected() {
        LaunchSettings settings = settings("exit 3", Duration.ofSeconds(30));
        assertThat(failureOf(settings, MORE_THAN_A_PIPE_HOLDS))
                .hasMessageContaining("it ended before it connected")
                .hasMessageContaining("exit code 3");
        // The pipe is broken before it ends.
        settings = settings("exec 0<&-; sleep 1.5; exit 3", Duration.ofSeconds(30));
        assertThat(failureOf(settings, MORE_THAN_A_PIPE_HOLDS))
                .hasMessageContaining("it ended before it connected")
                .hasMessageContaining("exit code 3");
    }

    @Test
    void whatItPrintedBeforeItEndedIsToldWithItsErrors() {
        LaunchSettings settings =
                settings("echo no room; echo no program >&2; echo for this >&1; exit 1", Duration.ofSeconds(30));
        WorkerStartException failure = failureOf(settings, "");
        assertThat(failure)
                .hasMessageEndingWith(
                        "\nLast lines of its stderr:\nno program" + "\nLast lines of its stdout:\nno room\nfor this");
        assertThat(failure.lastOutput()).containsExactly("no program", "no room", "for this");
    }

    private LaunchSettings settings(String script, Duration startTimeout) {
        return new LaunchSettings(
                "deaf",
                64 << 20,
                List.of(),
                List.of(),
                getClass().getClassLoader(),
                ProcessSetup.NONE.withCommandPrefix(List.of("sh", "-c", script)),
                ArchiveSettings.DEFAULTS,
                startTimeout);
    }

    private static WorkerStartException failureOf(LaunchSettings settings, String serialization) {
        try (WorkerLauncher launcher = new WorkerLauncher(settings, serialization, () -> "", new NoRehearsals())) {
            CompletableFuture<WorkerProcess> launch =
                    CompletableFuture.supplyAsync(() -> launcher.launch(1, WorkerIntroduction.NONE));
            Throwable failure = launch.handle((worker, cause) -> cause.getCause())
                    .orTimeout(30, SECONDS)
                    .join();
            assertThat(failure).isInstanceOf(WorkerStartException.class);
            return (WorkerStartException) failure;
        }
    }
}
