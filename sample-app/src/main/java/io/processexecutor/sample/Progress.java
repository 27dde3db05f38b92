package io.processexecutor.sample;

import java.util.List;
import org.springframework.http.ProblemDetail;

/** How far a document has come. It goes from the first to one of the last two, and never back. */
sealed interface Progress {

    /** Nobody renders it yet. */
    record Queued() implements Progress {}

    /** It was given to a worker. */
    record Running() implements Progress {}

    /**
     * All pages are there.
     *
     * @param pages one PNG image per page
     */
    record Done(List<byte[]> pages) implements Progress {

        long bytes() {
            return pages.stream().mapToLong(page -> page.length).sum();
        }
    }

    /**
     * There will be no pages.
     *
     * @param error why
     */
    record Failed(ProblemDetail error) implements Progress {}

    /**
     * Tells whether this is for good.
     *
     * @return true for the last two
     */
    default boolean finished() {
        return this instanceof Done || this instanceof Failed;
    }
}
