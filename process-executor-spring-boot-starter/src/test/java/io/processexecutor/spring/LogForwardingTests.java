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
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** What is logged in workers with Logback, with and without a context there. */
@Timeout(120)
class LogForwardingTests {

    private static final String NAME = "log.forwarding";

    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Logger logger = (Logger) LoggerFactory.getLogger(NAME);
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
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
        Calls calls() {
            return new Calls();
        }
    }

    static class Calls {

        @Async("processTaskExecutor")
        public CompletableFuture<Long> log() {
            LoggerFactory.getLogger(NAME).warn("from a {}", "bean");
            java.util.logging.Logger.getLogger(NAME).warning("from the platform");
            return CompletableFuture.completedFuture(here());
        }
    }

    @BeforeEach
    void listen() {
        appender.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
        appender.start();
        root.addAppender(appender);
    }

    @AfterEach
    void listenNoMore() {
        root.detachAppender(appender);
        logger.setLevel(null);
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
        Applications.of(Application.class).withPropertyValues("debug=false").run(context -> {
            assertThat(context.getBean(Calls.class).log())
                    .succeedsWithin(TIMEOUT)
                    .isNotEqualTo(here());
            await().atMost(TIMEOUT).until(() -> !mentioning("from a bean").isEmpty());
            assertThat(context.getBean(Calls.class).log()).succeedsWithin(TIMEOUT);
        });
        assertThat(mentioning("from a bean"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.getLoggerName()).isEqualTo(NAME));
        assertThat(mentioning("io.processexecutor.worker")).isEmpty();
    }

    @Test
    void aLevelThatIsChangedHereIsChangedThere() {
        Applications.of().run(context -> {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            assertThat(debugs(executor)).isFalse();
            logger.setLevel(Level.DEBUG);
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
            assertThat(dies).failsWithin(TIMEOUT);
        });
        assertThat(mentioning("last words")).hasSize(1);
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
