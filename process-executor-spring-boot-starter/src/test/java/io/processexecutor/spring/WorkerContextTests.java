package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.ContextCarrier;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.WorkerStartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** When and from what the context of a worker starts, and what becomes of tasks if it does not. Real workers only. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WorkerContextTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

    private static final List<String> LIKE_THOSE_OF_THE_PLATFORM = List.of(
            "file.upload.dir",
            "file.encoding.of.uploads",
            "user.service.url",
            "path.data",
            "line.width",
            "os.image",
            "native.library",
            "http.client.timeout",
            "https.proxyHost",
            "loader.batch",
            "javax.company.key",
            "basedir");

    @TempDir
    Path directory;

    private ConfigurableApplicationContext application;

    @AfterEach
    void close() {
        MDC.clear();
        LocaleContextHolder.resetLocaleContext();
        TENANT.remove();
        System.clearProperty("from.system");
        System.clearProperty(LoggingSystem.SYSTEM_PROPERTY);
        LIKE_THOSE_OF_THE_PLATFORM.forEach(System::clearProperty);
        if (application != null) {
            application.close();
        }
    }

    @Configuration(proxyBeanMethods = false)
    // Not all that other tests have on the class path: each of these contexts would start a database.
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
                "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration"
            })
    @EnableAsync
    static class Application {

        @Bean
        Service service(Environment environment) {
            return new Service(environment);
        }

        @Bean
        Plain plain() {
            return new Plain();
        }

        @Bean
        @Scope("prototype")
        Plain prototype() {
            return new Plain();
        }

        /** The start of a worker's context is whatever the test wants. */
        @Bean
        @Lazy(false)
        @ConditionalOnWorkerProcess
        Object startOfWorker(Environment environment) {
            Starts.valueOf(environment.getProperty("start", "WELL")).run(Path.of(environment.getProperty("directory")));
            return "started";
        }
    }

    enum Starts {
        WELL,
        NOTED,
        FAILING,
        SLOWLY,
        NEVER;

        void run(Path directory) {
            try {
                if (this == NOTED) {
                    Files.createFile(directory.resolve(
                            "started-" + ProcessHandle.current().pid()));
                } else if (this == FAILING && !Files.exists(directory.resolve("license"))) {
                    throw new IllegalStateException("no license");
                } else if (this == SLOWLY) {
                    Thread.sleep(5500);
                }
                while (this == NEVER) {
                    Thread.onSpinWait();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static class Service {

        private final Thread cannotTravel = Thread.currentThread();
        private final Environment environment;

        Service(Environment environment) {
            this.environment = environment;
        }

        @Async("processTaskExecutor")
        public CompletableFuture<String> property(String name) {
            return CompletableFuture.completedFuture(environment.getProperty(name));
        }
    }

    static class Plain {

        int state;

        int state() {
            return state;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Small {

        @Bean
        Plain plain() {
            Plain plain = new Plain();
            plain.state = 7;
            return plain;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Carrying {

        @Bean
        ContextCarrier tenant() {
            return () -> {
                String tenant = TENANT.get();
                return tenant == null
                        ? null
                        : () -> {
                            TENANT.set(tenant);
                            return TENANT::remove;
                        };
            };
        }

        @Bean
        Tenants tenants() {
            return new Tenants();
        }
    }

    static class Tenants {

        @Async("processTaskExecutor")
        public CompletableFuture<String> current() {
            return CompletableFuture.completedFuture(TENANT.get());
        }
    }

    @Test
    void aContextThatDoesNotStartReachesTheCallerWholeAndTheNextTaskTriesAgain() throws Exception {
        start("start=FAILING");
        failureOf(service().property("x"))
                .withMessageContaining("could not be prepared")
                .withMessageContaining("'startOfWorker'")
                .withMessageContaining("no license")
                .withRootCauseInstanceOf(IllegalStateException.class);
        assertThat(got(executor().submit(() -> "without a bean"))).isEqualTo("without a bean");
        Files.createFile(directory.resolve("license"));
        assertThat(got(service().property("start"))).isEqualTo("FAILING");
        assertThat(executor().processExecutor().stats().workerStarts()).isEqualTo(1);
    }

    @Test
    void itsTimeIsNotThatOfTheTask() {
        start("start=SLOWLY", "process-executor.task-timeout=5s");
        assertThat(got(service().property("start"))).isEqualTo("SLOWLY");
    }

    @Test
    void aContextThatTakesTooLongIsGivenUp() {
        // As long as it takes to begin on a busy machine, or there is nothing to say.
        start("start=NEVER", "process-executor.worker.context-timeout=5s");
        failureOf(service().property("x"))
                .withMessageContaining("longer than the preparation timeout of 5000 ms")
                .withMessageContaining("It was at:");
    }

    @Test
    void eagerlyItStartsWithTheWorker() {
        start("start=NOTED", "process-executor.worker.context=eager");
        Awaitility.await().atMost(TIMEOUT).until(() -> directory.toFile().list().length == 1);
    }

    @Test
    void onDemandItDoesNotStartForTasksWithoutBeans() {
        start("start=NOTED");
        assertThat(got(executor().submit(() -> 42))).isEqualTo(42);
        assertThat(directory).isEmptyDirectory();
        assertThat(got(service().property("start"))).isEqualTo("NOTED");
        assertThat(directory).isNotEmptyDirectory();
    }

    @Test
    void withoutItBeansTravelByValue() {
        start("process-executor.worker.context=none");
        Plain plain = application.getBean("plain", Plain.class);
        plain.state = 3;
        assertThat(got(executor().submit(() -> plain.state()))).isEqualTo(3);
        assertThat(UncommonBeansTests.remembered(application)).isEmpty();
        assertThat(service().property("x"))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(TaskSerializationException.class)
                .withMessageContaining("task.target.cannotTravel");
    }

    @Test
    void aPoolMayHaveAContextThoughTheOthersHaveNone() {
        start("process-executor.worker.context=none", "process-executor.pools.other.worker.context=on-demand");
        Plain plain = application.getBean("plain", Plain.class);
        plain.state = 3;
        ProcessTaskExecutor other = application.getBean("other", ProcessTaskExecutor.class);
        assertThat(got(other.submit(() -> plain.state()))).isZero();
    }

    @Test
    void aPrototypeTravelsByValueAndASingletonDoesNot() {
        start();
        Plain prototype = application.getBean("prototype", Plain.class);
        Plain plain = application.getBean("plain", Plain.class);
        prototype.state = 3;
        plain.state = 4;
        assertThat(got(executor().submit(() -> prototype.state() * 10 + plain.state())))
                .isEqualTo(30);
    }

    @Test
    void everySerializerSendsReferences() {
        for (String serializer : List.of("java", "kryo", "closure")) {
            start("process-executor.serializer=" + serializer);
            assertThat(got(service().property("directory"))).as(serializer).isEqualTo(directory.toString());
            Plain plain = application.getBean("plain", Plain.class);
            plain.state = 5;
            assertThat(got(executor().submit(() -> plain.state())))
                    .as(serializer)
                    .isZero();
            assertThat(got(executor().submit(() -> plain))).as(serializer).isSameAs(plain);
            application.close();
        }
    }

    @Test
    void aSmallConfigurationTakesThePlaceOfTheApplication() {
        start("process-executor.worker.sources=" + Small.class.getName());
        Plain plain = application.getBean("plain", Plain.class);
        assertThat(got(executor().submit(() -> plain.state()))).isEqualTo(7);
        assertThat(service().property("x"))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(TaskSerializationException.class)
                .withMessageContaining("the bean 'service'")
                .withMessageContaining("process-executor.worker.sources")
                .withMessageContaining("one of a test")
                .withMessageContaining("@AutoConfigureProcessExecutor");
        ProcessTaskExecutor executor = executor();
        assertThat(got(executor.submit(() -> executor.submit(() -> 1).get()))).isEqualTo(1);
    }

    @Test
    void programmaticDefaultsAndSystemPropertiesAreSeen() {
        System.setProperty("from.system", "said");
        Map<String, Object> defaults = Map.of(
                "from.defaults",
                "set",
                "a.list",
                List.of("a", 2),
                "an.array",
                new Locale[] {Locale.ROOT, Locale.KOREA},
                "a.duration",
                Duration.ofSeconds(3),
                "a.unit",
                TimeUnit.DAYS);
        start(new SpringApplicationBuilder(Application.class).properties(defaults));
        assertThat(defaults.keySet())
                .allSatisfy(name -> assertThat(got(service().property(name)))
                        .isNotNull()
                        .isEqualTo(application.getEnvironment().getProperty(name)));
        assertThat(got(service().property("from.system"))).isEqualTo("said");
        assertThat(got(service().property("process-executor.worker"))).isNotNull();
    }

    @Test
    void aSystemPropertyOfTheApplicationIsSeenHoweverItsNameBegins() {
        Map<String, Object> defaults = new HashMap<>();
        for (String name : LIKE_THOSE_OF_THE_PLATFORM) {
            defaults.put(name, "default");
            System.setProperty(name, "overridden");
        }
        start(new SpringApplicationBuilder(Application.class).properties(defaults));
        assertThat(LIKE_THOSE_OF_THE_PLATFORM)
                .allSatisfy(name ->
                        assertThat(got(service().property(name))).as(name).isEqualTo("overridden"));
    }

    @Test
    void anEnvironmentVariableWithThePrefixOfTheApplicationIsAPropertyInTheWorker() {
        SpringApplicationBuilder prefixed = new SpringApplicationBuilder(Application.class);
        prefixed.application().setEnvironmentPrefix("myapp");
        start(prefixed, "process-executor.worker.environment.MYAPP_SOME_THING=said");
        assertThat(got(service().property("some.thing"))).isEqualTo("said");
    }

    @Test
    void whereLogsAreNotForwardedAWorkerPrintsThemAndLeavesTheFilesOfTheApplicationAlone() throws Exception {
        Path written = directory.resolve("application.log");
        start(
                "process-executor.worker.forward-logs=false",
                "logging.config=" + logsTo(written),
                "logging.level.in.detail=debug");
        assertThat(got(service().property("directory"))).isNotNull();
        assertThat(got(executor().submit(() -> {
                    LoggerFactory.getLogger("in.detail").debug("printed");
                    return LoggerFactory.getLogger("in.detail").isDebugEnabled();
                })))
                .isTrue();
        assertThat(written).doesNotExist();
    }

    @Test
    void aFileForWorkersSaysWhereTheyLogWhatIsNotForwarded() throws Exception {
        Path written = directory.resolve("worker.log");
        Path config = Files.createDirectory(directory.resolve("config"));
        Files.writeString(
                config.resolve("application-process-worker.properties"), "logging.config=" + logsTo(written) + "\n");
        start("process-executor.worker.forward-logs=false", "spring.config.additional-location=file:" + config + "/");
        assertThat(got(service().property("directory"))).isNotNull();
        assertThat(written).exists();
    }

    /** This process is left as it is. */
    private String logsTo(Path file) throws IOException {
        System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
        return Files.writeString(
                        directory.resolve("logging.xml"),
                        "<configuration><appender name='F' class='ch.qos.logback.core.FileAppender'><file>" + file
                                + "</file><encoder><pattern>%msg%n</pattern></encoder></appender>"
                                + "<root level='INFO'><appender-ref ref='F'/></root></configuration>")
                .toString();
    }

    @Test
    void noSecretIsOnTheCommandLineOfAWorker() throws Exception {
        start("secret=xyzzy");
        assertThat(got(service().property("secret"))).isEqualTo("xyzzy");
        long worker = got(executor().submit(() -> ProcessHandle.current().pid()));
        Path proc = Path.of("/proc", Long.toString(worker));
        assertThat(Files.readString(proc.resolve("cmdline"))).isNotEmpty().doesNotContain("xyzzy");
        assertThat(new String(Files.readAllBytes(proc.resolve("environ")))).doesNotContain("xyzzy");
    }

    @Test
    void aCarrierOfOnesOwnGoesByEveryWay() {
        start(new SpringApplicationBuilder(Application.class, Carrying.class));
        Tenants tenants = application.getBean(Tenants.class);
        TENANT.set("acme");
        assertThat(got(tenants.current())).isEqualTo("acme");
        assertThat(got(executor().submit(() -> Tenants.class.getName() + TENANT.get())))
                .endsWith("acme");
        TENANT.remove();
        assertThat(got(tenants.current())).isNull();
    }

    @Test
    void whatIsNotToBeCarriedIsNot() {
        start("process-executor.propagation.mdc=false", "process-executor.propagation.locale=false");
        MDC.put("request", "4711");
        LocaleContextHolder.setLocale(Locale.JAPANESE);
        assertThat(got(executor().submit(() -> MDC.get("request") + LocaleContextHolder.getLocale())))
                .isEqualTo("null" + Locale.getDefault());
    }

    @Test
    void whereItCannotBeToldWhatWasStartedAnExplicitContextIsRefused() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        TaskExecutionAutoConfiguration.class, ProcessExecutorAutoConfiguration.class))
                .withPropertyValues("process-executor.worker.context=eager")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("process-executor.worker.context is eager")
                        .hasMessageContaining("process-executor.worker.sources"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Circle {

        @Bean
        Second second() {
            return new Second();
        }

        @Bean
        First first(Second second) {
            return new First(second);
        }
    }

    record First(Second second) {

        int one() {
            return 1;
        }
    }

    static class Second {
        @Autowired
        First first;
    }

    @Test
    void aCircleThatCannotBeMadeInAnotherOrderIsToldWithTheWayOut() {
        start(
                new SpringApplicationBuilder(Application.class, Circle.class),
                "spring.main.allow-circular-references=true");
        First first = application.getBean(First.class);
        assertThat(executor().submit(() -> first.one()))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(TaskSerializationException.class)
                .withMessageContaining("the bean 'first'")
                .withMessageContaining("another order than in the application")
                .withMessageContaining("@Lazy");
    }

    private Service service() {
        return application.getBean(Service.class);
    }

    private ProcessTaskExecutor executor() {
        return application.getBean(ProcessTaskExecutor.class);
    }

    private void start(String... arguments) {
        start(new SpringApplicationBuilder(Application.class), arguments);
    }

    private void start(SpringApplicationBuilder builder, String... arguments) {
        application = run(builder, directory, arguments);
    }

    static ConfigurableApplicationContext run(SpringApplicationBuilder builder, Path directory, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--process-executor.workers=1",
                "--process-executor.worker.max-heap=96MB",
                "--spring.jmx.enabled=false",
                "--directory=" + directory));
        for (String each : arguments) {
            all.add("--" + each);
        }
        return builder.web(WebApplicationType.NONE).run(all.toArray(String[]::new));
    }

    private static ThrowableAssertAlternative<WorkerStartException> failureOf(CompletableFuture<?> future) {
        return assertThatExceptionOfType(WorkerStartException.class).isThrownBy(() -> {
            try {
                future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause();
            }
        });
    }

    private static <T> T got(CompletableFuture<T> future) {
        return future.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    }
}
