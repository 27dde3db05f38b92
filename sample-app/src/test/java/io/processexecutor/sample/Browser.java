package io.processexecutor.sample;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementClickInterceptedException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.util.FileSystemUtils;

/** A real browser without a window: the Chromium of this machine. Closed together with all its processes. */
final class Browser implements AutoCloseable {

    private static final String NOTICE =
            "THE PAGE IS NOT TESTED: there is no chromium or no chromedriver on the PATH (on Debian: apt-get install"
                    + " chromium chromium-driver)";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    /** Kept, or it would be forgotten. It warns of every version of Chromium that came out after it. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    static {
        SELENIUM.setLevel(Level.SEVERE);
    }

    private final ChromeDriver driver;

    /** What it leaves behind itself. */
    private final Path temporary;

    private Browser(ChromeDriver driver, Path temporary) {
        this.driver = driver;
        this.temporary = temporary;
    }

    /** Starts it; where there is none the test is skipped, and says so. */
    static Browser start() throws IOException {
        Optional<Path> chromium = onPath("chromium", "chromium-browser", "google-chrome");
        Optional<Path> chromedriver = onPath("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            System.out.println(NOTICE); // a build says of what is skipped only how much
            Assumptions.abort(NOTICE);
        }
        Path temporary = Files.createTempDirectory("browser");
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.orElseThrow().toFile())
                .usingAnyFreePort()
                .withEnvironment(Map.of("TMPDIR", temporary.toString()))
                .build();
        var options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow().toFile());
        // A sandbox cannot be had by root, nor much shared memory in a container.
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
        return new Browser(new ChromeDriver(service, options), temporary);
    }

    private static Optional<Path> onPath(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    void open(URI page) {
        driver.get(page.toString());
    }

    /** How wide the window is, and whether its user likes it dark. */
    void show(int width, int height, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    List<WebElement> findAll(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    String text(String css) {
        return find(css).getText();
    }

    void click(String css) {
        await(css + " to click", page -> {
            WebElement element = find(css);
            run("arguments[0].scrollIntoView({block: 'center'})", element);
            element.click();
            return true;
        });
    }

    /** Waits for something that is neither null nor false. Elements come and go meanwhile. */
    <T> T await(String what, ExpectedCondition<T> condition) {
        return new WebDriverWait(driver, PATIENCE)
                .withMessage(() -> what + ", but:\n" + text("body"))
                .ignoreAll(List.of(StaleElementReferenceException.class, ElementClickInterceptedException.class))
                .until(condition);
    }

    void awaitText(String css, String text) {
        await("\"" + text + "\" in " + css, page -> text(css).contains(text));
    }

    @SuppressWarnings("unchecked")
    <T> T run(String script, Object... arguments) {
        return (T) driver.executeScript(script, arguments);
    }

    @SuppressWarnings("unchecked")
    <T> T runAsync(String script, Object... arguments) {
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        return (T) driver.executeAsyncScript(script, arguments);
    }

    /** Keeps what the whole page looks like. */
    void keepScreenshot(String name) {
        Map<String, Object> taken =
                driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
        keep(name, Base64.getDecoder().decode((String) taken.get("data")));
    }

    void keepScreenshot(String name, WebElement of) {
        keep(name, of.getScreenshotAs(OutputType.BYTES));
    }

    private static void keep(String name, byte[] png) {
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        driver.quit();
        FileSystemUtils.deleteRecursively(temporary);
    }
}
