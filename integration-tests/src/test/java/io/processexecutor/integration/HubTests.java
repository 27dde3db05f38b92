package io.processexecutor.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.spring.ProcessTaskExecutor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

/** Beside libraries that do something by themselves: they do it in the application, and in no worker. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "process-executor.workers=1",
            "process-executor.worker.max-heap=128MB",
            // It has more to start than any other.
            "process-executor.worker.context-timeout=2m",
            "spring.threads.virtual.enabled=true",
            "spring.kafka.bootstrap-servers=localhost:1",
            "spring.rabbitmq.port=1",
            "spring.artemis.mode=native",
            "spring.artemis.broker-url=tcp://localhost:1",
            "spring.docker.compose.file=src/test/docker/compose.yaml",
            "spring.docker.compose.skip.in-tests=false",
            "management.otlp.metrics.export.enabled=true",
            "management.otlp.metrics.export.url=http://localhost:1",
            "management.otlp.metrics.export.step=1h",
            "logging.level.org.apache.kafka=off",
            "logging.level.org.springframework.amqp=off",
            "logging.level.org.springframework.jms=off"
        })
@DirtiesContext
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class HubTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(150);
    private static final long HERE = ProcessHandle.current().pid();

    @Autowired
    ProcessTaskExecutor executor;

    @Autowired
    Hub.Watch watch;

    @Autowired
    Hub.Work work;

    @LocalServerPort
    int port;

    @Test
    void whatRunsByItselfRunsInTheApplicationOnly() {
        assertThat(watch.running())
                .containsExactlyInAnyOrder(
                        "kafka", "own kafka", "rabbit", "own rabbit", "jms", "own jms", "quartz", "export", "server");
        assertThat(got(executor.submit(() -> watch.running()))).isEmpty();
    }

    @Test
    void jobsAreFiredByTheApplicationOnly() {
        got(executor.submit(() -> watch.running()));
        int ticks = Hub.fired("quartz");
        Awaitility.await().atMost(TIMEOUT).until(() -> Hub.fired("quartz") > ticks + 20);
        assertThat(Hub.fired("batch")).isEqualTo(1);
        assertThat(got(executor.submit(() -> Hub.fired("quartz") + Hub.fired("batch"))))
                .isZero();
    }

    @Test
    void composeFilesAreBroughtUpByTheApplicationOnly() throws Exception {
        long worker = got(executor.submit(() -> {
            watch.running();
            return ProcessHandle.current().pid();
        }));
        List<String> callers = Files.readAllLines(Path.of(System.getenv("DOCKER_JOURNAL"))).stream()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
        assertThat(callers).contains(Long.toString(HERE)).doesNotContain(Long.toString(worker));
    }

    @Test
    void aReactiveControllerReturnsWhatAWorkerMade() throws Exception {
        assertThat(Long.parseLong(body("/pid"))).isNotEqualTo(HERE);
        assertThat(Long.parseLong(body("/future"))).isNotEqualTo(HERE);
    }

    @Test
    void blockingControllersAndUnqualifiedCallsAreLeftToSpring() throws Exception {
        assertThat(body("/blocking")).startsWith(HERE + " ").doesNotContain("process-dispatcher");
        assertThat(got(work.unqualified())).startsWith(HERE + " ").doesNotContain("process-dispatcher");
    }

    private String body(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(TIMEOUT)
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    private static <T> T got(CompletableFuture<T> future) {
        return future.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    }
}
