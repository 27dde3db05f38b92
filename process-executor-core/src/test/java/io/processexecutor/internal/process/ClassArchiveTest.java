package io.processexecutor.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {

    @TempDir
    Path directory;

    @Test
    void workersToWhichThePlatformIsMoreOpenHaveAnArchiveOfTheirOwn() throws Exception {
        Path closed = archiveOf(List.of());
        Path open = archiveOf(List.of("--add-opens=java.base/java.util=ALL-UNNAMED"));
        assertThat(open).isNotEqualTo(closed);
        assertThat(archiveOf(List.of("-Duser.timezone=Europe/Berlin"))).isEqualTo(closed);
    }

    private Path archiveOf(List<String> options) throws Exception {
        Path jar = directory.resolve("app.jar");
        if (!Files.exists(jar)) {
            Files.createFile(jar);
        }
        UserPrincipal owner = Files.getOwner(jar);
        Deployment plain = Deployment.of(List.of(jar));
        Deployment deployment = new Deployment(plain.classPath(), plain.mainClass(), new Properties(), options);
        LaunchSettings settings = new LaunchSettings(
                "test",
                64 << 20,
                List.of(),
                List.of(jar),
                getClass().getClassLoader(),
                ProcessSetup.NONE,
                ArchiveSettings.DEFAULTS,
                Duration.ofSeconds(30));
        return ClassArchive.of(settings, deployment, owner).orElseThrow().file();
    }
}
