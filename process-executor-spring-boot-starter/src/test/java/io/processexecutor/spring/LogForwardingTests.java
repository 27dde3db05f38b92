package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.processexecutor.TaskOptions;
import io.processexecutor.WorkerCrashedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.springframework.boot.actuate.logging.LoggersEndpoint;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerGroups;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** What is logged in workers with Logback, with and without a context there. */
@Timeout(300)
class LogForwardingTests {

    private static final String NAME = "log.forwarding";

    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Logger logger = (Logger) LoggerFactory.getLogger(NAME);
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    };

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Application {

        @Bean
        Calls calls(Environment environment) {
            return new Calls(environment);
        }
    }

    static class Calls {

        private final Environment environment;

        Calls(Environment environment) {
            this.environment = environment;
        }

        /** Says whether there is a context in the worker. */
        @Async("processTaskExecutor")
        public CompletableFuture<Boolean> log() {
            LoggerFactory.getLogger(NAME).warn("from a {}", "bean");
            java.util.logging.Logger.getLogger(NAME).warning("from the platform");
            return CompletableFuture.completedFuture(environment.matchesProfiles("process-worker"));
        }
    }

    private static ApplicationContextRunner withContextInWorkers() {
        return Applications.of(Application.class)
                .withPropertyValues("process-executor.worker.sources=" + Application.class.getName());
    }

    @BeforeEach
    void listen() {
        appender.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
        appender.start();
        root.addAppender(appender);
        SLF4JBridgeHandler.install();
    }

    @AfterEach
    void listenNoMore() {
        SLF4JBridgeHandler.uninstall();
        root.detachAppender(appender);
        logger.setLevel(null);
    }

    /** The executor is closed, but does not wait for appenders of a machine that is busy. */
    private List<ILoggingEvent> awaitMentioning(String text, int count) {
        await().atMost(TIMEOUT).until(() -> mentioning(text).size() >= count);
        return mentioning(text);
    }

    private List<ILoggingEvent> mentioning(String text) {
        return events.stream()
                .filter(each -> each.getFormattedMessage().contains(text))
                .toList();
    }

    @Test
    void anEventIsThereOnceWithAllThatBelongsToIt() {
        Instant before = Instant.now();
        Applications.of().run(context -> {
            CompletableFuture<Long> pid = context.getBean(ProcessTaskExecutor.class)
                    .with(TaskOptions.defaults().label("speaks"))
                    .submit(() -> {
                        Thread.currentThread().setName("speaker");
                        MDC.put("user", "4711");
                        LoggerFactory.getLogger(NAME)
                                .error("hot {}", 7, new IllegalStateException("boiling", new RuntimeException("x")));
                        MDC.clear();
                        return here();
                    });
            assertThat(pid).succeedsWithin(TIMEOUT);
            await().atMost(TIMEOUT).until(() -> !mentioning("hot 7").isEmpty());
            ILoggingEvent hot = mentioning("hot 7").get(0);
            assertThat(hot.getLoggerName()).isEqualTo(NAME);
            assertThat(hot.getLevel()).isEqualTo(Level.ERROR);
            assertThat(hot.getThreadName()).isEqualTo("speaker");
            assertThat(hot.getInstant()).isBetween(before, Instant.now());
            assertThat(hot.getMDCPropertyMap())
                    .containsEntry("user", "4711")
                    .containsEntry("processexecutor.task", "speaks")
                    .containsEntry("processexecutor.pid", pid.join().toString())
                    .containsKeys("processexecutor.pool", "processexecutor.worker");
            assertThat(hot.getThrowableProxy().getClassName()).isEqualTo(IllegalStateException.class.getName());
            assertThat(hot.getThrowableProxy().getMessage()).isEqualTo("boiling");
            assertThat(hot.getThrowableProxy().getCause().getMessage()).isEqualTo("x");
            assertThat(hot.getThrowableProxy().getStackTraceElementProxyArray()).isNotEmpty();
        });
        assertThat(mentioning("hot 7")).hasSize(1);
    }

    @Test
    void aContextInTheWorkerMakesNothingAppearTwice() {
        withContextInWorkers().run(context -> {
            assertThat(context.getBean(Calls.class).log())
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo(true);
            assertThat(context.getBean(Calls.class).log()).succeedsWithin(TIMEOUT);
        });
        for (String each : List.of("from a bean", "from the platform")) {
            assertThat(awaitMentioning(each, 2)).hasSize(2).allSatisfy(event -> {
                assertThat(event.getLoggerName()).isEqualTo(NAME);
                assertThat(event.getLevel()).isEqualTo(Level.WARN);
                assertThat(event.getMDCPropertyMap()).containsKey("processexecutor.pid");
            });
        }
    }

    @Test
    void aContextInTheWorkerThatWouldLogWithThePlatformMakesNothingAppearTwice() {
        withContextInWorkers()
                .withPropertyValues("process-executor.worker.jvm-args="
                        + "-Dorg.springframework.boot.logging.LoggingSystem="
                        + "org.springframework.boot.logging.java.JavaLoggingSystem")
                .run(context -> assertThat(context.getBean(Calls.class).log()).succeedsWithin(TIMEOUT));
        assertThat(awaitMentioning("from the platform", 1))
                .hasSize(1)
                .allSatisfy(event -> assertThat(event.getLoggerName()).isEqualTo(NAME));
    }

    @Test
    void whatIsLoggedWithThePlatformArrivesWhereTheApplicationLogs() {
        Applications.of()
                .run(context -> assertThat(context.getBean(ProcessTaskExecutor.class)
                                .submit(() -> {
                                    System.getLogger(NAME)
                                            .log(
                                                    System.Logger.Level.ERROR,
                                                    "by the platform",
                                                    new IllegalStateException("boiling"));
                                    java.util.logging.Logger.getLogger(NAME).config("too low");
                                }))
                        .succeedsWithin(TIMEOUT));
        assertThat(awaitMentioning("by the platform", 1)).hasSize(1);
        assertThat(mentioning("too low")).isEmpty();
        ILoggingEvent event = mentioning("by the platform").get(0);
        assertThat(event.getLoggerName()).isEqualTo(NAME);
        assertThat(event.getLevel()).isEqualTo(Level.ERROR);
        assertThat(event.getThrowableProxy().getMessage()).isEqualTo("boiling");
    }

    @Test
    void aTaskThatLogsNothingWaitsForNoLoggingSystem(@TempDir Path directory) {
        Path classes = directory.resolve("classes");
        Applications.of()
                .withPropertyValues("process-executor.worker.jvm-args=-Xlog:class+load:file=" + classes)
                .run(context -> {
                    assertThat(context.getBean(ProcessTaskExecutor.class).submit(() -> 7))
                            .succeedsWithin(TIMEOUT);
                    assertThat(Files.readString(classes))
                            .contains("io.processexecutor.worker.WorkerMain ")
                            .doesNotContain(
                                    "ch.qos.logback.classic.LoggerContext ",
                                    "io.processexecutor.internal.logging.JulLevels ");
                });
    }

    @Test
    void aFloodIsCutDownAndSaysHowMuchItDropped() {
        int count = 200_000;
        Applications.of()
                .run(context -> assertThat(
                                context.getBean(ProcessTaskExecutor.class).submit(() -> {
                                    org.slf4j.Logger flooded = LoggerFactory.getLogger(NAME);
                                    for (int i = 0; i < count; i++) {
                                        flooded.info("flood");
                                    }
                                }))
                        .succeedsWithin(TIMEOUT));
        await().atMost(TIMEOUT).until(() -> mentioning("flood").size() + dropped() >= count);
        // How much depends on how busy this process is: who does not read in time is told less.
        assertThat(mentioning("flood")).hasSizeBetween(100, count / 2);
        assertThat(mentioning("flood").size() + dropped()).isEqualTo(count);
    }

    private long dropped() {
        return mentioning(" events were dropped").stream()
                .map(ILoggingEvent::getArgumentArray)
                .mapToLong(each -> (Long) each[each.length - 1])
                .sum();
    }

    @Test
    void aLevelThatIsChangedHereIsChangedThere() {
        Applications.of().run(context -> {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            assertThat(debugs(executor)).isFalse();
            // As a request to /actuator/loggers does.
            LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
            new LoggersEndpoint(logging, new LoggerGroups()).configureLogLevel(NAME, LogLevel.DEBUG);
            await().atMost(TIMEOUT).until(() -> debugs(executor));
            await().atMost(TIMEOUT).until(() -> !mentioning("in detail").isEmpty());
            logger.setLevel(null);
            await().atMost(TIMEOUT).until(() -> !debugs(executor));
        });
    }

    /** Logs in detail, and says whether that was to be logged. */
    private static boolean debugs(ProcessTaskExecutor executor) {
        return executor.submit(() -> {
                    LoggerFactory.getLogger(NAME).debug("in detail");
                    return LoggerFactory.getLogger(NAME).isDebugEnabled();
                })
                .join();
    }

    @Test
    void whatWasLoggedJustBeforeTheWorkerDiedArrives() {
        Applications.of().run(context -> {
            CompletableFuture<Object> dies = context.getBean(ProcessTaskExecutor.class)
                    .submit(() -> {
                        LoggerFactory.getLogger(NAME).error("last words");
                        Runtime.getRuntime().halt(1);
                        return null;
                    });
            assertThat(dies).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(WorkerCrashedException.class);
        });
        assertThat(awaitMentioning("last words", 1)).hasSize(1);
        assertThat(mentioning("last words").get(0).getLoggerName()).isEqualTo(NAME);
    }

    @Test
    void whatIsLoggedIsPrintedWhereItIsNotForwarded() {
        Applications.of()
                .withPropertyValues("process-executor.worker.forward-logs=false")
                .run(context -> {
                    assertThat(context.getBean(ProcessTaskExecutor.class)
                                    .submit(() -> LoggerFactory.getLogger(NAME).warn("as a line")))
                            .succeedsWithin(TIMEOUT);
                    await().atMost(TIMEOUT).until(() -> !mentioning("as a line").isEmpty());
                });
        assertThat(mentioning("as a line").get(0).getLoggerName()).isEqualTo("io.processexecutor.worker");
    }
}
