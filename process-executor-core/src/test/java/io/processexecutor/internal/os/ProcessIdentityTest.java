package io.processexecutor.internal.os;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(180)
class ProcessIdentityTest {

    @Test
    void thisProcessIsAlive() {
        ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid());
        assertThat(self.startMark()).isNotZero();
        assertThat(self.isAlive()).isTrue();
        assertThat(ProcessIdentity.of(self.pid())).isEqualTo(self);
    }

    @Test
    void anotherProcessWithTheSamePidIsNotThisOne() {
        ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid());
        assertThat(new ProcessIdentity(self.pid(), self.startMark() - 1).isAlive())
                .isFalse();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aProcessThatEndedIsNotAlive() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        ProcessIdentity identity = ProcessIdentity.of(process.pid());
        assertThat(identity.isAlive()).isTrue();
        process.destroyForcibly();
        assertThat(process.waitFor(30, SECONDS)).isTrue();
        assertThat(identity.isAlive()).isFalse();
        assertThat(ProcessIdentity.of(process.pid()).isAlive()).isFalse();
    }

    @Test
    @EnabledOnOs(LINUX)
    void aZombieIsNotAlive() throws Exception {
        // The parent, which the shell turned into, never asks for the exit code of its child.
        Process parent = new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; exec sleep 60").start();
        try (BufferedReader out = parent.inputReader()) {
            ProcessIdentity child = ProcessIdentity.of(Long.parseLong(out.readLine()));
            assertThat(child.startMark()).isNotZero();
            // Until it is another program, the shell might ask.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Files.readString(Path.of("/proc/" + parent.pid() + "/comm"))
                            .equals("sleep\n"));
            ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly();
            await().atMost(Duration.ofSeconds(30)).until(() -> !child.isAlive());
            assertThat(ProcessIdentity.runs(child.pid())).isFalse();
            assertThat(ProcessIdentity.runs(parent.pid())).isTrue();
            assertThat(ProcessHandle.of(child.pid())).as("it is still there").isPresent();
        } finally {
            parent.destroyForcibly();
        }
    }
}
