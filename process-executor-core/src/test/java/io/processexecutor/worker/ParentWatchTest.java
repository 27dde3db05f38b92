package io.processexecutor.worker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.internal.os.ProcessIdentity;
import io.processexecutor.internal.protocol.StatusPage;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The watch by itself, in a JVM that has no connection which could end. */
@Timeout(180)
@EnabledOnOs(OS.LINUX)
class ParentWatchTest {

    @TempDir
    Path directory;

    @Test
    void s80AWorkerThatMissesTheEndOfItsConnectionFindsOutByItselfThatItsParentHasEnded() throws Exception {
        Process parent = new ProcessBuilder("sleep", "300").start();
        Path page = directory.resolve("page");
        StatusPage.create(page);
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Watching.class.getName(),
                        Long.toString(parent.pid()),
                        page.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = worker.inputReader()) {
            assertThat(output.readLine()).isEqualTo("watching");
            parent.destroyForcibly().waitFor();
            // It looks twice a second; the rest is for a machine on which others are at work, too.
            assertThat(worker.waitFor(30, SECONDS)).isTrue();
        } finally {
            parent.destroyForcibly();
            worker.destroyForcibly();
        }
    }

    @Test
    void aWorkerThatHasUsedUpItsFileDescriptorsDoesNotTakeItsParentForDead() throws Exception {
        Process worker = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 64; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-MaxFDLimit",
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OutOfDescriptors.class.getName(),
                        Long.toString(ProcessHandle.current().pid()))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = worker.inputReader()) {
            assertThat(output.lines()).containsExactly("before: true", "without descriptors: true");
        } finally {
            worker.destroyForcibly();
        }
    }

    static final class OutOfDescriptors {

        public static void main(String[] args) {
            ProcessIdentity parent = ProcessIdentity.of(Long.parseLong(args[0]));
            System.out.println("before: " + parent.isAlive());
            List<InputStream> open = new ArrayList<>();
            try {
                while (open.size() < 64) {
                    open.add(new FileInputStream("/dev/null"));
                }
                System.out.println("the limit is not in force");
            } catch (FileNotFoundException e) {
                System.out.println("without descriptors: " + parent.isAlive());
            }
        }
    }

    static final class Watching {

        public static void main(String[] args) throws Exception {
            ProcessIdentity parent = ProcessIdentity.of(Long.parseLong(args[0]));
            ParentWatch.start(parent, new Vitals(new StatusPage.Writer(Path.of(args[1]))));
            System.out.println("watching");
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
