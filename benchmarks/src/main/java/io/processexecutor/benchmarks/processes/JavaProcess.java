package io.processexecutor.benchmarks.processes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Another program on this JDK. */
public final class JavaProcess {

    private static final long PATIENCE_SECONDS = 300;

    private JavaProcess() {}

    /**
     * The command for a main class.
     *
     * @param classPath where it is
     * @param options for the virtual machine
     * @param main the class
     * @param arguments its arguments
     * @return to be started
     */
    public static ProcessBuilder command(String classPath, List<String> options, Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(classPath);
        command.add(main.getName());
        for (Object each : arguments) {
            command.add(each.toString());
        }
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /**
     * Runs a main class of this class path to its end.
     *
     * @param options for the virtual machine
     * @param main the class
     * @param arguments its arguments
     * @return the lines it printed
     * @throws IOException if it cannot be run, or fails
     * @throws InterruptedException if this thread is interrupted meanwhile
     */
    public static List<String> run(List<String> options, Class<?> main, Object... arguments)
            throws IOException, InterruptedException {
        Process process = command(System.getProperty("java.class.path"), options, main, arguments)
                .start();
        try (BufferedReader output = process.inputReader(UTF_8)) {
            CompletableFuture<Process> unused = process.onExit()
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .whenComplete((end, late) -> process.destroy());
            List<String> lines = output.lines().toList();
            if (process.waitFor() != 0) {
                throw new IOException(main.getName() + " ended with exit code " + process.exitValue());
            }
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }
}
