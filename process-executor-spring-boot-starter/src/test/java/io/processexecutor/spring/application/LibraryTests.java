package io.processexecutor.spring.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.Broadcast;
import io.processexecutor.SharedBuffer;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.spring.ProcessTaskExecutor;
import io.processexecutor.spring.application.Library.Basket;
import io.processexecutor.spring.application.Library.Books;
import io.processexecutor.spring.application.Library.Catalogue;
import io.processexecutor.spring.application.Library.Clockwork;
import io.processexecutor.spring.application.Library.Orders;
import io.processexecutor.spring.application.Library.Reports;
import io.processexecutor.spring.application.Library.Rules;
import io.processexecutor.spring.application.Library.Shelf;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A whole application with a database, and its workers. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        args = "--from.command.line=said",
        properties = {
            "process-executor.workers=1",
            "process-executor.pools.second.workers=1",
            "process-executor.worker.max-heap=160MB",
            "process-executor.worker.system-properties.for.workers=yes",
            "spring.aop.proxy-target-class=false",
            "from.test.property=inlined",
            "spring.flyway.enabled=true",
            "spring.datasource.hikari.maximum-pool-size=7"
        })
@ActiveProfiles("special")
@DirtiesContext
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LibraryTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final long HERE = ProcessHandle.current().pid();

    @TempDir
    static Path directory;

    @Autowired
    Reports reports;

    @Autowired
    Orders orders;

    @Autowired
    Books books;

    @Autowired
    Shelf shelf;

    @Autowired
    Rules rules;

    @Autowired
    Catalogue catalogue;

    @Autowired
    Clockwork clockwork;

    @Autowired
    Journal journal;

    @Autowired
    ApplicationContext context;

    @Autowired
    ProcessTaskExecutor executor;

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) {
        registry.add("journal", () -> directory.resolve("journal").toString());
        registry.add("from.dynamic.property", () -> "dynamic");
        // Several processes on one file.
        registry.add(
                "spring.datasource.url", () -> "jdbc:h2:file:" + directory.resolve("library") + ";AUTO_SERVER=TRUE");
    }

    @Test
    void aBeanInTheWorkerReadsTheDatabase() {
        assertThat(got(reports.titles()))
                .startsWith("[A Room of One's Own, Orlando] in ")
                .doesNotEndWith(" " + HERE);
    }

    @Test
    void whatTheParentWritesTheWorkerSees() {
        books.add(3, "The Waves");
        try {
            assertThat(got(executor.submit(() -> books.titles()))).contains("The Waves");
        } finally {
            context.getBean(org.springframework.jdbc.core.JdbcTemplate.class).update("delete from book where id = 3");
        }
    }

    @Test
    void aControllerWithTheCurrentRequestInjectedIsMadeInTheWorkerWhichHasNone() throws Exception {
        assertThat(body("/asks")).startsWith("/asks: No thread-bound request found");
    }

    @Test
    void aControllerWithTheServletContextInjectedIsMadeInTheWorkerWhichHasNone() throws Exception {
        assertThat(body("/serves")).startsWith(": There is no ServletContext in a worker process");
    }

    @Test
    void aLambdaInAControllerUsesARepositoryInTheWorker() throws Exception {
        assertThat(body("/count")).isEqualTo("2");
    }

    @Test
    void beansAreTheWorkersOwnWhereverTheyStand() {
        assertThat(got(reports.isSame(shelf))).isTrue();
        assertThat(got(orders.anonymous())).isTrue();
        assertThat(got(executor.submit(() -> List.of(shelf, books, catalogue).size())))
                .isEqualTo(3);
        assertThat(got(executor.submit(() -> catalogue.first()))).isEqualTo("A Room of One's Own");
        assertThat(got(executor.submit(() -> shelf.describe())))
                .startsWith("2 books")
                .doesNotEndWith(" " + HERE);
        assertThat(got(reports.nested())).isNotEqualTo(HERE).isNotEqualTo(-1);
    }

    @Test
    void aBeanInAResultIsTheParentsOwn() {
        assertThat(got(executor.submit(() -> shelf))).isSameAs(shelf);
        assertThat(got(executor.submit(() -> List.of(shelf.books()))))
                .hasSize(1)
                .first()
                .isSameAs(books);
        assertThat(got(executor.submit(() -> context))).isSameAs(context);
    }

    @Test
    void aMarkedBeanTravelsByValueAndItsCollaboratorsByReference() {
        rules.change(4);
        assertThat(got(rules.apply(1))).isEqualTo(61);
        rules.change(0);
        assertThat(got(rules.apply(1))).isEqualTo(21);
    }

    @Test
    void aScopedBeanIsRefused() {
        Basket basket = context.getBean(Basket.class);
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> executor.submit(() -> basket.size()))
                .withMessageContaining("Library$Basket")
                .withMessageContaining("scoped");
    }

    @Test
    void transactionsWorkInTheWorker() {
        assertThat(got(reports.transactional())).isNotEqualTo(HERE);
    }

    @Test
    void inAWorkerTheExecutorRunsInPlace() {
        assertThat(got(orders.submittingAnother())).isZero();
        assertThat(got(executor.submit(
                        () -> reports.pid().get() - ProcessHandle.current().pid())))
                .isZero();
    }

    @Test
    void inAWorkerWhatIsSharedIsTheValueItself() {
        ApplicationContext beans = context;
        assertThat(got(executor.submit(() -> {
                    ProcessTaskExecutor second = beans.getBean("second", ProcessTaskExecutor.class);
                    List<Thread> here = List.of(Thread.currentThread());
                    ByteBuffer bytes = ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(0, 7);
                    try (Broadcast<List<Thread>> value = second.broadcast(here);
                            SharedBuffer shared = second.share(bytes)) {
                        return second.submit(() ->
                                        value.value() == here ? shared.buffer().getInt() : -1)
                                .get();
                    }
                })))
                .isEqualTo(7);
    }

    @Test
    void inAWorkerAPoolOfAnyNameRunsInPlace() {
        ApplicationContext beans = context;
        assertThat(got(executor.submit(() -> {
                    ProcessTaskExecutor second = beans.getBean("second", ProcessTaskExecutor.class);
                    long nested =
                            second.submit(() -> ProcessHandle.current().pid()).get();
                    return nested - ProcessHandle.current().pid();
                })))
                .isZero();
        ProcessTaskExecutor second = context.getBean("second", ProcessTaskExecutor.class);
        assertThat(got(second.submit(() -> ProcessHandle.current().pid())))
                .isNotEqualTo(HERE)
                .isNotEqualTo(got(executor.submit(() -> ProcessHandle.current().pid())));
    }

    @Test
    void theWorkerSeesTheConfigurationOfTheParent() {
        assertThat(got(reports.property("from.command.line"))).isEqualTo("said");
        assertThat(got(reports.property("from.test.property"))).isEqualTo("inlined");
        assertThat(got(reports.property("from.dynamic.property"))).isEqualTo("dynamic");
        assertThat(got(reports.property("from.file"))).isEqualTo("special");
        assertThat(got(reports.property("for.workers"))).isEqualTo("yes");
        assertThat(got(reports.property("local.server.port"))).isEqualTo(property("local.server.port"));
        assertThat(got(reports.profiles())).isEqualTo(List.of("special", "process-worker"));
    }

    @Test
    void guardsWinOverTheApplicationAndFilesForWorkersOverGuards() {
        assertThat(got(reports.property("spring.flyway.enabled"))).isEqualTo("false");
        assertThat(got(reports.property("spring.datasource.hikari.maximum-pool-size")))
                .isEqualTo("2");
        assertThat(property("spring.datasource.hikari.maximum-pool-size")).isEqualTo("7");
        assertThat(got(reports.property("spring.datasource.hikari.minimum-idle")))
                .isEqualTo("1");
        assertThat(got(reports.property("only.in.workers"))).isEqualTo("here");
        assertThat(property("only.in.workers")).isNull();
    }

    @Test
    void nothingHappensTwice() {
        assertThat(got(executor.submit(() -> clockwork.touched()))).isNotEqualTo(HERE);
        int ticks = journal.processesOf("tick").size();
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> journal.processesOf("tick").size() > ticks + 20);
        assertThat(Set.copyOf(journal.processesOf("tick"))).containsExactly(HERE);
        for (String event : List.of("runner", "command line runner", "refreshed", "started", "ready", "lifecycle")) {
            assertThat(journal.processesOf(event)).as(event).containsExactly(HERE);
        }
        assertThat(journal.processesOf("clockwork"))
                .as("made when it was touched")
                .hasSize(2);
    }

    @Test
    void conditionsTellTheProcessesApart() throws Exception {
        assertThat(body("/place")).isEqualTo("worker of the worker");
        assertThat(context.getBean("place", java.util.function.Supplier.class).get())
                .isEqualTo("parent");
    }

    @Test
    void theContextOfTheCallerGoesAlongAndDoesNotStay() throws Exception {
        MDC.put("request", "4711");
        try {
            assertThat(got(reports.context())).startsWith("4711 ");
            assertThat(got(executor.submit(() -> String.valueOf(MDC.get("request")))))
                    .isEqualTo("4711");
        } finally {
            MDC.clear();
        }
        assertThat(got(executor.submit(() -> String.valueOf(MDC.get("request")))))
                .isEqualTo("null");
        HttpRequest welsh = HttpRequest.newBuilder(uri("/locale"))
                .header("Accept-Language", "cy")
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(welsh, BodyHandlers.ofString())
                        .body())
                .isEqualTo("cy");
        assertThat(got(executor.submit(() -> LocaleContextHolderLocale.get()))).isEqualTo(Locale.getDefault());
    }

    private static final class LocaleContextHolderLocale {
        static Locale get() {
            return org.springframework.context.i18n.LocaleContextHolder.getLocale();
        }
    }

    private String property(String name) {
        return context.getBean(Environment.class).getProperty(name);
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + property("local.server.port") + path);
    }

    private String body(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString())
                .body();
    }

    private static <T> T got(CompletableFuture<T> future) {
        return future.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    }
}
