package io.processexecutor.sample;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Answers everything that goes wrong with a problem of RFC 9457. */
@RestControllerAdvice
final class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    private final DataSize maxFileSize;

    ProblemAdvice(@Value("${spring.servlet.multipart.max-file-size}") DataSize maxFileSize) {
        this.maxFileSize = maxFileSize;
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMaxUploadSizeExceededException(
            MaxUploadSizeExceededException ex, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem =
                ProblemType.FILE_TOO_LARGE.problem("A file may have at most %d bytes".formatted(maxFileSize.toBytes()));
        return handleExceptionInternal(ex, problem, headers, status, request);
    }

    @ExceptionHandler
    ProblemDetail handleMalformedUpload(MultipartException ex) {
        log.debug("An upload could not be read", ex);
        return ProblemType.MALFORMED_UPLOAD.problem("The request body is no well-formed multipart/form-data");
    }

    @ExceptionHandler
    ProblemDetail handleRejectedTask(TaskRejectedException ex) {
        log.debug("The executor takes no more", ex);
        return ProblemType.TOO_BUSY.problem("The executor takes no more documents; try again in a while");
    }

    @ExceptionHandler
    ProblemDetail handleAnythingElse(Exception ex) {
        log.error("A request failed", ex);
        return ProblemDetail.forStatus(HttpStatus.INTERNAL_SERVER_ERROR);
    }
}
