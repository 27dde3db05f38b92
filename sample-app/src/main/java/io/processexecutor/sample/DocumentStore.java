package io.processexecutor.sample;

import io.processexecutor.sample.page.PageSection;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;

/**
 * The documents in memory, bounded in number and in bytes. Whoever comes next evicts those that finished longest ago; a
 * document in progress is never evicted, so a new one is refused when those in progress leave it no room. Thread-safe.
 */
@Component
final class DocumentStore implements PageSection {

    private static final Duration OFTEN = Duration.ofMillis(250);

    private final int maxDocuments;
    private final long maxBytes;

    /** Those in progress by arrival, and those finished by their end: finishing moves a document to the end. */
    private final Map<String, Document> documents = new LinkedHashMap<>();

    DocumentStore(SampleProperties properties) {
        this.maxDocuments = properties.maxDocuments();
        this.maxBytes = properties.maxBytes().toBytes();
    }

    @Override
    public String name() {
        return "documents";
    }

    @Override
    public Duration period() {
        return OFTEN;
    }

    @Override
    public synchronized List<DocumentView> content() {
        return documents.values().stream().map(DocumentView::of).toList();
    }

    synchronized Optional<Document> find(String id) {
        return Optional.ofNullable(documents.get(id));
    }

    /** Takes in a new document, or refuses it with the problem {@link ProblemType#TOO_BUSY}. */
    synchronized void add(Document document) {
        long inProgress = documents.values().stream()
                .filter(other -> !other.progress().finished())
                .count();
        if (inProgress >= maxDocuments || bytesInProgress() + document.bytes() > maxBytes) {
            throw ProblemType.TOO_BUSY.exception(
                    "%d documents are in progress; try again in a while".formatted(inProgress));
        }
        documents.put(document.id(), document);
        evict();
    }

    synchronized void remove(Document document) {
        documents.remove(document.id());
    }

    /** Ends a document with its pages, or with a failure if there is no room for them. */
    synchronized void finish(Document document, Progress.Done done) {
        long bytesOfOthers = bytesInProgress() - document.bytes();
        if (bytesOfOthers + done.bytes() > maxBytes) {
            fail(document, ProblemType.TOO_LARGE.problem("The server has no room for the page images"));
        } else {
            end(document, done);
        }
    }

    /** Ends a document without pages. */
    synchronized void fail(Document document, ProblemDetail error) {
        end(document, new Progress.Failed(error));
    }

    private void end(Document document, Progress end) {
        document.finish(end);
        if (documents.remove(document.id()) != null) {
            documents.put(document.id(), document);
        }
        evict();
    }

    private void evict() {
        Iterator<Document> oldestFirst = documents.values().iterator();
        while (isOverfull() && oldestFirst.hasNext()) {
            if (oldestFirst.next().progress().finished()) {
                oldestFirst.remove();
            }
        }
    }

    private boolean isOverfull() {
        return documents.size() > maxDocuments
                || documents.values().stream().mapToLong(Document::bytes).sum() > maxBytes;
    }

    private long bytesInProgress() {
        return documents.values().stream()
                .filter(document -> !document.progress().finished())
                .mapToLong(Document::bytes)
                .sum();
    }
}
