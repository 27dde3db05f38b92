package io.processexecutor.sample;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.processexecutor.TaskProgress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;

/**
 * A document as its clients see it.
 *
 * @param id its name in the paths below {@code /documents}
 * @param state {@code QUEUED}, {@code RUNNING}, {@code DONE} or {@code FAILED}
 * @param dpi the resolution of its page images
 * @param progress how many of its pages are drawn, while it is running
 * @param pageCount how many pages it has, once it is done
 * @param error why it failed, if it did, in the form of RFC 9457
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DocumentView(
        String id,
        String state,
        int dpi,
        @Nullable TaskProgress progress,
        @Nullable Integer pageCount,
        @Nullable ProblemDetail error) {

    static DocumentView of(Document document) {
        Progress progress = document.progress();
        return new DocumentView(
                document.id(),
                progress.getClass().getSimpleName().toUpperCase(Locale.ROOT),
                document.dpi(),
                document.pagesDone().orElse(null),
                progress instanceof Progress.Done done ? done.pages().size() : null,
                progress instanceof Progress.Failed failed ? failed.error() : null);
    }
}
