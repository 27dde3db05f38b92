package io.processexecutor.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Prometheus, on a free port, which asks one application for its meters every second. */
final class RunningPrometheus implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern ADDRESS = Pattern.compile("\"Listening on\".* address=(\\S+)");
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final Instant began = Instant.now();
    private final Process process;
    private final Path log;
    private final Thread lastResort;

    private RunningPrometheus(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.lastResort = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Where a program is, if it is installed. */
    static Optional<Path> installed(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static RunningPrometheus start(Path program, Path directory, URI application, Path rules) throws IOException {
        Path configuration = Files.writeString(
                directory.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ['%s']
                scrape_configs:
                  - job_name: sample
                    metrics_path: /actuator/prometheus
                    static_configs: [{targets: ['%s']}]
                """.formatted(rules.toAbsolutePath(), application.getAuthority()));
        Path log = directory.resolve("prometheus.log");
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:0")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var prometheus = new RunningPrometheus(process, log);
        try {
            Awaitility.await("Prometheus, whose log is " + log)
                    .atMost(PATIENCE)
                    .until(() -> prometheus.address().isPresent() && prometheus.answers("/-/ready"));
        } catch (RuntimeException e) {
            prometheus.close();
            throw e;
        }
        return prometheus;
    }

    /** The series that a query has had a number in, at any second since the start. */
    List<JsonNode> seriesOf(String query) {
        String range = "&step=1&start=" + began.getEpochSecond() + "&end="
                + Instant.now().plusSeconds(1).getEpochSecond();
        return data("/api/v1/query_range?query=" + URLEncoder.encode(query, UTF_8) + range)
                .path("result")
                .valueStream()
                .filter(series -> series.path("values")
                        .valueStream()
                        .anyMatch(value ->
                                Double.isFinite(Double.parseDouble(value.path(1).stringValue()))))
                .toList();
    }

    /** Whether a query has a result now. */
    boolean knows(String query) {
        return data("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8))
                        .path("result")
                        .size()
                > 0;
    }

    List<String> valuesOf(String label, String selector) {
        return data("/api/v1/label/" + label + "/values?match[]=".replace("[]", "%5B%5D")
                        + URLEncoder.encode(selector, UTF_8))
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
    }

    /** The rules as they were read. */
    List<JsonNode> rules() {
        return data("/api/v1/rules")
                .path("groups")
                .valueStream()
                .flatMap(group -> group.path("rules").valueStream())
                .toList();
    }

    private JsonNode data(String path) {
        JsonNode answer = JSON.readTree(get(path));
        if (!answer.path("status").stringValue("none").equals("success")) {
            throw new IllegalStateException(path + " is answered with " + answer);
        }
        return answer.path("data");
    }

    private boolean answers(String path) {
        return get(path).contains("Ready");
    }

    private String get(String path) {
        URI uri = URI.create("http://" + address().orElseThrow() + path);
        try {
            return http.send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while it was asked for " + path, e);
        }
    }

    private Optional<String> address() {
        try {
            Matcher found = ADDRESS.matcher(Files.readString(log));
            return found.find() ? Optional.of(found.group(1)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }
}
