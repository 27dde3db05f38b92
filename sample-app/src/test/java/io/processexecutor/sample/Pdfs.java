package io.processexecutor.sample;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;

/** PDFs for the tests. Every page has a red band across its top and a line of text below it. */
final class Pdfs {

    static final PDRectangle A4 = PDRectangle.A4;
    static final PDRectangle A6_LANDSCAPE = new PDRectangle(420, 298);
    static final PDRectangle SQUARE = new PDRectangle(144, 144);

    private Pdfs() {}

    static byte[] withPages(PDRectangle... sizes) {
        return build(sizes, "", 0);
    }

    static byte[] encrypted(String userPassword) {
        return encrypted(userPassword, 0);
    }

    /** With as many bytes in it that no reader looks at. */
    static byte[] encrypted(String userPassword, int ballast) {
        return build(new PDRectangle[] {A4}, userPassword, ballast);
    }

    private static byte[] build(PDRectangle[] sizes, String userPassword, int ballast) {
        try (var document = new PDDocument()) {
            var font = new PDType1Font(FontName.HELVETICA);
            for (int i = 0; i < sizes.length; i++) {
                draw(document, sizes[i], font, "Page " + (i + 1));
            }
            if (ballast > 0) {
                var unread = new ByteArrayInputStream(new byte[ballast]);
                document.getDocumentCatalog()
                        .getCOSObject()
                        .setItem(COSName.getPDFName("Ballast"), new PDStream(document, unread));
            }
            if (!userPassword.isEmpty()) {
                document.protect(new StandardProtectionPolicy("owner", userPassword, new AccessPermission()));
            }
            var bytes = new ByteArrayOutputStream();
            document.save(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void draw(PDDocument document, PDRectangle size, PDType1Font font, String text) throws IOException {
        var page = new PDPage(size);
        document.addPage(page);
        try (var content = new PDPageContentStream(document, page)) {
            content.setNonStrokingColor(1f, 0f, 0f);
            content.addRect(0, size.getHeight() - 36, size.getWidth(), 36);
            content.fill();
            content.setNonStrokingColor(0f, 0f, 0f);
            content.beginText();
            content.setFont(font, 24);
            content.newLineAtOffset(20, size.getHeight() - 80);
            content.showText(text);
            content.endText();
        }
    }
}
