package io.processexecutor.sample;

import io.processexecutor.TaskProgress;
import java.util.Optional;
import java.util.function.Supplier;

/** One uploaded document and how far it has come. Safe for use by several threads. */
final class Document {

    private final String id;
    private final int dpi;
    private final int pdfBytes;
    private volatile Progress progress = new Progress.Queued();
    private volatile Supplier<Optional<TaskProgress>> pagesDone = Optional::empty;

    Document(String id, int dpi, int pdfBytes) {
        this.id = id;
        this.dpi = dpi;
        this.pdfBytes = pdfBytes;
    }

    String id() {
        return id;
    }

    int dpi() {
        return dpi;
    }

    Progress progress() {
        return progress;
    }

    /** How many of its pages are drawn, if that is known and not all are. */
    Optional<TaskProgress> pagesDone() {
        return progress.finished() ? Optional.empty() : pagesDone.get();
    }

    /** Says who knows how many of its pages are drawn. */
    synchronized void ask(Supplier<Optional<TaskProgress>> whoKnows) {
        if (!progress.finished()) {
            pagesDone = whoKnows;
        }
    }

    /** What it takes of the memory: the PDF until it is rendered, its pages from then on. */
    long bytes() {
        Progress now = progress;
        if (now instanceof Progress.Done done) {
            return done.bytes();
        }
        return now.finished() ? 0 : pdfBytes;
    }

    /** Says that a worker has it now. Ignored if it is not queued any more. */
    synchronized void start() {
        if (progress instanceof Progress.Queued) {
            progress = new Progress.Running();
        }
    }

    /** Says how it ended. Ignored if that is known already. */
    synchronized void finish(Progress end) {
        if (!progress.finished()) {
            progress = end;
            pagesDone = Optional::empty; // or the pages would be kept where there is no room for them
        }
    }
}
