package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.util.unit.DataSize;
import org.springframework.web.ErrorResponseException;

class DocumentStoreTests {

    private final DocumentStore store = store(3, 100);

    @Test
    void findsWhatItTookIn() {
        Document document = added("a", 1);

        assertThat(store.find("a")).containsSame(document);
        assertThat(store.find("b")).isEmpty();
    }

    @Test
    void theOneThatFinishedLongestAgoMakesRoom() {
        Document slow = added("slow", 1);
        finish(added("first", 1), 1);
        finish(slow, 1);
        finish(added("third", 1), 1);

        added("fourth", 1);

        assertThat(store.find("first")).isEmpty();
        assertThat(store.find("slow")).isPresent();
        assertThat(store.find("third")).isPresent();
        assertThat(store.find("fourth")).isPresent();
    }

    @Test
    void pagesMakeRoomForPages() {
        finish(added("old", 1), 60);
        finish(added("new", 1), 60);

        assertThat(store.find("old")).isEmpty();
        assertThat(progress("new")).isInstanceOf(Progress.Done.class);
    }

    @Test
    void anUploadMakesRoomForItself() {
        finish(added("old", 1), 60);
        added("new", 60);

        assertThat(store.find("old")).isEmpty();
        assertThat(store.find("new")).isPresent();
    }

    @Test
    void whatIsInProgressIsNeverEvicted() {
        added("a", 1);
        added("b", 1);
        added("c", 1).start();

        assertRefused(new Document("d", 72, 1));

        assertThat(store.find("a")).isPresent();
        assertThat(store.find("b")).isPresent();
        assertThat(store.find("c")).isPresent();
        assertThat(store.find("d")).isEmpty();
    }

    @Test
    void whatIsInProgressCountsWithItsBytes() {
        added("a", 60);

        assertRefused(new Document("b", 72, 41));
        added("c", 40);
    }

    @Test
    void aRefusedUploadEvictsNothing() {
        finish(added("done", 1), 1);
        added("busy", 60);

        assertRefused(new Document("huge", 72, 60));

        assertThat(store.find("done")).isPresent();
    }

    @Test
    void pagesThatFitNowhereFailTheirDocument() {
        Document document = added("a", 1);
        finish(document, 101);

        assertThat(document.progress()).isInstanceOf(Progress.Failed.class);
        assertThat(document.bytes()).isZero();
    }

    @Test
    void aFailedDocumentTakesNoBytes() {
        store.fail(added("a", 100), ProblemType.CORRUPT.problem("?"));

        added("b", 100);

        assertThat(progress("a")).isInstanceOf(Progress.Failed.class);
    }

    @Test
    void theEndIsFinal() {
        Document document = added("a", 1);
        store.fail(document, ProblemType.CORRUPT.problem("?"));
        finish(document, 1);
        document.start();

        assertThat(document.progress()).isInstanceOf(Progress.Failed.class);
    }

    @Test
    void forgetsWhatIsRemoved() {
        store.remove(added("a", 1));

        assertThat(store.find("a")).isEmpty();
    }

    private Document added(String id, int pdfBytes) {
        var document = new Document(id, 72, pdfBytes);
        store.add(document);
        return document;
    }

    private void finish(Document document, int bytes) {
        store.finish(document, new Progress.Done(List.of(new byte[bytes])));
    }

    private Progress progress(String id) {
        return store.find(id).orElseThrow().progress();
    }

    private void assertRefused(Document document) {
        assertThatExceptionOfType(ErrorResponseException.class)
                .isThrownBy(() -> store.add(document))
                .satisfies(e -> assertThat(e.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE));
    }

    private static DocumentStore store(int maxDocuments, long maxBytes) {
        return new DocumentStore(new SampleProperties(maxDocuments, DataSize.ofBytes(maxBytes), Duration.ofMinutes(1)));
    }
}
