package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/**
 * The dashboard and the alerts, with a real Prometheus that watches the application while all happens that they are about:
 * tasks of every outcome, workers that crash and hang, a full queue, and an executor whose workers do not start.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
@EnabledOnOs(
        value = OS.LINUX,
        disabledReason = "Workers are stopped by signals, and Prometheus comes from the distribution")
class DashboardsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern VARIABLE_QUERY = Pattern.compile("label_values\\((.*), (\\w+)\\)");
    private static final int QUEUE_CAPACITY = 2;
    private static final int SENT = 8;
    private static final int CRASHES = 5;
    private static final String SLOWLY = "?dpi=300";
    private static final int BALLAST = 18_000_000;

    private static RunningApplication application;
    private static RunningPrometheus prometheus;
    private static DocumentClient client;
    private static Path promtool;
    private static Path directory;

    @BeforeAll
    static void letEverythingHappen() throws Exception {
        Path program = installed("prometheus");
        promtool = installed("promtool");
        Path jar = Path.of(System.getProperty("sample.jar", "target/sample-app-0.1.0-SNAPSHOT.jar"));
        directory = jar.toAbsolutePath().resolveSibling("dashboards-it");
        FileSystemUtils.deleteRecursively(directory);
        Files.createDirectories(directory);
        application = RunningApplication.start(
                List.of(
                        "-jar",
                        jar.toString(),
                        "--process-executor.workers=1",
                        "--process-executor.queue-capacity=" + QUEUE_CAPACITY,
                        // Shorter than the time after which a worker that is stopped counts as hung.
                        "--process-executor.task-timeout=25s",
                        "--process-executor.hung-after=2m",
                        "--process-executor.pools.broken.min-workers=1",
                        "--process-executor.pools.broken.worker.jvm-args=-XX:+NoSuchOption"),
                directory.resolve("application.log"));
        client = new DocumentClient(application);
        // A cold worker takes its time for all else, so that Prometheus sees a warm one only.
        sendMuchAndDoLittle(SENT);
        prometheus = RunningPrometheus.start(
                program, directory, application.uri("/"), Dashboard.DIRECTORY.resolve("alerts.yml"));
        awaitMeter("processexecutor_task_seconds_count{outcome=\"error\"} == " + SENT);
        sendMuchAndDoLittle(SENT);
        awaitMeter("processexecutor_task_seconds_count{outcome=\"error\"} == " + 2 * SENT);
        renderADocument();
        crashWorkers();
        stopTheWorkerUntilTheQueueIsFull();
        awaitMeter("processexecutor_task_seconds_count{outcome=\"crashed\"} == " + CRASHES);
        awaitMeter("processexecutor_task_seconds_count{outcome=\"timeout\"} == 1");
        awaitMeter("processexecutor_breaker_open == 1");
    }

    private static void awaitMeter(String query) {
        await(query).atMost(PATIENCE).until(() -> prometheus.knows(query));
    }

    private static Path installed(String program) {
        return RunningPrometheus.installed(program)
                .orElseGet(
                        () -> Assumptions.abort(
                                "There is no " + program
                                        + " on the PATH, so that the dashboard and the alerts go untested: apt-get install prometheus"));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (prometheus != null) {
            prometheus.close();
        }
        if (application != null) {
            application.close();
        }
    }

    private static void sendMuchAndDoLittle(int times) throws Exception {
        byte[] large = Pdfs.encrypted("secret", BALLAST);
        for (int i = 0; i < times; i++) {
            assertState("FAILED", client.accepted(large, ""));
        }
    }

    private static void renderADocument() throws Exception {
        assertState("DONE", client.accepted(Pdfs.withPages(Pdfs.A4, Pdfs.SQUARE), ""));
    }

    /** More than there may be without an alert. */
    private static void crashWorkers() throws Exception {
        for (int i = 0; i < CRASHES; i++) {
            String doomed = client.accepted(slow(), SLOWLY);
            busyWorker().destroyForcibly();
            assertState("FAILED", doomed);
        }
    }

    private static void stopTheWorkerUntilTheQueueIsFull() throws Exception {
        List<String> documents = new ArrayList<>();
        documents.add(client.accepted(slow(), SLOWLY));
        DocumentClient.signal("STOP", busyWorker());
        byte[] small = Pdfs.withPages(Pdfs.SQUARE);
        for (int i = 0; i < QUEUE_CAPACITY; i++) {
            documents.add(client.accepted(small, ""));
        }
        assertThat(client.post("", DocumentClient.part("file", small)).statusCode())
                .as("there is no room in the queue")
                .isEqualTo(503);
        // Only until the timeout of the task that is stopped: whoever asks a moment later is to know it as well.
        String full =
                "processexecutor_queue_remaining_tasks == 0 and processexecutor_queue_size_tasks == " + QUEUE_CAPACITY;
        await(full).atMost(PATIENCE).until(() -> !prometheus.seriesOf(full).isEmpty());
        for (String each : documents) {
            client.finished(each);
        }
    }

    private static byte[] slow() {
        PDRectangle[] pages = new PDRectangle[150];
        Arrays.fill(pages, Pdfs.A4);
        return Pdfs.withPages(pages);
    }

    /** Says how far its task is, and so has begun it: one that dies before that leaves its task to the next. */
    private static ProcessHandle busyWorker() {
        return client.worker(task -> task.path("progress").isObject());
    }

    private static void assertState(String expected, String location) {
        assertThat(client.finished(location).path("state").stringValue()).isEqualTo(expected);
    }

    @Test
    void everyQueryOfTheDashboardHasData() {
        assertThat(Dashboard.read().queries())
                .isNotEmpty()
                .allSatisfy(query ->
                        assertThat(prometheus.seriesOf(forEverything(query))).isNotEmpty());
    }

    @Test
    void everyVariableOfTheDashboardHasItsValues() {
        assertThat(Dashboard.read().variables())
                .extracting(each -> valuesOf(each.path("definition").stringValue()))
                .satisfiesExactly(
                        applications -> assertThat(applications).containsExactly("document-previews"),
                        instances -> assertThat(instances)
                                .containsExactly(application.uri("/").getAuthority()),
                        pools -> assertThat(pools).containsExactly("broken", "processTaskExecutor"));
    }

    @Test
    void everyAlertIsRaised() {
        List<JsonNode> rules = prometheus.rules();
        assertThat(rules)
                .extracting(rule -> rule.path("name").stringValue())
                .containsExactlyInAnyOrder(
                        "ProcessExecutorWorkersCrash",
                        "ProcessExecutorBreakerOpen",
                        "ProcessExecutorQueueFull",
                        "ProcessExecutorTasksTimeOut",
                        "ProcessExecutorSerializationDominates");
        assertThat(rules).allSatisfy(rule -> {
            String name = rule.path("name").stringValue();
            assertThat(rule.path("health").stringValue()).isEqualTo("ok");
            assertThat(rule.path("labels").path("severity").stringValue()).isIn("warning", "critical");
            assertThat(rule.path("annotations").path("summary").stringValue()).isNotBlank();
            assertThat(rule.path("annotations").path("description").stringValue())
                    .isNotBlank();
            assertThat(prometheus.seriesOf(rule.path("query").stringValue())).isNotEmpty();
            assertThat(prometheus.seriesOf("ALERTS{alertname=\"" + name + "\"}"))
                    .isNotEmpty()
                    .allSatisfy(alert -> assertThat(
                                    alert.path("metric").path("pool").stringValue())
                            .isEqualTo(name.contains("Breaker") ? "broken" : "processTaskExecutor"));
        });
    }

    @Test
    void promtoolAcceptsTheAlertsAndTheirTests() throws Exception {
        assertThat(promtool("check", "rules", "alerts.yml")).contains("5 rules found");
        assertThat(promtool("test", "rules", "alerts-test.yml")).contains("SUCCESS");
    }

    /** As Grafana does it where nothing was chosen. */
    private static String forEverything(String query) {
        String complete =
                query.replaceAll("\\$(application|instance|pool)\\b", ".*").replace("$__rate_interval", "1m");
        assertThat(complete).doesNotContain("$");
        return complete;
    }

    private static List<String> valuesOf(String definition) {
        Matcher values = VARIABLE_QUERY.matcher(definition);
        assertThat(values.matches()).as(definition).isTrue();
        return prometheus.valuesOf(values.group(2), forEverything(values.group(1)));
    }

    private static String promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(promtool.toString()));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("promtool.log");
        Process process = new ProcessBuilder(command)
                .directory(Dashboard.DIRECTORY.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }
}
