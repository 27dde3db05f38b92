package io.processexecutor.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** The application in a process of its own, on a free port. Whatever happens, nothing of it survives. */
final class RunningApplication implements AutoCloseable {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Duration START = Duration.ofSeconds(180);
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    private final Process process;
    private final Path log;
    private final Thread lastResort = new Thread(this::kill);

    private RunningApplication(Process process, Path log) {
        this.process = process;
        this.log = log;
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    static RunningApplication ofJar(Path jar, Path log) throws IOException {
        return ofJar(jar, 0, log);
    }

    static RunningApplication ofJar(Path jar, int port, Path log) throws IOException {
        return start(List.of("-jar", jar.toString()), port, log);
    }

    /** Starts it with what {@code java} is to be told before the application's own arguments. */
    static RunningApplication start(List<String> how, Path log) throws IOException {
        return start(how, 0, log);
    }

    private static RunningApplication start(List<String> how, int port, Path log) throws IOException {
        List<String> command = new ArrayList<>(List.of(JAVA.toString(), "-Xmx256m", "-XX:TieredStopAtLevel=1"));
        command.addAll(how);
        command.addAll(List.of("--server.port=" + port, "--server.address=127.0.0.1"));
        var builder = new ProcessBuilder(command);
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        var application = new RunningApplication(builder.start(), log);
        try {
            Awaitility.await().atMost(START).until(() -> application.serves() || !application.process.isAlive());
        } catch (ConditionTimeoutException e) {
            application.kill();
            throw new IllegalStateException("Not up within " + START + ":\n" + application.output(), e);
        }
        if (!application.serves()) {
            application.kill();
            throw new IllegalStateException("It ended while it started:\n" + application.output());
        }
        return application;
    }

    URI uri(String path) {
        List<MatchResult> ports = starts();
        if (ports.isEmpty()) {
            throw new IllegalStateException("No port in:\n" + output());
        }
        return URI.create("http://127.0.0.1:" + ports.get(ports.size() - 1).group(1) + path);
    }

    long pid() {
        return process.pid();
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The processes below it that are alive. */
    List<ProcessHandle> workers() {
        return process.descendants().filter(ProcessHandle::isAlive).toList();
    }

    /** Asks it to end, and fails if it or one of its workers stays. */
    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> everyone = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        try {
            process.destroy();
            process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS);
            Awaitility.await("end of " + everyone)
                    .atMost(STOP)
                    .until(() -> everyone.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            everyone.forEach(ProcessHandle::destroyForcibly);
            kill();
            if (Thread.currentThread() != lastResort) {
                Runtime.getRuntime().removeShutdownHook(lastResort);
            }
        }
    }

    /** How often it said that it serves, and where. */
    List<MatchResult> starts() {
        return PORT.matcher(output()).results().toList();
    }

    private boolean serves() {
        return !starts().isEmpty();
    }

    private void kill() {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }
}
