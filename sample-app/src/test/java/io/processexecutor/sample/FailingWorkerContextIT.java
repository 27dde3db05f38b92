package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.licensed.Licensed;
import io.processexecutor.serialization.OtherJvm;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar with one more bean, which fails where it is a worker that makes it. */
@Timeout(300)
class FailingWorkerContextIT {

    @TempDir
    Path directory;

    @Test
    void theCallerLearnsTheWholeOfItAndOtherTasksGoOn() throws Exception {
        Path jar = Files.copy(Path.of(System.getProperty("sample.jar")), directory.resolve("app.jar"));
        addLicensed(jar);

        OtherJvm jvm = OtherJvm.launch(List.of(
                "-jar",
                jar.toString(),
                "--spring.main.sources=" + Licensed.class.getName(),
                "--spring.main.web-application-type=none"));

        assertThat(jvm.exitCode()).as(jvm::err).isZero();
        assertThat(jvm.out())
                .contains("io.processexecutor.WorkerStartException: ")
                .contains("could not be prepared")
                .containsPattern("Caused by: .*BeanCreationException: .*'license'")
                .contains("Caused by: java.lang.IllegalStateException: no license for this process")
                .containsPattern(
                        "at io\\.processexecutor\\.licensed\\.Licensed\\$License\\.<init>\\(Licensed\\.java:\\d+\\)")
                .contains("without a bean: 42");
    }

    private static void addLicensed(Path jar) throws Exception {
        Path classes = Path.of(Licensed.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (FileSystem inside = FileSystems.newFileSystem(jar)) {
            Layouts.copyAll(
                    classes.resolve("io/processexecutor/licensed"),
                    inside.getPath("BOOT-INF/classes/io/processexecutor/licensed"));
        }
    }
}
