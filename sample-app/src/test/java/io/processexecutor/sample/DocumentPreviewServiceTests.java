package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.processexecutor.TaskContext;
import io.processexecutor.TaskProgress;
import io.processexecutor.sample.UnrenderableDocumentException.Reason;
import java.awt.Color;
import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentPreviewServiceTests {

    private final DocumentPreviewService service = new DocumentPreviewService();

    @Test
    void everyPageBecomesAnImageOfItsSize() throws Exception {
        List<byte[]> pages = render(Pdfs.withPages(Pdfs.A4, Pdfs.A6_LANDSCAPE, Pdfs.SQUARE), 144);

        assertThat(pages).hasSize(3);
        assertSize(image(pages.get(0)), 1190, 1683);
        assertSize(image(pages.get(1)), 840, 596);
        assertSize(image(pages.get(2)), 288, 288);
    }

    @Test
    void eachPageThatIsDrawnIsTold() throws Exception {
        List<TaskProgress> told = new ArrayList<>();

        TaskContext.during(told::add, () -> render(Pdfs.withPages(Pdfs.SQUARE, Pdfs.SQUARE), 72));

        assertThat(told)
                .containsExactly(new TaskProgress(0, 2, ""), new TaskProgress(1, 2, ""), new TaskProgress(2, 2, ""));
    }

    @Test
    void thePageShowsWhatIsDrawnOnIt() throws Exception {
        BufferedImage page = image(render(Pdfs.withPages(Pdfs.SQUARE), 72).get(0));

        assertThat(new Color(page.getRGB(72, 10))).isEqualTo(Color.RED);
        assertThat(new Color(page.getRGB(72, 140))).isEqualTo(Color.WHITE);
        boolean text = false;
        for (int x = 20; x < 110; x++) {
            text |= new Color(page.getRGB(x, 72)).getRed() < 128;
        }
        assertThat(text).as("dark pixels where the text is").isTrue();
    }

    @Test
    void drawingNeedsNoDisplay() throws Exception {
        render(Pdfs.withPages(Pdfs.SQUARE), 18);

        assertThat(GraphicsEnvironment.isHeadless()).isTrue();
    }

    @Test
    void aDocumentThatOpensWithAPasswordOnlyIsRefusedAsEncrypted() {
        assertThat(refusal(Pdfs.encrypted("secret"), 72).reason()).isEqualTo(Reason.ENCRYPTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no PDF", "%PDF-1.7\nnothing of a PDF follows"})
    void garbageIsRefusedAsCorrupt(String content) {
        assertThat(refusal(content.getBytes(StandardCharsets.UTF_8), 72).reason())
                .isEqualTo(Reason.CORRUPT);
    }

    @Test
    void aTruncatedDocumentIsRefusedAsCorrupt() {
        byte[] pdf = Pdfs.withPages(Pdfs.A4);

        assertThat(refusal(Arrays.copyOf(pdf, 40), 72).reason()).isEqualTo(Reason.CORRUPT);
    }

    @Test
    void aDocumentWithoutPagesIsRefusedAsCorrupt() {
        assertThat(refusal(Pdfs.withPages(), 72)).hasMessageContaining("no pages");
    }

    @Test
    void anAbsurdPageIsRefusedBeforeItIsDrawn() {
        UnrenderableDocumentException refusal =
                refusal(Pdfs.withPages(Pdfs.A4, new PDRectangle(2_000_000, 2_000_000)), 72);

        assertThat(refusal.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(refusal).hasMessageContaining("Page 2 is 2000000 x 2000000 pixels at 72 dpi");
    }

    @Test
    void tooManyPagesAreRefused() {
        var sizes = new PDRectangle[DocumentPreviewService.MAX_PAGES + 1];
        Arrays.fill(sizes, Pdfs.SQUARE);

        UnrenderableDocumentException refusal = refusal(Pdfs.withPages(sizes), 18);

        assertThat(refusal.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(refusal).hasMessageContaining("201 pages");
    }

    @Test
    void theLargestResolutionIsEnoughForAnOrdinaryPage() throws Exception {
        assertSize(
                image(render(Pdfs.withPages(Pdfs.A4), DocumentPreviewService.MAX_DPI)
                        .get(0)),
                2480,
                3507);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, 0, 17, 301, Integer.MAX_VALUE})
    void anAbsurdResolutionIsRefused(int dpi) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> service.render(Pdfs.withPages(Pdfs.A4), dpi))
                .withMessage("dpi must be between 18 and 300, was %d", dpi);
    }

    @Test
    void theServiceHasNoStateAndTravelsByEverySerializer() throws Exception {
        assertThat(DocumentPreviewService.class.getDeclaredFields())
                .filteredOn(field -> !field.isSynthetic())
                .allMatch(field -> Modifier.isStatic(field.getModifiers()));
        assertThat(service).isInstanceOf(Serializable.class);
        assertThat(serialized(service)).isNotEmpty();
    }

    @Test
    void itsRefusalTravelsByEverySerializer() throws Exception {
        assertThat(serialized(refusal(Pdfs.encrypted("secret"), 72))).isNotEmpty();
    }

    private List<byte[]> render(byte[] pdf, int dpi) throws Exception {
        return service.render(pdf, dpi).get();
    }

    private UnrenderableDocumentException refusal(byte[] pdf, int dpi) {
        assertThatExceptionOfType(UnrenderableDocumentException.class).isThrownBy(() -> service.render(pdf, dpi));
        return catchThrowableOfType(UnrenderableDocumentException.class, () -> service.render(pdf, dpi));
    }

    private static BufferedImage image(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static void assertSize(BufferedImage image, int width, int height) {
        assertThat(image.getWidth()).isEqualTo(width);
        assertThat(image.getHeight()).isEqualTo(height);
    }

    private static byte[] serialized(Object object) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var stream = new ObjectOutputStream(bytes)) {
            stream.writeObject(object);
        }
        return bytes.toByteArray();
    }
}
