package io.processexecutor.sample;

import java.net.URI;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** Every problem the application itself names; what Spring MVC finds wrong with a request has the type about:blank. */
enum ProblemType {
    EMPTY_FILE(HttpStatus.BAD_REQUEST, "The file is empty"),
    MALFORMED_UPLOAD(HttpStatus.BAD_REQUEST, "The upload cannot be read"),
    BAD_DPI(HttpStatus.BAD_REQUEST, "The resolution is out of range"),
    NOT_A_PDF(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The file is not a PDF"),
    FILE_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The file is too large"),
    UNKNOWN_DOCUMENT(HttpStatus.NOT_FOUND, "No such document"),
    UNKNOWN_PAGE(HttpStatus.NOT_FOUND, "No such page"),
    NOT_READY(HttpStatus.CONFLICT, "The document is not rendered yet"),
    TOO_BUSY(HttpStatus.SERVICE_UNAVAILABLE, "Too many documents are waiting"),

    ENCRYPTED(HttpStatus.UNPROCESSABLE_CONTENT, "The document is encrypted"),
    CORRUPT(HttpStatus.UNPROCESSABLE_CONTENT, "The document is corrupt"),
    TOO_LARGE(HttpStatus.UNPROCESSABLE_CONTENT, "The document is too large to render"),
    TIMED_OUT(HttpStatus.UNPROCESSABLE_CONTENT, "The document took too long to render"),
    WORKER_CRASHED(HttpStatus.INTERNAL_SERVER_ERROR, "The worker crashed on this document"),
    RENDERING_FAILED(HttpStatus.INTERNAL_SERVER_ERROR, "Rendering failed");

    private final HttpStatus status;
    private final String title;
    private final URI type;

    ProblemType(HttpStatus status, String title) {
        this.status = status;
        this.title = title;
        this.type = URI.create("urn:problem-type:document-previews:"
                + name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    HttpStatus status() {
        return status;
    }

    ProblemDetail problem(String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(type);
        problem.setTitle(title);
        return problem;
    }

    ErrorResponseException exception(String detail) {
        return new ErrorResponseException(status, problem(detail), null);
    }
}
