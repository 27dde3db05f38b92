package io.processexecutor.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * Documents over HTTP.
 *
 * <p>An upload is answered at once, with 202 and the place to ask. This process looks at the first bytes only and never
 * parses a PDF, so it refuses what is plainly none (415), but whether a document is encrypted, corrupt or too large to
 * render is for a worker to find out. The upload does not wait for that: such a document turns {@code FAILED}, with a
 * problem as its error, which then has the type and the status (422) that the upload would have been refused with.
 */
@RestController
@RequestMapping("/documents")
final class DocumentController {

    /** How far into the file readers look for the header. */
    private static final int HEADER_WITHIN = 1024;

    private static final String HEADER = "%PDF-";

    private static final String RETRY_SOON = "1";

    private final DocumentUploads uploads;
    private final DocumentStore store;

    DocumentController(DocumentUploads uploads, DocumentStore store) {
        this.uploads = uploads;
        this.store = store;
    }

    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    ResponseEntity<DocumentView> upload(
            @RequestParam("file") MultipartFile file, @RequestParam(name = "dpi", defaultValue = "96") int dpi)
            throws IOException {
        if (dpi < DocumentPreviewService.MIN_DPI || dpi > DocumentPreviewService.MAX_DPI) {
            throw ProblemType.BAD_DPI.exception("dpi must be between %d and %d, was %d"
                    .formatted(DocumentPreviewService.MIN_DPI, DocumentPreviewService.MAX_DPI, dpi));
        }
        if (file.isEmpty()) {
            throw ProblemType.EMPTY_FILE.exception("The part 'file' has no content");
        }
        byte[] pdf = file.getBytes();
        if (!looksLikePdf(pdf)) {
            throw ProblemType.NOT_A_PDF.exception(
                    "There is no %s in the first %d bytes of the file".formatted(HEADER, HEADER_WITHIN));
        }
        Document document = uploads.accept(pdf, dpi);
        var location = ServletUriComponentsBuilder.fromCurrentRequestUri()
                .pathSegment(document.id())
                .build()
                .toUri();
        return ResponseEntity.accepted().location(location).body(DocumentView.of(document));
    }

    @GetMapping("/{id}")
    DocumentView document(@PathVariable("id") String id) {
        return DocumentView.of(find(id));
    }

    @GetMapping("/{id}/pages/{number:[0-9]+}.png")
    ResponseEntity<byte[]> page(@PathVariable("id") String id, @PathVariable("number") int number) {
        Progress progress = find(id).progress();
        if (!progress.finished()) {
            var notReady = ProblemType.NOT_READY.exception("Ask for the document first, until it is done");
            notReady.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_SOON);
            throw notReady;
        }
        List<byte[]> pages = progress instanceof Progress.Done done ? done.pages() : List.of();
        if (number < 1 || number > pages.size()) {
            throw ProblemType.UNKNOWN_PAGE.exception(
                    "There is no page %d; the document has %d".formatted(number, pages.size()));
        }
        return ResponseEntity.ok().contentType(MediaType.IMAGE_PNG).body(pages.get(number - 1));
    }

    private Document find(String id) {
        return store.find(id)
                .orElseThrow(() -> ProblemType.UNKNOWN_DOCUMENT.exception(
                        "It never was, or made room for newer ones in the meantime"));
    }

    private static boolean looksLikePdf(byte[] content) {
        int length = Math.min(content.length, HEADER_WITHIN);
        return new String(content, 0, length, StandardCharsets.ISO_8859_1).contains(HEADER);
    }
}
