package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerVitals;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class DocumentControllerTests extends DocumentControllerSlice {

    @Autowired
    private RunningDocuments running;

    @Test
    void anUploadIsAcceptedAndSaysWhereToAsk() {
        MvcTestResult answer = upload(PDF, "150");

        assertThat(answer).hasStatus(202).bodyJson().satisfies(json -> {
            json.assertThat().extractingPath("$.state").isEqualTo("QUEUED");
            json.assertThat().extractingPath("$.dpi").isEqualTo(150);
            json.assertThat().doesNotHavePath("$.error");
        });
        assertThat(location(answer)).startsWith("http://localhost/documents/");
        assertThat(mvc.get().uri(location(answer)))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.state")
                .isEqualTo("QUEUED");
    }

    @Test
    void theResolutionHasADefault() {
        assertThat(mvc.post().uri("/documents").multipart().file("file", PDF))
                .hasStatus(202)
                .bodyJson()
                .extractingPath("$.dpi")
                .isEqualTo(96);
    }

    @Test
    void aRunningDocumentSaysSo() {
        renderings.start(running);
        MvcTestResult answer = upload(PDF, "72");

        assertThat(mvc.get().uri(location(answer)))
                .bodyJson()
                .extractingPath("$.state")
                .isEqualTo("RUNNING");
    }

    @Test
    void aDoneDocumentServesItsPages() {
        String document = location(upload(PDF, "72"));
        renderings.next().complete(List.of(new byte[] {0}, PNG));

        assertThat(mvc.get().uri(document)).bodyJson().satisfies(json -> {
            json.assertThat().extractingPath("$.state").isEqualTo("DONE");
            json.assertThat().extractingPath("$.pageCount").isEqualTo(2);
        });
        assertThat(mvc.get().uri(document + "/pages/2.png").accept(MediaType.IMAGE_PNG))
                .hasStatusOk()
                .hasContentType(MediaType.IMAGE_PNG)
                .body()
                .isEqualTo(PNG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "3", "2147483647"})
    void aPageThatIsNotThereIsNotFound(String page) {
        String document = location(upload(PDF, "72"));
        renderings.next().complete(List.of(PNG, PNG));

        assertProblem(mvc.get().uri(document + "/pages/" + page + ".png").exchange(), 404, "unknown-page");
    }

    @Test
    void aPageIsAConflictUntilTheDocumentIsDone() {
        MvcTestResult answer =
                mvc.get().uri(location(upload(PDF, "72")) + "/pages/1.png").exchange();

        assertProblem(answer, 409, "not-ready");
        assertThat(answer).hasHeader("Retry-After", "1");
    }

    @ParameterizedTest
    @CsvSource({"ENCRYPTED, encrypted", "CORRUPT, corrupt", "TOO_LARGE, too-large"})
    void whatTheWorkerRefusesFailsWithTheReason(UnrenderableDocumentException.Reason reason, String type) {
        var refusal = new UnrenderableDocumentException(reason, "in words", null);

        assertFailed(refusal, 422, type, "in words");
    }

    @Test
    void aCauseIsFoundBehindItsWrappers() {
        var refusal =
                new UnrenderableDocumentException(UnrenderableDocumentException.Reason.ENCRYPTED, "in words", null);

        assertFailed(new ExecutionException(refusal), 422, "encrypted", "in words");
    }

    @Test
    void whatElseGoesWrongFailsWithoutTellingInternals() {
        assertFailed(
                new IllegalStateException("pid 42 in /secret/path"),
                500,
                "rendering-failed",
                "The process that rendered the document failed");
    }

    @Test
    void aWorkerThatDiesFailsItsDocumentInWords() {
        var exit = new WorkerExit(
                1, 42, WorkerExit.Reason.CRASHED, 137, Duration.ZERO, List.of(), null, null, WorkerVitals.UNKNOWN);

        assertFailed(
                new WorkerCrashedException("pid 42 in /secret/path", exit),
                500,
                "worker-crashed",
                "The process that rendered the document ended with " + exit.describe());
    }

    @Test
    void aCancelledRenderingFailsItsDocumentInWords() {
        assertFailed(new CancellationException(), 500, "rendering-failed", "The rendering was cancelled");
    }

    @Test
    void aFailedDocumentHasNoPages() {
        String document = location(upload(PDF, "72"));
        renderings.next().completeExceptionally(new IllegalStateException());

        assertProblem(mvc.get().uri(document + "/pages/1.png").exchange(), 404, "unknown-page");
    }

    private void assertFailed(Throwable failure, int status, String type, String detail) {
        String document = location(upload(PDF, "72"));
        renderings.next().completeExceptionally(failure);

        assertThat(mvc.get().uri(document)).hasStatusOk().bodyJson().satisfies(json -> {
            json.assertThat().extractingPath("$.state").isEqualTo("FAILED");
            json.assertThat().extractingPath("$.error.type").isEqualTo(TYPE + type);
            json.assertThat().extractingPath("$.error.status").isEqualTo(status);
            json.assertThat().extractingPath("$.error.detail").isEqualTo(detail);
            json.assertThat().doesNotHavePath("$.pageCount");
        });
    }
}
