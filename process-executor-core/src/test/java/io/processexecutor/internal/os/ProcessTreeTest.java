package io.processexecutor.internal.os;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(180)
@EnabledOnOs(OS.LINUX)
class ProcessTreeTest {

    private static final Duration BOUND = Duration.ofSeconds(30);

    private final String marker = UUID.randomUUID() + "/1";
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(each -> {
            each.descendants().forEach(ProcessHandle::destroyForcibly);
            each.destroyForcibly();
        });
    }

    @Test
    void whatLostItsParentIsFoundByItsMarkerAndByOneThatContinuesIt() throws Exception {
        Process plain = start(marker, "sleep 300");
        Process nested = start(marker + "/" + UUID.randomUUID() + "/4", "sleep 300");
        ProcessHandle orphan = orphan();
        new ProcessTree(plain.toHandle(), marker).killRemains();
        assertThat(plain.waitFor(30, SECONDS)).isTrue();
        assertThat(nested.waitFor(30, SECONDS)).isTrue();
        await().atMost(BOUND).until(() -> !orphan.isAlive());
    }

    @Test
    void whoseMarkerOnlyBeginsAlikeIsLeftAlone() throws Exception {
        Process other = start(marker + "0", "sleep 300");
        Process shorter = start(marker.substring(0, marker.length() - 2), "sleep 300");
        Process marked = start(marker, "sleep 300");
        ProcessTree.killMarked(marker);
        assertThat(marked.waitFor(30, SECONDS)).isTrue();
        assertThat(other.isAlive()).isTrue();
        assertThat(shorter.isAlive()).isTrue();
    }

    @Test
    void whoIsAboutToEndByItselfIsLetTo() throws Exception {
        Process ending = start(marker, "sleep 0.3; exit 7");
        ProcessTree.killMarkedAfter(marker, SECONDS.toNanos(10));
        assertThat(ending.waitFor(30, SECONDS)).isTrue();
        assertThat(ending.exitValue()).isEqualTo(7);
    }

    @Test
    void whoDoesNotEndByItselfIsKilledThen() throws Exception {
        Process lasting = start(marker, "exec sleep 300");
        ProcessTree.killMarkedAfter(marker, 1);
        assertThat(lasting.waitFor(30, SECONDS)).isTrue();
    }

    @Test
    void whoStartsProcessesWithoutEndIsCaughtUpWith() throws Exception {
        Process breeder = start(marker, "while true; do sleep 300 & sleep 0.01; done");
        await().atMost(BOUND).until(() -> breeder.descendants().count() > 3);
        ProcessTree tree = new ProcessTree(breeder.toHandle(), marker);
        tree.kill();
        tree.killRemains();
        assertThat(breeder.waitFor(30, SECONDS)).isTrue();
        await().atMost(BOUND)
                .until(() -> ProcessHandle.allProcesses()
                        .noneMatch(each -> each.info().commandLine().orElse("").contains("sleep 300") && isOurs(each)));
    }

    @Test
    void aProcessIsKilledThoughTheSystemDoesNotTellWhatItStarted() throws Exception {
        Process plain = start(marker, "exec sleep 300");
        ProcessTree tree = new ProcessTree(secretive(plain.toHandle()), marker);
        tree.remember();
        tree.kill();
        assertThat(plain.waitFor(30, SECONDS)).isTrue();
        assertThat(tree.tryKillRemains()).as("all could be looked at").isFalse();
    }

    /** As without a free file descriptor. */
    private static ProcessHandle secretive(ProcessHandle handle) {
        return (ProcessHandle) Proxy.newProxyInstance(
                ProcessTreeTest.class.getClassLoader(), new Class<?>[] {ProcessHandle.class}, (proxy, method, args) -> {
                    if (method.getName().equals("descendants")) {
                        throw new IllegalStateException("Too many open files (Unable to open /proc)");
                    }
                    return method.invoke(handle, args);
                });
    }

    private boolean isOurs(ProcessHandle process) {
        try {
            return new String(java.nio.file.Files.readAllBytes(
                            java.nio.file.Path.of("/proc/" + process.pid() + "/environ")))
                    .contains(marker);
        } catch (IOException e) {
            return false;
        }
    }

    private ProcessHandle orphan() throws IOException {
        Process shell = start(marker, "setsid sleep 300 >/dev/null 2>&1 & echo $!");
        try (BufferedReader out = shell.inputReader()) {
            return ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
        }
    }

    private Process start(String itsMarker, String script) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
        builder.environment().put(ProcessTree.MARKER, itsMarker);
        Process process = builder.start();
        started.add(process);
        return process;
    }
}
