package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody at work on the application, with spring-boot-devtools on the class path, compiles a class. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class DevToolsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    Path directory;

    @Test
    void aRestartGetsWorkersOfItsOwnAndLeavesNoneBehind() throws Exception {
        Path classes = Files.createDirectory(directory.resolve("classes"));
        Path libraries = Files.createDirectory(directory.resolve("libraries"));
        unpack(classes, libraries);
        Path devTools = Path.of(System.getProperty("devtools.jar"));
        String classPath = String.join(File.pathSeparator, classes.toString(), libraries + "/*", devTools.toString());
        List<String> how = List.of(
                "-Dspring.devtools.restart.poll-interval=400ms",
                "-Dspring.devtools.restart.quiet-period=200ms",
                "-Dspring.devtools.livereload.enabled=false",
                "-cp",
                classPath,
                SampleApplication.class.getName());
        try (RunningApplication application = RunningApplication.start(how, directory.resolve("application.log"))) {
            DocumentClient client = new DocumentClient(application);
            assertThat(render(client)).isEqualTo("DONE");
            List<ProcessHandle> before = application.workers();
            assertThat(before).isNotEmpty();

            Path compiled = classes.resolve(SampleApplication.class.getName().replace('.', '/') + ".class");
            Files.setLastModifiedTime(compiled, FileTime.from(Instant.now().plusSeconds(5)));
            Awaitility.await().atMost(PATIENCE).until(() -> application.starts().size() == 2);

            assertThat(render(client)).isEqualTo("DONE");
            assertThat(before).noneMatch(ProcessHandle::isAlive);
            assertThat(application.workers()).isNotEmpty();
        }
    }

    private static String render(DocumentClient client) throws Exception {
        return client.finished(client.accepted(Pdfs.withPages(Pdfs.SQUARE), ""))
                .path("state")
                .stringValue();
    }

    private static void unpack(Path classes, Path libraries) throws Exception {
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(System.getProperty("sample.jar")))) {
            Layouts.copyAll(jar.getPath("BOOT-INF/classes"), classes);
            Layouts.copyAll(jar.getPath("BOOT-INF/lib"), libraries);
        }
    }
}
