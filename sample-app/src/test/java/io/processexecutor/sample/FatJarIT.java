package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a user has: the fat jar, {@code java -jar}, and HTTP. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FatJarIT {

    private static final String TYPE = "urn:problem-type:document-previews:";
    private static final String BOUNDARY = "part-of-the-test";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private static FatJar application;

    @BeforeAll
    static void start() throws IOException {
        Path jar = Path.of(System.getProperty("sample.jar", "target/sample-app-0.1.0-SNAPSHOT.jar"));
        application = FatJar.start(jar, jar.resolveSibling("fat-jar-it.log"));
    }

    @AfterAll
    static void stopWithAllItsWorkers() throws InterruptedException {
        if (application != null) {
            application.close();
        }
    }

    @Test
    void everyPageOfADocumentIsServed() throws Exception {
        String location = accepted(Pdfs.withPages(Pdfs.A4, Pdfs.A6_LANDSCAPE, Pdfs.SQUARE), "?dpi=144");

        JsonNode document = finished(location);

        assertThat(document.path("state").stringValue()).isEqualTo("DONE");
        assertThat(document.path("pageCount").intValue()).isEqualTo(3);
        assertPage(location, 1, 1190, 1683);
        assertPage(location, 2, 840, 596);
        assertPage(location, 3, 288, 288);
        assertProblem(get(location + "/pages/4.png"), 404, "unknown-page");
    }

    @Test
    void renderingHappensInAWorkerProcess() throws Exception {
        finished(accepted(Pdfs.withPages(Pdfs.SQUARE), ""));

        assertThat(application.workers()).as("processes below the web process").isNotEmpty();
    }

    @Test
    void severalDocumentsAreRenderedAtOnce() throws Exception {
        byte[] pdf = Pdfs.withPages(Pdfs.A4, Pdfs.A4);
        List<String> locations = List.of(accepted(pdf, ""), accepted(pdf, ""), accepted(pdf, ""), accepted(pdf, ""));

        for (String location : locations) {
            assertThat(finished(location).path("pageCount").intValue()).isEqualTo(2);
        }
    }

    @Test
    void whatTheWorkerRefusesIsToldWithItsReason() throws Exception {
        JsonNode encrypted = finished(accepted(Pdfs.encrypted("secret"), ""));
        JsonNode corrupt = finished(accepted("%PDF-1.7 and no more".getBytes(StandardCharsets.US_ASCII), ""));

        assertThat(encrypted.path("state").stringValue()).isEqualTo("FAILED");
        assertThat(encrypted.path("error").path("type").stringValue()).isEqualTo(TYPE + "encrypted");
        assertThat(corrupt.path("error").path("type").stringValue()).isEqualTo(TYPE + "corrupt");
    }

    @Test
    void badInputIsAnsweredWithAProblem() throws Exception {
        byte[] pdf = Pdfs.withPages(Pdfs.SQUARE);
        assertProblem(post("", part("file", new byte[0])), 400, "empty-file");
        assertProblem(post("", part("file", "GIF89a".getBytes(StandardCharsets.US_ASCII))), 415, "not-a-pdf");
        assertProblem(post("?dpi=10000", part("file", pdf)), 400, "bad-dpi");
        assertProblem(post("", part("file", Arrays.copyOf(pdf, 20 * 1024 * 1024 + 1))), 413, "file-too-large");
        assertProblem(get("/documents/unknown"), 404, "unknown-document");
        HttpResponse<byte[]> missing = post("", part("other", pdf));
        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(contentType(missing)).isEqualTo("application/problem+json");
    }

    @Test
    void serializationIsMeasured() throws Exception {
        finished(accepted(Pdfs.withPages(Pdfs.SQUARE), ""));

        String metrics = new String(get("/actuator/prometheus").body(), StandardCharsets.UTF_8);

        assertThat(metrics).contains("processexecutor_serialization").contains("serializer=\"kryo\"");
    }

    private static String accepted(byte[] pdf, String query) throws Exception {
        HttpResponse<byte[]> answer = post(query, part("file", pdf));
        assertThat(answer.statusCode()).isEqualTo(202);
        return URI.create(answer.headers().firstValue("Location").orElseThrow()).getPath();
    }

    private static JsonNode finished(String location) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> JSON.readTree(get(location).body()),
                        document -> List.of("DONE", "FAILED")
                                .contains(document.path("state").stringValue()));
    }

    private static void assertPage(String location, int number, int width, int height) throws Exception {
        HttpResponse<byte[]> answer = get(location + "/pages/" + number + ".png");
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

    private static HttpResponse<byte[]> get(String path) throws Exception {
        return HTTP.send(request(path).build(), BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> post(String query, BodyPublisher body) throws Exception {
        HttpRequest request = request("/documents" + query)
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(body)
                .build();
        return HTTP.send(request, BodyHandlers.ofByteArray());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(application.uri(path)).timeout(PATIENCE);
    }

    private static BodyPublisher part(String name, byte[] content) {
        String head = """
                --%s
                Content-Disposition: form-data; name="%s"; filename="document.pdf"
                Content-Type: application/pdf

                """.formatted(BOUNDARY, name).replace("\n", "\r\n");
        String tail = "\r\n--" + BOUNDARY + "--\r\n";
        return BodyPublishers.ofByteArrays(
                List.of(head.getBytes(StandardCharsets.US_ASCII), content, tail.getBytes(StandardCharsets.US_ASCII)));
    }
}
