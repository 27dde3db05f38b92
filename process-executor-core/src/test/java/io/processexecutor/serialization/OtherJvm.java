package io.processexecutor.serialization;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the tests in a second JVM of the same build, on the same class path. */
public record OtherJvm(int exitCode, String out, String err) {

    public static OtherJvm run(List<String> options, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        return run(options, System.getProperty("java.class.path"), main.getName(), arguments);
    }

    public static OtherJvm run(List<String> options, String classPath, String main, String... arguments)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("-cp", classPath, main));
        all.addAll(List.of(arguments));
        return launch(all);
    }

    /** With all that stands after {@code java}, whatever it launches. */
    public static OtherJvm launch(List<String> arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("other-jvm", ".out");
        Path err = Files.createTempFile("other-jvm", ".err");
        try {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"));
            command.addAll(arguments);
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(240, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("The second JVM did not end: " + command);
            }
            return new OtherJvm(process.exitValue(), text(out), text(err));
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
