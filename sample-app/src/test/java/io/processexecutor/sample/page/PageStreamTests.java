package io.processexecutor.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The stream behind a real server. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PageStreamTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration MANY_PERIODS = Counted.PERIOD.multipliedBy(10);
    private static final int MANY_LOOKS = 500;
    private static final Pattern LOOK = Pattern.compile("\"look\":(\\d+)");

    private ServletWebServerApplicationContext application;
    private PageStream stream;
    private Counted counted;

    @BeforeEach
    void start() {
        application = (ServletWebServerApplicationContext) new SpringApplicationBuilder(Application.class)
                .properties("process-executor.enabled=false")
                // Longer than any test may take: nothing of it must be waited for.
                .run(
                        "--server.port=0",
                        "--server.tomcat.connection-timeout=3m",
                        "--spring.lifecycle.timeout-per-shutdown-phase=3m");
        stream = application.getBean(PageStream.class);
        counted = application.getBean(Counted.class);
    }

    @AfterEach
    void stop() {
        application.close();
    }

    @Test
    void whatHasChangedIsTold() throws Exception {
        try (Viewer viewer = new Viewer()) {
            assertThat(viewer.next()).startsWith("{\"look\":").endsWith("\"content\":\"\"}");
            assertThat(viewer.next()).isNotEqualTo(viewer.next());
        }
    }

    @Test
    void nobodyLooksAtSectionsForNobody() throws Exception {
        try (Viewer viewer = new Viewer()) {
            viewer.next();
        }
        Awaitility.await().atMost(PATIENCE).until(() -> stream.viewers() == 0);
        // One look may be under way, and after that there is none in many periods.
        Awaitility.await().atMost(PATIENCE).pollInterval(MANY_PERIODS).until(counted::wasLeftAlone);
        int looks = counted.looks.get();

        long opened = System.nanoTime();
        try (Viewer viewer = new Viewer()) {
            int first = look(viewer.next());
            long periods = (System.nanoTime() - opened) / Counted.PERIOD.toNanos();
            assertThat((long) first).isBetween(looks + 1L, looks + 2 + periods);
        }
    }

    @Test
    void oneLookIsForAllWhoLook() throws Exception {
        try (Viewer one = new Viewer();
                Viewer other = new Viewer()) {
            // Who came first may have been told much before the other came, and who is slow to be told misses some.
            int ofOne = look(one.next());
            int ofOther = look(other.next());
            for (int i = 0; i < MANY_LOOKS && ofOne != ofOther; i++) {
                if (ofOne < ofOther) {
                    ofOne = look(one.next());
                } else {
                    ofOther = look(other.next());
                }
            }
            assertThat(ofOne).isEqualTo(ofOther);
        }
    }

    @Test
    void theApplicationEndsWithoutWaitingForWhoLooks() throws Exception {
        try (Viewer viewer = new Viewer()) {
            viewer.next();

            application.close();

            viewer.readToTheEnd();
        }
        Awaitility.await().atMost(PATIENCE).until(() -> stream.viewers() == 0);
    }

    @Test
    void soManyMayLookAndNoMore() throws Exception {
        List<Viewer> viewers = new ArrayList<>();
        try {
            while (viewers.size() < PageStream.MAX_VIEWERS) {
                viewers.add(new Viewer());
            }
            try (Viewer refused = new Viewer()) {
                assertThat(refused.status).contains(" 503");
            }

            viewers.remove(0).close();

            Awaitility.await().atMost(PATIENCE).until(() -> stream.viewers() < PageStream.MAX_VIEWERS);
            viewers.add(new Viewer());
            assertThat(viewers.get(viewers.size() - 1).next()).contains("look");
        } finally {
            for (Viewer viewer : viewers) {
                viewer.close();
            }
        }
    }

    @Test
    void whoDoesNotReadHoldsUpNobody() throws Exception {
        counted.content = "x".repeat(16_000_000); // more than fits between the two ends of a connection
        try (Viewer lazy = new Viewer();
                Viewer other = new Viewer()) {
            assertThat(lazy.status).contains(" 200");
            for (int i = 0; i < 5; i++) {
                assertThat(other.next()).contains("look");
            }
        }
    }

    private static int look(String event) {
        Matcher look = LOOK.matcher(event);
        assertThat(look.find()).as(event).isTrue();
        return Integer.parseInt(look.group(1));
    }

    /** One who looks, at most as fast as he reads. */
    private final class Viewer implements AutoCloseable {

        private final Socket socket = new Socket();
        private final BufferedReader reader;
        private final String status;

        Viewer() throws IOException {
            socket.setReceiveBufferSize(64 * 1024);
            socket.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), application.getWebServer().getPort()));
            socket.getOutputStream()
                    .write("GET /page/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            status = reader.readLine();
        }

        /** The data of the next event. */
        String next() throws IOException {
            String line;
            while ((line = reader.readLine()) != null) {
                if (line.startsWith("data:")) {
                    return line.substring("data:".length());
                }
            }
            throw new IllegalStateException("the stream has ended");
        }

        void readToTheEnd() throws IOException {
            while (reader.readLine() != null) {
                // what was on its way
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Counts how often it is looked at. */
    private static final class Counted implements PageSection {

        private static final Duration PERIOD = Duration.ofMillis(50);

        private final AtomicInteger looks = new AtomicInteger();
        private int looksBefore;
        private volatile String content = "";

        record View(int look, String content) {}

        @Override
        public String name() {
            return "counted";
        }

        @Override
        public Duration period() {
            return PERIOD;
        }

        /** Whether nobody has looked since the last time that this was asked. */
        boolean wasLeftAlone() {
            int before = looksBefore;
            looksBefore = looks.get();
            return looksBefore == before;
        }

        @Override
        public View content() {
            return new View(looks.incrementAndGet(), content);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({PageStream.class, PageController.class})
    static class Application {

        @Bean
        Counted counted() {
            return new Counted();
        }
    }
}
