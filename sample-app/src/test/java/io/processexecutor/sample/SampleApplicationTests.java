package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.micrometer.metrics.test.autoconfigure.AutoConfigureMetrics;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/** The whole application behind a real server, with threads in the place of the worker processes. */
// Or its workers would outlive the tests.
@DirtiesContext
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"process-executor.mode=in-process", "spring.servlet.multipart.max-file-size=100KB"})
@AutoConfigureRestTestClient
@AutoConfigureMetrics(export = true)
class SampleApplicationTests {

    private static final String TYPE = "urn:problem-type:document-previews:";

    @Autowired
    private RestTestClient client;

    @LocalServerPort
    private int port;

    @Test
    void aDocumentIsUploadedRenderedAndFetched() throws Exception {
        String location = upload(Pdfs.withPages(Pdfs.A4, Pdfs.SQUARE));

        DocumentView document = finished(location);

        assertThat(document.state()).isEqualTo("DONE");
        assertThat(document.pageCount()).isEqualTo(2);
        byte[] png = client.get()
                .uri(location + "/pages/2.png")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType(MediaType.IMAGE_PNG)
                .expectBody()
                .returnResult()
                .getResponseBody();
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(192);
    }

    @Test
    void anEncryptedDocumentFails() {
        DocumentView document = finished(upload(Pdfs.encrypted("secret")));

        assertThat(document.state()).isEqualTo("FAILED");
        assertThat(document.error())
                .extracting(error -> String.valueOf(error.getType()))
                .isEqualTo(TYPE + "encrypted");
    }

    @Test
    void aFileOverTheLimitIsTooLarge() {
        client.post()
                .uri("/documents")
                .body(form(new byte[200_000]))
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.CONTENT_TOO_LARGE)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo(TYPE + "file-too-large")
                .jsonPath("$.detail")
                .isEqualTo("A file may have at most 102400 bytes");
    }

    @Test
    void aBrokenMultipartBodyIsABadRequest() {
        client.post()
                .uri("/documents")
                .contentType(MediaType.parseMediaType("multipart/form-data; boundary=b"))
                .body("--b\r\nno part")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo(TYPE + "malformed-upload");
    }

    @Test
    void anUploadThatBreaksOffHarmsNobody() throws IOException {
        try (var socket = new Socket("localhost", port)) {
            socket.getOutputStream().write("""
                            POST /documents HTTP/1.1
                            Host: localhost
                            Content-Length: 1000
                            Content-Type: multipart/form-data; boundary=b

                            --b
                            """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(finished(upload(Pdfs.withPages(Pdfs.SQUARE))).state()).isEqualTo("DONE");
    }

    @Test
    void healthInfoMetricsAndPrometheusAreOpenAndNothingElseIs() {
        for (String endpoint : new String[] {"health", "info", "metrics", "prometheus"}) {
            client.get().uri("/actuator/" + endpoint).exchange().expectStatus().isOk();
        }
        for (String endpoint : new String[] {"env", "heapdump", "beans"}) {
            client.get().uri("/actuator/" + endpoint).exchange().expectStatus().isNotFound();
        }
    }

    private String upload(byte[] pdf) {
        return Objects.requireNonNull(client.post()
                        .uri("/documents")
                        .body(form(pdf))
                        .exchange()
                        .expectStatus()
                        .isAccepted()
                        .returnResult()
                        .getResponseHeaders()
                        .getLocation())
                .getPath();
    }

    private DocumentView finished(String location) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .until(
                        () -> client.get()
                                .uri(location)
                                .exchange()
                                .expectBody(DocumentView.class)
                                .returnResult()
                                .getResponseBody(),
                        document -> document.state().equals("DONE")
                                || document.state().equals("FAILED"));
    }

    private static MultiValueMap<String, Object> form(byte[] content) {
        var form = new LinkedMultiValueMap<String, Object>();
        form.add("file", new ByteArrayResource(content) {
            @Override
            public String getFilename() {
                return "document.pdf";
            }
        });
        return form;
    }
}
