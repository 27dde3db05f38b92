package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From the layouts in which the launcher of Spring Boot finds the classes. */
class LauncherWalkthroughIT extends DeployedWalkthrough {

    @Test
    void runsFromTheExecutableJar() throws Exception {
        assertWalksThrough("-jar", "app.jar", "demo");
    }

    @Test
    @Tag("soak")
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
}
