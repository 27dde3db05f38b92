package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody who uploads documents to a running application. */
final class DocumentClient {

    private static final String BOUNDARY = "part-of-the-test";
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final RunningApplication application;

    DocumentClient(RunningApplication application) {
        this.application = application;
    }

    String accepted(byte[] pdf, String query) throws Exception {
        HttpResponse<byte[]> answer = post(query, part("file", pdf));
        assertThat(answer.statusCode()).isEqualTo(202);
        return URI.create(answer.headers().firstValue("Location").orElseThrow()).getPath();
    }

    JsonNode finished(String location) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> JSON.readTree(get(location).body()),
                        document -> List.of("DONE", "FAILED")
                                .contains(document.path("state").stringValue()));
    }

    /** One whose task is as it should be. */
    ProcessHandle worker(Predicate<JsonNode> task) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> JSON.readTree(get("/actuator/processexecutor/processTaskExecutor")
                                        .body())
                                .path("workers")
                                .valueStream()
                                .filter(each -> task.test(each.path("task")))
                                .flatMap(each ->
                                        ProcessHandle.of(each.path("pid").longValue()).stream())
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Has a process stop as it is, or go on. */
    static void signal(String name, ProcessHandle process) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    HttpResponse<byte[]> get(String path) throws Exception {
        return http.send(request(path).build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> post(String path) throws Exception {
        return http.send(request(path).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> post(String query, BodyPublisher body) throws Exception {
        HttpRequest request = request("/documents" + query)
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(body)
                .build();
        return http.send(request, BodyHandlers.ofByteArray());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(application.uri(path)).timeout(PATIENCE);
    }

    static BodyPublisher part(String name, byte[] content) {
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
