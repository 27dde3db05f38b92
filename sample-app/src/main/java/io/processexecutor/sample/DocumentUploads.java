package io.processexecutor.sample;

import io.processexecutor.WorkerCrashedException;
import io.processexecutor.spring.ProcessTaskExecutor;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Service;

/** Takes a document in, has it rendered, and keeps what comes of it. */
@Service
final class DocumentUploads {

    private static final Logger log = LoggerFactory.getLogger(DocumentUploads.class);

    private final DocumentStore store;
    private final DocumentPreviewService previews;
    private final RunningDocuments running;
    private final ObjectProvider<ProcessTaskExecutor> executor;
    private final Duration renderTimeout;

    DocumentUploads(
            DocumentStore store,
            DocumentPreviewService previews,
            RunningDocuments running,
            ObjectProvider<ProcessTaskExecutor> executor,
            SampleProperties properties) {
        this.store = store;
        this.previews = previews;
        this.running = running;
        this.executor = executor;
        this.renderTimeout = properties.renderTimeout();
    }

    /** Returns at once; the store knows how far the document is. */
    Document accept(byte[] pdf, int dpi) {
        var document = new Document(UUID.randomUUID().toString(), dpi, pdf.length);
        store.add(document);
        try {
            CompletableFuture<List<byte[]>> rendering = running.submit(document, () -> previews.render(pdf, dpi));
            executor.ifAvailable(each -> document.ask(() -> each.progress(rendering)));
            var unused = rendering
                    // A future completed from here stops the task, so a document that never ends costs no worker for
                    // ever.
                    .orTimeout(renderTimeout.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((pages, failure) -> finish(document, pages, failure));
        } catch (RuntimeException e) {
            store.remove(document); // the executor refused it
            throw e;
        }
        return document;
    }

    private void finish(Document document, @Nullable List<byte[]> pages, @Nullable Throwable failure) {
        if (pages != null) {
            store.finish(document, new Progress.Done(pages));
        } else {
            store.fail(document, problemOf(document, failure));
        }
    }

    private ProblemDetail problemOf(Document document, @Nullable Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof UnrenderableDocumentException unrenderable) {
            return typeOf(unrenderable.reason()).problem(String.valueOf(unrenderable.getMessage()));
        }
        if (cause instanceof TimeoutException) {
            return ProblemType.TIMED_OUT.problem("There was no result within %s".formatted(renderTimeout));
        }
        if (cause instanceof WorkerCrashedException crash) {
            return ProblemType.WORKER_CRASHED.problem("The process that rendered the document ended with "
                    + crash.exit().describe());
        }
        if (cause instanceof CancellationException) {
            return ProblemType.RENDERING_FAILED.problem("The rendering was cancelled");
        }
        // What else goes wrong is the server's own affair: the log has it, the client gets no pids, paths and stacks.
        log.warn("Document {} could not be rendered", document.id(), cause);
        return ProblemType.RENDERING_FAILED.problem("The process that rendered the document failed");
    }

    private static ProblemType typeOf(UnrenderableDocumentException.Reason reason) {
        return switch (reason) {
            case ENCRYPTED -> ProblemType.ENCRYPTED;
            case CORRUPT -> ProblemType.CORRUPT;
            case TOO_LARGE -> ProblemType.TOO_LARGE;
        };
    }
}
