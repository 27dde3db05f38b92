package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** Somebody with a browser in front of the page. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PageIT {

    private static final Path JAR = Path.of(System.getProperty("sample.jar", "target/sample-app-0.1.0-SNAPSHOT.jar"));

    private static Browser browser;
    private static RunningApplication application;

    @TempDir
    Path files;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start();
        application = RunningApplication.ofJar(JAR, JAR.resolveSibling("page-it.log"));
    }

    @AfterAll
    static void stopEverything() throws Exception {
        List<ProcessHandle> started = ProcessHandle.current().descendants().toList();
        if (browser != null) {
            browser.close();
        }
        if (application != null) {
            application.close();
        }
        Awaitility.await("end of " + started)
                .atMost(Duration.ofSeconds(60))
                .until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
    }

    @BeforeEach
    void open() {
        browser.show(1200, 900, false);
        browser.open(application.uri("/"));
        browser.awaitText("#connection", "Live");
        browser.await(
                "workers or none", page -> !browser.text("#workers-caption").isEmpty());
    }

    @Test
    void thePagesOfADocumentAppear() throws Exception {
        String card = upload("three.pdf", Pdfs.withPages(Pdfs.A4, Pdfs.A6_LANDSCAPE, Pdfs.SQUARE), 96);

        browser.await("it is done", page -> state(card).equals("DONE"));

        assertThat(browser.text(card + " h3")).isEqualTo("three.pdf");
        assertThat(browser.find(card + " progress").getDomProperty("value")).isEqualTo("3");
        assertThat(browser.find(card + " progress").getDomProperty("max")).isEqualTo("3");
        browser.await(
                "three images",
                page -> browser.<Long>run(
                                "return [...document.querySelectorAll(arguments[0])].filter(i => i.naturalWidth > 0).length",
                                card + " img")
                        == 3);
        assertThat(browser.find(card + " img").getDomAttribute("alt")).isEqualTo("Page 1 of three.pdf");
    }

    @Test
    void theBarTellsHowFarTheWorkerIs() throws Exception {
        String card = upload("long.pdf", documentOf(60), 200);
        ProcessHandle worker = new DocumentClient(application)
                .worker(task -> task.path("progress").path("done").intValue(0) > 0);

        // Else it might be done before the page is looked at.
        DocumentClient.signal("STOP", worker);
        try {
            browser.await("some pages are drawn, and not all", page -> {
                double done =
                        Double.parseDouble(browser.find(card + " progress").getDomProperty("value"));
                return done > 0 && done < 60 && browser.text(card).matches("(?s).*Page \\d+ of 60.*");
            });
        } finally {
            DocumentClient.signal("CONT", worker);
        }
        browser.await("it is done", page -> state(card).equals("DONE"));

        assertThat(browser.find(card + " progress").getDomProperty("value")).isEqualTo("60");
    }

    @Test
    void whatIsWrongWithAnUploadIsSaid() throws Exception {
        submit("picture.pdf", "GIF89a".getBytes(StandardCharsets.US_ASCII), 96);
        browser.awaitText("#alerts", "The file is not a PDF");

        submit("huge.pdf", Arrays.copyOf(Pdfs.withPages(Pdfs.SQUARE), 20 * 1024 * 1024 + 1), 96);
        browser.awaitText("#alerts", "The file is too large: A file may have at most 20971520 bytes");

        String card = upload("secret.pdf", Pdfs.encrypted("secret"), 96);
        browser.awaitText(card, "The document is encrypted");
        assertThat(browser.findAll("#alerts p")).as("what was wrong before").isEmpty();
    }

    @Test
    void aKilledWorkerTakesItsDocumentAlongAndIsReplaced() throws Exception {
        // More than it draws until it is killed.
        String card = upload("doomed.pdf", documentOf(DocumentPreviewService.MAX_PAGES), 300);
        String kill = browser.await(
                "a worker that renders",
                page -> browser.findAll("#workers tbody tr").stream()
                        .filter(row -> row.getText().contains("DocumentPreviewService.render"))
                        .map(row -> row.findElement(By.cssSelector("button[aria-label^='Kill']"))
                                .getAccessibleName())
                        .findFirst()
                        .orElse(null));
        String pid = kill.replaceAll("\\D", "");

        browser.click("#workers button[aria-label='" + kill + "']");

        browser.awaitText("#said", "Process " + pid + " is killed.");
        browser.awaitText("#said", "doomed.pdf failed.");
        browser.awaitText(card, "The worker crashed on this document");
        assertThat(browser.text(card)).contains("killed by SIGKILL");
        awaitExit(pid, "crashed");

        String next = upload("next.pdf", Pdfs.withPages(Pdfs.SQUARE), 96);
        browser.await("it is done", page -> state(next).equals("DONE"));
        browser.await("another worker in place of " + pid, page -> {
            List<String> words = List.of(browser.text("#workers tbody").split("\\s+"));
            return words.size() > 1 && !words.contains(pid);
        });
    }

    @Test
    void aHungWorkerIsSeenAndItsTaskCancelled() {
        browser.click("#hang");
        String pid = browser.await(
                "a busy worker",
                page -> browser.findAll("#workers tr[data-state=BUSY]").stream()
                        .filter(row -> row.getText().contains("hang"))
                        .map(row -> row.findElements(By.tagName("td")).get(1).getText())
                        .findFirst()
                        .orElse(null));

        browser.click("#workers button[aria-label='Cancel task hang']");

        awaitExit(pid, "cancelled");
    }

    @Test
    void everyChartHasDataAndSaysItInWords() throws Exception {
        browser.click("#comparison");
        browser.awaitText("#serialization-text", "kryo");

        browser.await(
                "times of all modes",
                page -> List.of("closure", "java", "kryo")
                                .equals(browser.run("return Chart.getChart('serialization-chart').data.labels"))
                        && times("serialization") >= 6);
        browser.await("latency", page -> times("latency") >= 2);
        browser.await("a queue", page -> times("queue") >= 2);
        browser.await("memory", page -> times("memory") >= 2);

        assertThat(browser.text("#serialization-text")).containsPattern("java: encode [\\d.]+ ms, decode [\\d.]+ ms");
        assertThat(browser.text("#latency-text")).containsPattern("\\d+ in all");
        assertThat(browser.text("#queue-text")).containsPattern("\\d+ waiting, \\d+ running");
        assertThat(browser.text("#memory-text")).containsPattern("worker 1: \\d+ MB");
        browser.awaitText("#queue-text", "0 waiting, 0 running");
        browser.show(1200, 2600, false); // or what is below the fold is cut off
        for (WebElement chart : browser.findAll("figure")) {
            String name = chart.findElement(By.tagName("canvas")).getDomAttribute("id");
            browser.keepScreenshot(name, chart);
        }
    }

    @Test
    void theWalkthroughSaysItsLines() {
        browser.click("#walkthrough");

        browser.awaitText("#walkthrough-text", "3. serializer: closure runs it");
        browser.awaitText("#walkthrough-text", "Done.");
        assertThat(browser.text("#walkthrough-text"))
                .contains("stands inside data", "kryo with Closures.wrap", "ended with exit code 42");
    }

    @Test
    void aPhoneNeedNotScrollSideways() throws Exception {
        fill();

        for (boolean dark : new boolean[] {false, true}) {
            browser.show(360, 740, dark);
            browser.await(
                    "charts as narrow as the phone",
                    page -> browser.<Long>run(
                                    "return Math.max(...[...document.querySelectorAll('canvas')].map(c => c.clientWidth))")
                            < 360);
            browser.keepScreenshot("phone-" + (dark ? "dark" : "light"));

            assertThat(browser.<Long>run("return document.documentElement.scrollWidth"))
                    .isEqualTo(360);
        }
    }

    @Test
    void nobodyIsShutOut() throws Exception {
        fill();
        try (InputStream axe = PageIT.class.getResourceAsStream("/axe.min.js")) {
            browser.run(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        }

        for (boolean dark : new boolean[] {false, true}) {
            browser.show(1200, 900, dark);
            browser.keepScreenshot("desktop-" + (dark ? "dark" : "light"));

            List<String> violations = browser.runAsync("""
                    const done = arguments[arguments.length - 1];
                    axe.run().then(found => done(found.violations.map(each =>
                        each.id + ': ' + each.help + ' ' + each.nodes.map(node => node.html))), error => done([String(error)]))
                    """);
            assertThat(violations).as(dark ? "dark" : "light").isEmpty();
        }
    }

    @Test
    void thePageSaysThatTheServerIsGoneAndFindsItAgain() throws Exception {
        int port = application.uri("/").getPort();
        application.close();
        browser.awaitText("#connection", "The server is gone");

        application = RunningApplication.ofJar(JAR, port, JAR.resolveSibling("page-it-again.log"));

        browser.awaitText("#connection", "Live");
        String card = upload("after.pdf", Pdfs.withPages(Pdfs.SQUARE), 96);
        browser.await("it is done", page -> state(card).equals("DONE"));
    }

    /** Has something to see everywhere. */
    private void fill() throws Exception {
        String card = upload("five.pdf", Pdfs.withPages(Pdfs.A4, Pdfs.A4, Pdfs.A6_LANDSCAPE, Pdfs.SQUARE, Pdfs.A4), 96);
        browser.await("it is done", page -> state(card).equals("DONE"));
        browser.click("#comparison");
        browser.await("latency", page -> times("latency") >= 2);
        browser.click("#hang");
        browser.click("#workers button[aria-label='Cancel task hang']");
        browser.awaitText("#exits tbody", "cancelled");
    }

    private static byte[] documentOf(int count) {
        var pages = new PDRectangle[count];
        Arrays.fill(pages, Pdfs.A4);
        return Pdfs.withPages(pages);
    }

    /** Uploads a document, and gives the selector of its card. */
    private String upload(String name, byte[] content, int dpi) throws Exception {
        List<WebElement> before = browser.findAll("#documents > li");
        submit(name, content, dpi);
        return "#"
                + browser.await(
                        "a card for " + name,
                        page -> browser.findAll("#documents > li").stream()
                                .filter(card ->
                                        !before.contains(card) && card.getText().contains(name))
                                .map(card -> card.getDomAttribute("id"))
                                .findFirst()
                                .orElse(null));
    }

    private void submit(String name, byte[] content, int dpi) throws Exception {
        Path file = Files.write(files.resolve(name), content);
        browser.find("input[name=file]").sendKeys(file.toString());
        WebElement field = browser.find("input[name=dpi]");
        field.clear();
        field.sendKeys(String.valueOf(dpi));
        browser.click("#upload button");
    }

    private static String state(String card) {
        return String.valueOf(browser.find(card).getDomAttribute("data-state"));
    }

    private static void awaitExit(String pid, String reason) {
        browser.await(
                "the end of " + pid + ", " + reason,
                page -> browser.findAll("#exits tbody tr").stream()
                        .map(row -> List.of(row.getText().split("\\s+")))
                        .anyMatch(words -> words.contains(pid) && words.contains(reason)));
    }

    /** How many figures a chart shows. */
    private static long times(String chart) {
        return browser.<Long>run(
                "return Chart.getChart(arguments[0] + '-chart').data.datasets.flatMap(s => s.data)"
                        + ".filter(Number.isFinite).length",
                chart);
    }
}
