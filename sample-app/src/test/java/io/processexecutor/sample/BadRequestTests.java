package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class BadRequestTests extends DocumentControllerSlice {

    @Test
    void anImageClientGetsItsProblemsToo() {
        String document = location(upload(PDF, "72"));
        renderings.next().complete(List.of(PNG));

        assertProblem(
                mvc.get()
                        .uri(document + "/pages/9.png")
                        .accept(MediaType.IMAGE_PNG)
                        .exchange(),
                404,
                "unknown-page");
    }

    @Test
    void anUnknownDocumentIsNotFound() {
        assertProblem(mvc.get().uri("/documents/none").exchange(), 404, "unknown-document");
        assertProblem(mvc.get().uri("/documents/none/pages/1.png").exchange(), 404, "unknown-document");
    }

    @Test
    void anEmptyFileIsABadRequest() {
        assertProblem(upload(new byte[0], "72"), 400, "empty-file");
    }

    @Test
    void aFileThatIsNoPdfIsUnsupported() {
        assertProblem(upload("GIF89a".getBytes(StandardCharsets.US_ASCII), "72"), 415, "not-a-pdf");
        assertThat(renderings.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "17", "301"})
    void aResolutionOutOfRangeIsABadRequest(String dpi) {
        assertProblem(upload(PDF, dpi), 400, "bad-dpi");
    }

    @Test
    void aResolutionThatIsNoNumberIsABadRequest() {
        assertThat(upload(PDF, "fine")).hasStatus(400).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @Test
    void aMissingPartIsABadRequest() {
        assertThat(mvc.post().uri("/documents").multipart())
                .hasStatus(400)
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyJson()
                .extractingPath("$.detail")
                .asString()
                .contains("'file'");
    }

    @Test
    void aBodyThatIsNoMultipartIsUnsupported() {
        assertThat(mvc.post()
                        .uri("/documents")
                        .contentType(MediaType.APPLICATION_PDF)
                        .content(PDF))
                .hasStatus(415)
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @Test
    void anUnknownPathIsAProblemToo() {
        assertThat(mvc.get().uri("/nothing")).hasStatus(404).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @Test
    void aFullExecutorMeansTryAgainLater() {
        renderings.reject(new TaskRejectedException("the queue is full"));

        assertProblem(upload(PDF, "72"), 503, "too-busy");
    }

    @Test
    void anErrorOfOursTellsNothing() {
        renderings.reject(new IllegalStateException("secret"));

        MvcTestResult answer = upload(PDF, "72");

        assertThat(answer).hasStatus(500).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(answer).bodyText().doesNotContain("secret");
    }
}
