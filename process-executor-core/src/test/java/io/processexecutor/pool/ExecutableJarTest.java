package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An application that is started by {@code java -jar}, so that its manifest opens the platform to it. */
@Timeout(180)
class ExecutableJarTest {

    @TempDir
    Path directory;

    @Test
    void whatTheManifestOpensIsOpenInWorkersAsWell() throws Exception {
        Path jar = jar(
                "Add-Opens", "java.base/java.util no.such.module/a java.base/no.such.name  java.base/java.lang.invoke",
                "Add-Exports", "java.base/sun.nio.ch",
                "Enable-Native-Access", "ALL-UNNAMED");
        ProcessBuilder command = ParentJvm.command(Opened.class, List.of());
        List<String> words = command.command();
        words.subList(words.indexOf("-cp"), words.size()).clear();
        words.addAll(List.of("-jar", jar.toString(), "an argument"));
        try (ParentJvm parent = ParentJvm.start(command)) {
            String here = parent.says();
            assertThat(here)
                    .startsWith(
                            "java.util true, java.lang.invoke true, java.text false, sun.nio.ch true, sun.net false");
            assertThat(parent.says()).as("in a worker").isEqualTo(here);
            assertThat(parent.says()).isEqualTo("closed");
            assertThat(parent.rest()).doesNotContain("WARN");
        }
    }

    @Test
    void aManifestOnTheClassPathOpensNothing() throws Exception {
        Path jar = jar("Add-Opens", "java.base/java.util", "Enable-Native-Access", "ALL-UNNAMED");
        ProcessBuilder command = ParentJvm.command(Opened.class, List.of());
        List<String> words = command.command();
        words.set(words.indexOf("-cp") + 1, jar.toString());
        try (ParentJvm parent = ParentJvm.start(command)) {
            String here = parent.says();
            assertThat(here).startsWith("java.util false").endsWith("native false");
            assertThat(parent.says()).as("in a worker").isEqualTo(here);
        }
    }

    private Path jar(String... attributes) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(Attributes.Name.MAIN_CLASS, Opened.class.getName());
        List<String> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classPath.add(new File(entry).toURI().toString());
        }
        main.put(Attributes.Name.CLASS_PATH, String.join(" ", classPath));
        for (int i = 0; i < attributes.length; i += 2) {
            main.putValue(attributes[i], attributes[i + 1]);
        }
        Path jar = directory.resolve("an app.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }

    /** Says what is open to it, and to its worker. */
    static final class Opened {

        public static void main(String[] args) {
            ParentJvm.say(whatIsOpen());
            try (ProcessPoolExecutor executor =
                    ProcessPoolExecutor.builder().workers(1).build()) {
                ParentJvm.say(executor.submit(() -> whatIsOpen()).join());
            }
            ParentJvm.say("closed");
        }

        private static String whatIsOpen() {
            Module platform = Object.class.getModule();
            Module ours = Opened.class.getModule();
            return "java.util " + platform.isOpen("java.util", ours)
                    + ", java.lang.invoke " + platform.isOpen("java.lang.invoke", ours)
                    + ", java.text " + platform.isOpen("java.text", ours)
                    + ", sun.nio.ch " + platform.isExported("sun.nio.ch", ours)
                    + ", sun.net " + platform.isExported("sun.net", ours)
                    + ", native " + isNativeAccessEnabled(ours);
        }

        /** Java has this method since 22, and obeys the attribute. */
        private static boolean isNativeAccessEnabled(Module module) {
            try {
                return (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(module);
            } catch (ReflectiveOperationException e) {
                return false;
            }
        }
    }
}
