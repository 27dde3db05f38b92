package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From the layouts in which the class path has them. */
class ClassPathWalkthroughIT extends DeployedWalkthrough {

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
    @Tag("soak")
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
}
