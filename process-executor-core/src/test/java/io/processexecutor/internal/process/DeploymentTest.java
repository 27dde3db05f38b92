package io.processexecutor.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

class DeploymentTest {

    private static final String LAUNCHERS = "org.springframework.boot.loader.launch.";

    private static final List<String> OWN = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> new File(entry).getAbsolutePath())
            .distinct()
            .toList();

    @Test
    void aPlainClassPathIsTakenAsItIs() {
        Deployment deployment = Deployment.detect(ClassLoader.getSystemClassLoader());
        assertThat(deployment.classPath()).isEqualTo(OWN);
        assertThat(deployment.mainClass()).isEqualTo("io.processexecutor.worker.WorkerMain");
        assertThat(deployment.systemProperties()).isEmpty();
    }

    @Test
    void anEmptyEntryOfTheClassPathIsTheCurrentDirectory() {
        String here = new File("").getAbsolutePath();
        assertThat(detected("java.class.path", "/opt/a.jar::/opt/b.jar:"))
                .containsExactly("/opt/a.jar", here, "/opt/b.jar");
        assertThat(detected("java.class.path", ":/opt/a.jar")).containsExactly(here, "/opt/a.jar");
        assertThat(detected("java.class.path", "")).containsExactly(here);
    }

    @Test
    void aDirectoryOfModulesIsAllThatIsInIt(@TempDir Path modules) throws Exception {
        Path library = Files.copy(jarOf(Logger.class), modules.resolve("library.jar"));
        Path exploded = Files.createDirectory(modules.resolve("exploded"));
        Path source = Files.writeString(modules.resolve("module-info.java"), "module exploded {}");
        assertThat(ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(System.out, System.err, "-d", exploded.toString(), source.toString()))
                .isZero();
        assertThat(detected("jdk.module.path", modules + ":/opt/a.jar"))
                .contains(library.toString(), exploded.toString(), "/opt/a.jar")
                .doesNotContain(modules.toString());
        assertThat(detected("jdk.module.path", exploded.toString())).contains(exploded.toString());
    }

    @Test
    void theLauncherOfAnExecutableWarIsToldWhereItsClassesAre(@TempDir Path directory) throws Exception {
        Path launcher = launcher(directory);
        Path war = archive(directory.resolve("app.war"), "WEB-INF/classes/", "WarLauncher");
        Path jar = archive(directory.resolve("app.jar"), "BOOT-INF/classes/", "JarLauncher");
        Path own = archive(directory.resolve("own.war"), "WEB-INF/classes/", "PropertiesLauncher");
        Path unpacked = Files.createDirectory(directory.resolve("unpacked"));
        try (FileSystem inside = FileSystems.newFileSystem(war)) {
            Files.copy(
                    inside.getPath("META-INF", "MANIFEST.MF"),
                    Files.createDirectory(unpacked.resolve("META-INF")).resolve("MANIFEST.MF"));
        }
        String path = "WEB-INF/classes/,WEB-INF/lib/,WEB-INF/lib-provided/";
        assertThat(loaderPath(launcher, war, war + " an argument")).isEqualTo(path);
        assertThat(loaderPath(launcher, unpacked, LAUNCHERS + "WarLauncher")).isEqualTo(path);
        assertThat(loaderPath(launcher, jar, jar.toString())).isNull();
        assertThat(loaderPath(launcher, own, own.toString()))
                .as("the application found its classes by itself")
                .isNull();
        assertThat(loaderPath(launcher, war, LAUNCHERS + "PropertiesLauncher")).isNull();
        System.setProperty("loader.path", "mine");
        try {
            assertThat(loaderPath(launcher, war, war.toString())).isEqualTo("mine");
        } finally {
            System.clearProperty("loader.path");
        }
    }

    /** Such a class loader as Spring Boot's, which is not on this class path. */
    private static Path launcher(Path directory) throws Exception {
        Path source = Files.writeString(
                directory.resolve("LaunchedClassLoader.java"),
                "package org.springframework.boot.loader.launch;"
                        + "public class LaunchedClassLoader extends ClassLoader {}");
        Path classes = Files.createDirectory(directory.resolve("launcher"));
        assertThat(ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(System.out, System.err, "-d", classes.toString(), source.toString()))
                .isZero();
        return classes;
    }

    private static Path archive(Path file, String classes, String launcher) throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, LAUNCHERS + launcher);
        manifest.getMainAttributes().putValue("Spring-Boot-Classes", classes);
        new JarOutputStream(Files.newOutputStream(file), manifest).close();
        return file;
    }

    /** What a worker's launcher is told, as if this had been started so. */
    private static String loaderPath(Path launcher, Path classPath, String command) throws Exception {
        String pathBefore = System.setProperty("java.class.path", classPath.toString());
        String commandBefore = System.getProperty("sun.java.command");
        System.setProperty("sun.java.command", command);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {launcher.toUri().toURL()})) {
            ClassLoader launched = (ClassLoader) loader.loadClass(LAUNCHERS + "LaunchedClassLoader")
                    .getConstructor()
                    .newInstance();
            return Deployment.detect(launched).systemProperties().getProperty("loader.path");
        } finally {
            System.setProperty("java.class.path", pathBefore);
            if (commandBefore == null) {
                System.clearProperty("sun.java.command");
            } else {
                System.setProperty("sun.java.command", commandBefore);
            }
        }
    }

    private static Path jarOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** As if this had been started so. */
    private static List<String> detected(String property, String value) {
        String before = System.setProperty(property, value);
        try {
            return Deployment.detect(ClassLoader.getPlatformClassLoader()).classPath();
        } finally {
            if (before == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, before);
            }
        }
    }

    @Test
    void theMainClassExists() throws Exception {
        String mainClass = Deployment.of(List.of()).mainClass();
        assertThat(Class.forName(mainClass, false, getClass().getClassLoader()).getMethod("main", String[].class))
                .isNotNull();
    }

    @Test
    void theUrlsOfAClassLoaderComeFirstAndItsParentsToo() throws Exception {
        URL parents = Path.of("/opt/parent.jar").toUri().toURL();
        URL childs = Path.of("/opt/a dir with \u00e4+100%/child.jar").toUri().toURL();
        URL remote = new URL("http://localhost/remote.jar");
        try (URLClassLoader parent =
                        new URLClassLoader(new URL[] {parents}, getClass().getClassLoader());
                URLClassLoader child = new URLClassLoader(new URL[] {childs, remote, parents}, parent)) {
            assertThat(Deployment.detect(child).classPath())
                    .startsWith("/opt/a dir with \u00e4+100%/child.jar", "/opt/parent.jar")
                    .containsAll(OWN)
                    .hasSize(OWN.size() + 2);
        }
    }

    @Test
    void aUrlThatIsNotWellFormedIsTakenByItsPath() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {new URL("file:/opt/a dir/x.jar")}, getClass().getClassLoader())) {
            assertThat(Deployment.detect(loader).classPath()).startsWith("/opt/a dir/x.jar");
        }
    }

    @Test
    void aClassPathOfTheUsersReplacesTheApplicationsAndIsAbsolute() {
        Deployment deployment = Deployment.of(List.of(Path.of("lib/a.jar"), Path.of("/opt/b.jar")));
        assertThat(deployment.classPath())
                .containsExactly(Path.of("lib/a.jar").toAbsolutePath().toString(), "/opt/b.jar");
        assertThat(deployment.mainClass()).isEqualTo("io.processexecutor.worker.WorkerMain");
    }
}
