package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import io.processexecutor.TaskContext;
import io.processexecutor.TaskOptions;
import io.processexecutor.WorkerStartException;
import io.processexecutor.spring.actuate.ProcessExecutorEndpoint;
import io.processexecutor.spring.actuate.ProcessExecutorHealthIndicator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;

/** What the actuator shows over HTTP, and what can be done there. */
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@EnabledOnOs(OS.LINUX)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
// Or its worker would outlive the tests.
@DirtiesContext
@SpringBootTest(
        classes = ActuatorTests.Application.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "process-executor.workers=1",
            "process-executor.worker.max-heap=64MB",
            "process-executor.worker.context=none",
            "process-executor.cancel-grace=300ms",
            "process-executor.pools.broken.workers=6",
            "process-executor.pools.broken.worker.jvm-args=-XX:+ThereIsNoSuchFlag",
            "management.endpoints.web.exposure.include=processexecutor,health,info",
            "management.endpoint.processexecutor.access=unrestricted",
            "management.endpoint.health.show-details=always",
            "management.health.db.enabled=false"
        })
class ActuatorTests {

    private static final String PATH = "/actuator/processexecutor";
    private static final String MAIN = "/processTaskExecutor";

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
                "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration"
            })
    static class Application {}

    private final HttpClient client = HttpClient.newHttpClient();

    @Autowired
    private ProcessTaskExecutor executor;

    @Autowired
    @Qualifier("broken")
    private ProcessTaskExecutor broken;

    @LocalServerPort
    private int port;

    private HttpResponse<String> get(int at, String path) throws Exception {
        return client.send(request(at, path).GET().build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(int at, String path, String json) throws Exception {
        return client.send(
                request(at, path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(int at, String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + at + path))
                .timeout(Duration.ofSeconds(60));
    }

    /** Null if it is not there (yet). */
    private <T> T shown(String path, String what) throws Exception {
        try {
            return JsonPath.read(get(port, path).body(), what);
        } catch (PathNotFoundException e) {
            return null;
        }
    }

    @Test
    @Order(1)
    void theEndpointShowsWorkersTasksAndExitsAndCancelsATask(@TempDir Path directory) throws Exception {
        String file = directory.resolve("pid").toString();
        CompletableFuture<Void> running = executor.with(TaskOptions.defaults().label("render"))
                .submit(() -> {
                    TaskContext.current().progress(2, 5, "page 2");
                    Applications.sayPidAndLoop(file);
                });
        long pid = Applications.awaitPid(Path.of(file));
        await().atMost(TIMEOUT).until(() -> executor.progress(running).isPresent());
        CompletableFuture<Integer> waiting = executor.submit(() -> 1);

        HttpResponse<String> response = get(port, PATH);
        assertThat(response.statusCode()).isEqualTo(200);
        String main = "$.pools.processTaskExecutor";
        assertThat(JsonPath.<Boolean>read(response.body(), main + ".acceptsTasks"))
                .isTrue();
        assertThat(JsonPath.<Integer>read(response.body(), main + ".queued")).isEqualTo(1);
        assertThat(JsonPath.<Integer>read(response.body(), main + ".maxWorkers"))
                .isEqualTo(1);
        assertThat(JsonPath.<Integer>read(response.body(), "$.pools.broken.maxWorkers"))
                .isEqualTo(6);
        assertThat(JsonPath.<Integer>read(response.body(), main + ".workers.length()"))
                .isEqualTo(1);
        String worker = main + ".workers[0]";
        assertThat(JsonPath.<Integer>read(response.body(), worker + ".slot")).isEqualTo(1);
        assertThat(JsonPath.<Number>read(response.body(), worker + ".pid").longValue())
                .isEqualTo(pid);
        assertThat(JsonPath.<String>read(response.body(), worker + ".state")).isEqualTo("BUSY");
        assertThat(JsonPath.<String>read(response.body(), worker + ".task.label"))
                .isEqualTo("render");
        assertThat(Duration.parse(JsonPath.read(response.body(), worker + ".task.running")))
                .isPositive();
        assertThat(JsonPath.<Integer>read(response.body(), worker + ".task.progress.done"))
                .isEqualTo(2);
        assertThat(JsonPath.<String>read(response.body(), worker + ".task.progress.message"))
                .isEqualTo("page 2");
        int task = JsonPath.read(response.body(), worker + ".task.id");

        assertThat(post(port, PATH + MAIN, "{\"action\":\"cancel\",\"task\":4711}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post(port, PATH + MAIN, "{\"action\":\"cancel\"}").statusCode())
                .isEqualTo(400);
        assertThat(post(port, PATH + MAIN, "{\"action\":\"cancel\",\"task\":" + task + "}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(running).isCancelled();
        assertThat(waiting).succeedsWithin(TIMEOUT);
        // The next worker may be up before all that is left of the last one is cleared away.
        await().atMost(TIMEOUT).until(() -> "CANCELLED".equals(shown(PATH + MAIN, "$.lastExits[0].reason")));
        assertThat(this.<Number>shown(PATH + MAIN, "$.lastExits[0].pid").longValue())
                .isEqualTo(pid);
    }

    @Test
    @Order(2)
    void theWorkersAreRecycledOnRequest() throws Exception {
        long before = executor.submit(() -> ProcessHandle.current().pid()).get(60, TimeUnit.SECONDS);
        HttpResponse<String> response = post(port, PATH + MAIN, "{\"action\":\"recycle\"}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(post(port, PATH + "/nobody", "{\"action\":\"recycle\"}").statusCode())
                .isEqualTo(404);
        assertThat(post(port, PATH + MAIN, "{\"action\":\"nothing\"}").statusCode())
                .isEqualTo(400);
        assertThat(get(port, PATH + "/nobody").statusCode()).isEqualTo(404);
        await().atMost(TIMEOUT).until(() -> "RECYCLED".equals(shown(PATH + MAIN, "$.lastExits[0].reason")));
        assertThat(executor.submit(() -> ProcessHandle.current().pid()).get(60, TimeUnit.SECONDS))
                .isNotEqualTo(before);
    }

    @Test
    @Order(3)
    void theHealthIsDownWithTheCauseWhileNoWorkerCanBeStarted() throws Exception {
        String health = "/actuator/health/processExecutor";
        assertThat(this.<String>shown(health, "$.status")).isEqualTo("UP");
        assertThat(this.<String>shown(health, "$.details.pools.processTaskExecutor.status"))
                .isEqualTo("UP");
        List<CompletableFuture<Integer>> lost =
                IntStream.range(0, 6).mapToObj(i -> broken.submit(() -> i)).toList();
        await().atMost(TIMEOUT).until(() -> "DOWN".equals(shown(health, "$.status")));
        HttpResponse<String> response = get(port, health);
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(JsonPath.<String>read(response.body(), "$.details.pools.broken.cause"))
                .contains("ThereIsNoSuchFlag");
        assertThat(this.<String>shown(PATH + "/broken", "$.startFailure")).contains("ThereIsNoSuchFlag");
        assertThat(lost)
                .allSatisfy(each -> assertThat(each)
                        .failsWithin(TIMEOUT)
                        .withThrowableThat()
                        .withCauseInstanceOf(WorkerStartException.class));
        broken.shutdown();
    }

    @Test
    @Order(4)
    void theHealthIsOutOfServiceWhileTheExecutorIsStopped() throws Exception {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        executor.stop(() -> stopped.complete(null));
        assertThat(stopped).succeedsWithin(TIMEOUT);
        HttpResponse<String> response = get(port, "/actuator/health/processExecutor");
        assertThat(JsonPath.<String>read(response.body(), "$.status")).isEqualTo("OUT_OF_SERVICE");
        assertThat(this.<Boolean>shown(PATH + MAIN, "$.acceptsTasks")).isFalse();
        executor.start();
        assertThat(executor.submit(() -> 1)).succeedsWithin(TIMEOUT);
        assertThat(this.<String>shown("/actuator/health/processExecutor", "$.details.pools.processTaskExecutor.status"))
                .isEqualTo("UP");
    }

    @Test
    void theInformationNamesTheExecutors() throws Exception {
        assertThat(this.<String>shown("/actuator/info", "$.processExecutor.mode"))
                .isEqualTo("processes");
        assertThat(this.<Integer>shown("/actuator/info", "$.processExecutor.pools.processTaskExecutor.maxWorkers"))
                .isEqualTo(1);
    }

    @Test
    void nothingCanBeDoneUnlessItIsAllowed() throws Exception {
        try (ConfigurableApplicationContext context = SpringApplication.run(
                Application.class,
                "--server.port=0",
                "--process-executor.workers=1",
                "--process-executor.worker.context=none",
                "--management.endpoints.web.exposure.include=processexecutor")) {
            int at = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            assertThat(get(at, PATH).statusCode()).isEqualTo(200);
            assertThat(post(at, PATH + MAIN, "{\"action\":\"recycle\"}").statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void theExecutorIsThereWithoutAnActuatorAndWithoutItsParts() {
        for (List<String> absent : List.of(
                List.of("org.springframework.boot.actuate", "org.springframework.boot.health"),
                List.of("org.springframework.boot.health"))) {
            Applications.of()
                    .withConfiguration(org.springframework.boot.autoconfigure.AutoConfigurations.of(
                            ProcessExecutorActuatorAutoConfiguration.class))
                    .withClassLoader(new FilteredClassLoader(absent.toArray(String[]::new)))
                    .run(context -> assertThat(context)
                            .hasNotFailed()
                            .hasSingleBean(ProcessTaskExecutor.class)
                            .doesNotHaveBean(ProcessExecutorHealthIndicator.class)
                            .doesNotHaveBean(ProcessExecutorEndpoint.class));
        }
    }
}
