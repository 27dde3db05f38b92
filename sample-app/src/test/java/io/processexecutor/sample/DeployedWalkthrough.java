package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The walkthrough of an application that is deployed in a directory of its own with a space in its name. */
@Timeout(600)
abstract class DeployedWalkthrough {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    Path temporary;

    Path directory;

    @BeforeEach
    void copyTheApplication() throws Exception {
        directory = Files.createDirectory(temporary.resolve("some where"));
        Files.copy(Path.of(System.getProperty("sample.jar")), directory.resolve("app.jar"));
    }

    final void assertWalksThrough(String... arguments) throws Exception {
        String output = run(arguments);
        assertThat(output)
                .contains("answer 42")
                .contains("this bean and its collaborators were found in a worker: true")
                .contains("stands inside data")
                .contains("kryo with Closures.wrap")
                .contains("it came back as Discount, instanceof true")
                .contains("3 pages: 793 x 1122, 559 x 793, 396 x 559")
                .contains("ended with exit code 42")
                .contains("the same executor: true, its worker is still there: true, resized to 2 workers")
                .as("what the walkthrough does on purpose is not logged as well")
                .doesNotContain("WARN")
                .endsWith("Done.\n");
    }

    final String run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(JAVA.toString(), "-Xmx512m", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(arguments));
        Path log = temporary.resolve("output.log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(270, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(() -> read(log)).isZero();
            return read(log);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
