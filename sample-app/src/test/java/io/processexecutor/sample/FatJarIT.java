package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a user has: the fat jar, {@code java -jar}, and HTTP. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class FatJarIT {

    private static final String TYPE = "urn:problem-type:document-previews:";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    private static RunningApplication application;
    private static DocumentClient client;

    @BeforeAll
    static void start() throws IOException {
        Path jar = Path.of(System.getProperty("sample.jar", "target/sample-app-0.1.0-SNAPSHOT.jar"));
        application = RunningApplication.ofJar(jar, jar.resolveSibling("fat-jar-it.log"));
        client = new DocumentClient(application);
    }

    @AfterAll
    static void stopWithAllItsWorkers() throws InterruptedException {
        if (application != null) {
            application.close();
        }
    }

    @Test
    void everyPageOfADocumentIsServed() throws Exception {
        String location = client.accepted(Pdfs.withPages(Pdfs.A4, Pdfs.A6_LANDSCAPE, Pdfs.SQUARE), "?dpi=144");

        JsonNode document = client.finished(location);

        assertThat(document.path("state").stringValue()).isEqualTo("DONE");
        assertThat(document.path("pageCount").intValue()).isEqualTo(3);
        assertPage(location, 1, 1190, 1683);
        assertPage(location, 2, 840, 596);
        assertPage(location, 3, 288, 288);
        assertProblem(client.get(location + "/pages/4.png"), 404, "unknown-page");
    }

    @Test
    void renderingHappensInAWorkerProcess() throws Exception {
        client.finished(client.accepted(Pdfs.withPages(Pdfs.SQUARE), ""));

        assertThat(application.workers()).as("processes below the web process").isNotEmpty();
    }

    @Test
    void whatIsLoggedThereIsLoggedHereByTheSameLogger() throws Exception {
        client.finished(client.accepted(Pdfs.withPages(Pdfs.SQUARE), "?dpi=37"));

        await().atMost(PATIENCE)
                .until(() -> application
                        .output()
                        .lines()
                        .anyMatch(line -> line.contains("INFO")
                                && line.contains("s-executor-task]")
                                && line.contains("DocumentPreviewService")
                                && line.endsWith("Drew 1 pages at 37 dpi")));
    }

    @Test
    void severalDocumentsAreRenderedAtOnce() throws Exception {
        byte[] pdf = Pdfs.withPages(Pdfs.A4, Pdfs.A4);
        List<String> locations = List.of(
                client.accepted(pdf, ""), client.accepted(pdf, ""), client.accepted(pdf, ""), client.accepted(pdf, ""));

        for (String location : locations) {
            assertThat(client.finished(location).path("pageCount").intValue()).isEqualTo(2);
        }
    }

    @Test
    void whatTheWorkerRefusesIsToldWithItsReason() throws Exception {
        JsonNode encrypted = client.finished(client.accepted(Pdfs.encrypted("secret"), ""));
        JsonNode corrupt =
                client.finished(client.accepted("%PDF-1.7 and no more".getBytes(StandardCharsets.US_ASCII), ""));

        assertThat(encrypted.path("state").stringValue()).isEqualTo("FAILED");
        assertThat(encrypted.path("error").path("type").stringValue()).isEqualTo(TYPE + "encrypted");
        assertThat(corrupt.path("error").path("type").stringValue()).isEqualTo(TYPE + "corrupt");
    }

    @Test
    void badInputIsAnsweredWithAProblem() throws Exception {
        byte[] pdf = Pdfs.withPages(Pdfs.SQUARE);
        assertProblem(client.post("", DocumentClient.part("file", new byte[0])), 400, "empty-file");
        assertProblem(
                client.post("", DocumentClient.part("file", "GIF89a".getBytes(StandardCharsets.US_ASCII))),
                415,
                "not-a-pdf");
        assertProblem(client.post("?dpi=10000", DocumentClient.part("file", pdf)), 400, "bad-dpi");
        assertProblem(
                client.post("", DocumentClient.part("file", Arrays.copyOf(pdf, 20 * 1024 * 1024 + 1))),
                413,
                "file-too-large");
        assertProblem(client.get("/documents/unknown"), 404, "unknown-document");
        HttpResponse<byte[]> missing = client.post("", DocumentClient.part("other", pdf));
        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(contentType(missing)).isEqualTo("application/problem+json");
    }

    @Test
    void onlyWorkersCanBeKilledByTheirPid() throws Exception {
        client.finished(client.accepted(Pdfs.withPages(Pdfs.SQUARE), ""));

        for (long pid : new long[] {application.pid(), ProcessHandle.current().pid(), Long.MAX_VALUE}) {
            HttpResponse<byte[]> refused = client.post("/demo/workers/" + pid + "/kill");
            assertThat(refused.statusCode()).isEqualTo(404);
            assertThat(contentType(refused)).isEqualTo("application/problem+json");
        }

        ProcessHandle worker = ProcessHandle.of(pidOfAWorker(executor())).orElseThrow();
        assertThat(client.post("/demo/workers/" + worker.pid() + "/kill").statusCode())
                .isEqualTo(202);
        worker.onExit().get(1, TimeUnit.MINUTES);
        assertThat(client.post("/demo/tasks/0/cancel").statusCode()).isEqualTo(404);
    }

    @Test
    void serializationIsMeasured() throws Exception {
        client.finished(client.accepted(Pdfs.withPages(Pdfs.SQUARE), ""));

        // A document may be done before its task is counted.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(metrics())
                        .contains("serializer=\"kryo\"")
                        .contains(
                                "processexecutor_serialization_seconds_count{",
                                "processexecutor_serialization_size_bytes_sum{",
                                "processexecutor_task_seconds_count{",
                                "processexecutor_task_wait_seconds_sum{",
                                "processexecutor_task_transfer_seconds_sum{",
                                "processexecutor_queue_size_tasks{",
                                "processexecutor_queue_remaining_tasks{",
                                "processexecutor_workers{",
                                "processexecutor_breaker_open{",
                                "processexecutor_worker_starts_total{",
                                "processexecutor_worker_startup_seconds_sum{",
                                "processexecutor_worker_memory_bytes{",
                                "processexecutor_worker_gc_pause_seconds_count{",
                                "processexecutor_worker_cpu_seconds_total{"));
    }

    private static String metrics() throws Exception {
        return new String(client.get("/actuator/prometheus").body(), StandardCharsets.UTF_8);
    }

    @Test
    void theActuatorShowsTheExecutor() throws Exception {
        client.finished(client.accepted(Pdfs.withPages(Pdfs.SQUARE), ""));

        JsonNode pool = executor();

        assertThat(pool.path("acceptsTasks").booleanValue()).isTrue();
        assertThat(application.workers()).extracting(ProcessHandle::pid).contains(pidOfAWorker(pool));
        assertThat(client.get("/actuator/health/processExecutor").statusCode()).isEqualTo(200);
    }

    private static JsonNode executor() throws Exception {
        return JSON.readTree(client.get("/actuator/processexecutor").body())
                .path("pools")
                .path("processTaskExecutor");
    }

    /** Of one that is up and stays: others may be starting, or ending, which nobody waited for. */
    private static long pidOfAWorker(JsonNode pool) {
        return pool.path("workers")
                .valueStream()
                .filter(worker ->
                        List.of("IDLE", "BUSY").contains(worker.path("state").stringValue()))
                .findFirst()
                .orElseThrow()
                .path("pid")
                .longValue();
    }

    private static void assertPage(String location, int number, int width, int height) throws Exception {
        HttpResponse<byte[]> answer = client.get(location + "/pages/" + number + ".png");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(contentType(answer)).isEqualTo("image/png");
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(answer.body()));
        assertThat(image.getWidth()).isEqualTo(width);
        assertThat(image.getHeight()).isEqualTo(height);
    }

    private static void assertProblem(HttpResponse<byte[]> answer, int status, String type) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(contentType(answer)).isEqualTo("application/problem+json");
        JsonNode problem = JSON.readTree(answer.body());
        assertThat(problem.path("type").stringValue()).isEqualTo(TYPE + type);
        assertThat(problem.path("status").intValue()).isEqualTo(status);
        assertThat(problem.path("detail").stringValue()).isNotEmpty();
    }

    private static String contentType(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Type").orElse("none");
    }
}
