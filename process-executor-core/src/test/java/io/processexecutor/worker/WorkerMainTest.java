package io.processexecutor.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.internal.os.ProcessIdentity;
import io.processexecutor.internal.protocol.StatusPage;
import io.processexecutor.internal.protocol.Token;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose start goes wrong ends, though some of its threads wait for what the rest of the start would give them. */
@Timeout(180)
class WorkerMainTest {

    @TempDir
    Path directory;

    @Test
    void aWorkerThatIsStartedByHandSaysSoAndEnds() throws Exception {
        assertThat(saidAtItsEnd(stdin -> {})).contains("a worker is started by its parent");
    }

    @Test
    void aWorkerWhoseStatusPageIsGoneEnds() throws Exception {
        assertThat(saidAtItsEnd(stdin -> tell(stdin, directory.resolve("none"))))
                .contains("none");
    }

    @Test
    void aWorkerWhoseParentDoesNotListenEnds() throws Exception {
        Path page = directory.resolve("page");
        StatusPage.create(page);
        assertThat(saidAtItsEnd(stdin -> tell(stdin, page))).containsAnyOf("ConnectException", "SocketException");
    }

    private interface Introduction {
        void writeTo(OutputStream stdin) throws IOException;
    }

    private void tell(OutputStream stdin, Path page) throws IOException {
        Token.random().writeTo(stdin);
        String nobody = "unix:" + directory.resolve("nobody");
        new WorkerSettings(1, nobody, page, null, ProcessIdentity.of(ProcessIdentity.ownPid()), "", "").writeTo(stdin);
    }

    private static String saidAtItsEnd(Introduction introduction) throws Exception {
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkerMain.class.getName())
                .redirectErrorStream(true)
                .start();
        try (OutputStream stdin = worker.getOutputStream()) {
            introduction.writeTo(stdin);
            stdin.close();
            assertThat(worker.waitFor(30, SECONDS)).as("it ends").isTrue();
            assertThat(worker.exitValue()).isEqualTo(1);
            return new String(worker.getInputStream().readAllBytes(), UTF_8);
        } finally {
            worker.destroyForcibly();
        }
    }
}
