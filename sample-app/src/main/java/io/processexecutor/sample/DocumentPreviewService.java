package io.processexecutor.sample;

import io.processexecutor.TaskContext;
import io.processexecutor.sample.UnrenderableDocumentException.Reason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Service;

/**
 * Renders the pages of a PDF to images, in a worker process: a hostile or huge document can take down that worker, and
 * nothing else. The service has no state, so that it travels there together with its arguments.
 *
 * <p>What a page costs is known before it is drawn, so a document beyond the limits is refused, not attempted. The limits
 * fit a worker with a heap of 512 MB.
 */
@Service
public class DocumentPreviewService implements Serializable {

    /** The lowest resolution, in dots per inch. */
    public static final int MIN_DPI = 18;

    /** The highest resolution, in dots per inch. */
    public static final int MAX_DPI = 300;

    /** The most pages a document may have. */
    public static final int MAX_PAGES = 200;

    /** The most pixels a page may have: 64 MB while it is drawn, which is nearly twice an A4 page at 300 dpi. */
    public static final int MAX_PAGE_PIXELS = 16_000_000;

    private static final int MAX_RESULT_BYTES = 64_000_000;

    private static final double POINTS_PER_INCH = 72;

    private static final Logger log = LoggerFactory.getLogger(DocumentPreviewService.class);

    @Serial
    private static final long serialVersionUID = 1L;

    static {
        // Must stand before the first class of AWT is loaded, in whichever process renders.
        System.setProperty("java.awt.headless", "true");
    }

    /** Creates the service. */
    public DocumentPreviewService() {}

    /**
     * Renders every page of a PDF, first to last.
     *
     * @param pdf the document, not to be changed until the future is done
     * @param dpi the resolution, between {@value #MIN_DPI} and {@value #MAX_DPI}
     * @return one PNG image per page; completes with an {@link UnrenderableDocumentException} if the document is encrypted,
     *     corrupt or beyond the limits, and with an {@link IllegalArgumentException} if the resolution is
     */
    @Async("processTaskExecutor")
    public CompletableFuture<List<byte[]>> render(byte[] pdf, int dpi) {
        if (dpi < MIN_DPI || dpi > MAX_DPI) {
            throw new IllegalArgumentException(
                    "dpi must be between %d and %d, was %d".formatted(MIN_DPI, MAX_DPI, dpi));
        }
        try (PDDocument document = Loader.loadPDF(pdf)) {
            refuseTooLarge(document, dpi);
            List<byte[]> pages = drawPages(document, dpi);
            log.info("Drew {} pages at {} dpi", pages.size(), dpi);
            return CompletableFuture.completedFuture(pages);
        } catch (UnrenderableDocumentException e) {
            throw e;
        } catch (InvalidPasswordException e) {
            throw new UnrenderableDocumentException(
                    Reason.ENCRYPTED, "The document is encrypted and opens with a password only", e);
        } catch (IOException | RuntimeException e) { // the parser answers damage with either
            throw new UnrenderableDocumentException(Reason.CORRUPT, "The document is damaged or not a PDF", e);
        }
    }

    private static void refuseTooLarge(PDDocument document, int dpi) {
        int pages = document.getNumberOfPages();
        if (pages < 1) {
            throw new UnrenderableDocumentException(Reason.CORRUPT, "The document has no pages", null);
        }
        if (pages > MAX_PAGES) {
            throw new UnrenderableDocumentException(
                    Reason.TOO_LARGE,
                    "The document has %d pages, which is more than %d".formatted(pages, MAX_PAGES),
                    null);
        }
        for (int page = 0; page < pages; page++) {
            PDRectangle box = document.getPage(page).getCropBox();
            double width = box.getWidth() * dpi / POINTS_PER_INCH;
            double height = box.getHeight() * dpi / POINTS_PER_INCH;
            if (!(width * height <= MAX_PAGE_PIXELS)) { // so written, it refuses what is not a number, too
                throw new UnrenderableDocumentException(
                        Reason.TOO_LARGE,
                        String.format(
                                Locale.ROOT,
                                "Page %d is %.0f x %.0f pixels at %d dpi, which is more than %d in all",
                                page + 1,
                                width,
                                height,
                                dpi,
                                MAX_PAGE_PIXELS),
                        null);
            }
        }
    }

    private static List<byte[]> drawPages(PDDocument document, int dpi) throws IOException {
        var renderer = new PDFRenderer(document);
        renderer.setSubsamplingAllowed(true); // reads big embedded images at the size they are shown
        var pages = new ArrayList<byte[]>();
        long bytes = 0;
        int count = document.getNumberOfPages();
        TaskContext context = TaskContext.current();
        for (int page = 0; page < count; page++) {
            context.progress(page, count);
            byte[] png = png(renderer.renderImageWithDPI(page, dpi, ImageType.RGB));
            bytes += png.length;
            if (bytes > MAX_RESULT_BYTES) {
                throw new UnrenderableDocumentException(
                        Reason.TOO_LARGE,
                        "The images of the first %d pages take more than %d bytes"
                                .formatted(page + 1, MAX_RESULT_BYTES),
                        null);
            }
            pages.add(png);
        }
        context.progress(count, count);
        return pages;
    }

    private static byte[] png(BufferedImage image) throws IOException {
        var bytes = new ByteArrayOutputStream();
        // In memory: ImageIO would go through a file otherwise, which a killed worker leaves behind.
        try (var stream = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", stream);
        }
        return bytes.toByteArray();
    }
}
