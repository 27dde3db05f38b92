package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The walkthrough from each layout an application is deployed in, in a directory of its own with a space in its name. */
@Timeout(180)
class WalkthroughIT {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void copyTheApplication() throws Exception {
        directory = Files.createDirectory(temporary.resolve("some where"));
        Files.copy(Path.of(System.getProperty("sample.jar")), directory.resolve("app.jar"));
    }

    @Test
    void runsFromTheExecutableJar() throws Exception {
        assertWalksThrough("-jar", "app.jar", "demo");
    }

    @Test
    void runsFromTheExtractedLayout() throws Exception {
        run("-Djarmode=tools", "-jar", "app.jar", "extract");
        assertWalksThrough("-jar", Path.of("app", "app.jar").toString(), "demo");
    }

    @Test
    void runsFromAPlainClassPathAndInheritsNoDebugger() throws Exception {
        run("-Djarmode=tools", "-jar", "app.jar", "extract");
        String classPath = "app" + File.separator + "app.jar";
        assertWalksThrough(
                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0",
                "-cp",
                classPath,
                "io.processexecutor.sample.SampleApplication",
                "demo");
    }

    @Test
    void runsFromTheLayersOfAContainerImage() throws Exception {
        run("-Djarmode=tools", "-jar", "app.jar", "extract", "--layers", "--launcher", "--destination", "layers");
        Path image = Files.createDirectory(directory.resolve("image"));
        try (Stream<Path> layers = Files.list(directory.resolve("layers"))) {
            for (Path layer : layers.toList()) {
                Layouts.copyAll(layer, image);
            }
        }
        assertWalksThrough("-cp", "image", "org.springframework.boot.loader.launch.JarLauncher", "demo");
    }

    @Test
    void runsWithLibrariesThatTheLauncherIsToldOf() throws Exception {
        Path plugins = Files.createDirectory(directory.resolve("plug ins"));
        Path pdfbox = Layouts.moveOutOf(directory.resolve("app.jar"), "pdfbox-3", plugins);
        assertThat(pdfbox).exists();
        assertWalksThrough(
                "-Dloader.path=plug ins",
                "-cp",
                "app.jar",
                "org.springframework.boot.loader.launch.PropertiesLauncher",
                "demo");
    }

    @Test
    void runsWithAClassPathThatIsTooLongForACommandLine() throws Exception {
        run("-Djarmode=tools", "-jar", "app.jar", "extract");
        List<String> entries = new ArrayList<>(List.of(Path.of("app", "app.jar").toString()));
        for (int i = 0; i < 1700; i++) {
            entries.add("no-such-directory-with-a-name-that-is-as-long-as-those-of-a-local-repository-" + i);
        }
        Path arguments = directory.resolve("arguments");
        Files.writeString(arguments, "-cp " + String.join(File.pathSeparator, entries));
        assertThat(Files.size(arguments)).isGreaterThan(128 * 1024);
        assertWalksThrough("@arguments", "io.processexecutor.sample.SampleApplication", "demo");
    }

    private void assertWalksThrough(String... arguments) throws Exception {
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
                .endsWith("Done.\n");
    }

    private String run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(JAVA.toString(), "-Xmx512m"));
        command.addAll(List.of(arguments));
        Path log = temporary.resolve("output.log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(150, TimeUnit.SECONDS)).isTrue();
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
