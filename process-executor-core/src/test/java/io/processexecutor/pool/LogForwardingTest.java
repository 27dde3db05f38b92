package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.TaskOptions;
import io.processexecutor.WorkerCrashedException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What is logged in workers, without Spring: java.util.logging and what is printed. */
@Timeout(240)
class LogForwardingTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String NAME = "log.forwarding";
    private static final Pattern DROPPED = Pattern.compile("(\\d+) events were dropped");

    private static final ch.qos.logback.classic.Logger PRINTED =
            (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("io.processexecutor.worker");

    private final Logger logger = Logger.getLogger(NAME);
    private final Recorder recorder = new Recorder();
    private final List<String> printed = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            printed.add(event.getFormattedMessage());
        }
    };

    private record Logged(LogRecord logged, Map<String, String> mdc) {}

    private static final class Recorder extends Handler {

        final List<Logged> records = new ArrayList<>();

        @Override
        public synchronized void publish(LogRecord logged) {
            Map<String, String> mdc = MDC.getCopyOfContextMap();
            records.add(new Logged(logged, mdc == null ? Map.of() : mdc));
        }

        synchronized List<Logged> all() {
            return List.copyOf(records);
        }

        List<String> messages() {
            return all().stream().map(each -> each.logged().getMessage()).toList();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void listen() {
        logger.addHandler(recorder);
        logger.setUseParentHandlers(false);
        logger.setLevel(null);
        appender.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
        appender.start();
        PRINTED.addAppender(appender);
    }

    @AfterEach
    void listenNoMore() {
        logger.removeHandler(recorder);
        logger.setLevel(null);
        PRINTED.detachAppender(appender);
    }

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder().name("logs").workers(1);
    }

    @Test
    void whatATaskLogsIsLoggedHereOnceWithAllThatBelongsToIt() {
        Instant before = Instant.now();
        long pid;
        try (ProcessExecutor executor = builder().build()) {
            pid = executor.with(TaskOptions.defaults().label("speaks"))
                    .submit(() -> {
                        Thread.currentThread().setName("speaker");
                        Logger.getLogger(NAME)
                                .log(
                                        Level.WARNING,
                                        "hot",
                                        new IllegalStateException("boiling", new RuntimeException("x")));
                        System.getLogger(NAME).log(System.Logger.Level.INFO, "by {0}", "System.Logger");
                        return ProcessHandle.current().pid();
                    })
                    .join();
            await().atMost(TIMEOUT).until(() -> recorder.messages().size() == 2);
        }
        assertThat(recorder.messages()).containsExactly("hot", "by System.Logger");
        Logged hot = recorder.all().get(0);
        assertThat(hot.logged().getLoggerName()).isEqualTo(NAME);
        assertThat(hot.logged().getLevel()).isEqualTo(Level.WARNING);
        assertThat(hot.logged().getInstant()).isBetween(before, Instant.now());
        assertThat(hot.logged().getThrown()).hasToString("java.lang.IllegalStateException: boiling");
        assertThat(hot.logged().getThrown().getCause()).hasMessage("x");
        assertThat(hot.mdc())
                .containsEntry("processexecutor.pool", "logs")
                .containsEntry("processexecutor.task", "speaks")
                .containsEntry("processexecutor.thread", "speaker")
                .containsEntry("processexecutor.pid", Long.toString(pid))
                .containsKey("processexecutor.worker");
        assertThat(printed).isEmpty();
    }

    @Test
    void aLevelThatIsChangedHereIsChangedThere() {
        try (ProcessExecutor executor = builder().build()) {
            assertThat(finer(executor)).isFalse();
            logger.setLevel(Level.FINER);
            await().atMost(TIMEOUT).until(() -> finer(executor));
            await().atMost(TIMEOUT).until(() -> recorder.messages().contains("detail"));
            logger.setLevel(null);
            await().atMost(TIMEOUT).until(() -> !finer(executor));
        }
    }

    /** Logs in detail, and says whether that was to be logged. */
    private static boolean finer(ProcessExecutor executor) {
        return executor.submit(() -> {
                    Logger.getLogger(NAME).finer("detail");
                    return Logger.getLogger(NAME).isLoggable(Level.FINER);
                })
                .join();
    }

    @Test
    void whatWasLoggedJustBeforeTheWorkerDiedArrives() {
        try (ProcessExecutor executor = builder().build()) {
            CompletableFuture<Object> dies = executor.submit(() -> {
                // As many as the socket takes at once: a parent that does not read for a second loses some of more.
                for (int i = 0; i < 100; i++) {
                    Logger.getLogger(NAME).severe("last words " + i);
                }
                Runtime.getRuntime().halt(1);
                return null;
            });
            assertCrashes(dies);
            await().atMost(TIMEOUT).until(() -> recorder.messages().contains("last words 99"));
        }
        assertThat(recorder.messages()).hasSize(100);
    }

    @Test
    void whatWasLoggedJustBeforeTheWorkerWasKilledArrives() {
        try (ProcessExecutor executor = builder().build()) {
            CompletableFuture<?> dies = executor.submit(() -> {
                Logger.getLogger(NAME).severe("last words");
                new ProcessBuilder(
                                "kill",
                                "-KILL",
                                Long.toString(ProcessHandle.current().pid()))
                        .start()
                        .waitFor();
                return null;
            });
            assertCrashes(dies);
            await().atMost(TIMEOUT).until(() -> recorder.messages().contains("last words"));
        }
        assertThat(recorder.messages()).containsExactly("last words");
    }

    @Test
    void aFloodIsCutDownAndSaysHowMuchItDropped() {
        int events = 1_000_000;
        try (ProcessExecutor executor = builder().maxHeapBytes(64 << 20).build()) {
            assertThat(executor.submit(() -> flood(events))).succeedsWithin(Duration.ofSeconds(90));
            // While the worker is there, and although it logs nothing more.
            await().atMost(TIMEOUT).until(() -> recorder.all().size() + dropped() == events);
        }
        assertThat(recorder.all()).hasSizeGreaterThanOrEqualTo(5000).hasSizeLessThan(events / 2);
    }

    @Test
    void aWorkerThatDiesInAFloodHasAlsoSaidHowMuchItDropped() {
        int events = 100_000;
        try (ProcessExecutor executor = builder().build()) {
            assertCrashes(executor.submit(() -> {
                flood(events);
                Runtime.getRuntime().halt(1);
            }));
            // It is not waited for without end.
            await().atMost(TIMEOUT).until(() -> recorder.all().size() + dropped() == events);
            assertThat(dropped()).isPositive();
        }
    }

    private static void assertCrashes(CompletableFuture<?> task) {
        assertThat(task).failsWithin(TIMEOUT).withThrowableThat().withCauseInstanceOf(WorkerCrashedException.class);
    }

    private static void flood(int events) {
        Logger flooded = Logger.getLogger(NAME);
        for (int i = 0; i < events; i++) {
            flooded.info("drop");
        }
    }

    @Test
    void aLoggerThatBlocksWhenItsLevelIsSetKeepsNobodyFromBeingHeard() {
        String name = NAME + ".blocking";
        Logger here = Logger.getLogger(name);
        try (ProcessExecutor executor = builder().cancelGrace(TIMEOUT).build()) {
            CompletableFuture<?> waits = executor.submit(() -> {
                // The platform holds its loggers weakly.
                Logger blocking = new Blocking(name);
                LogManager.getLogManager().addLogger(blocking);
                Logger.getLogger(NAME).info("waits");
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Logger.getLogger(NAME).info("interrupted");
                } finally {
                    Reference.reachabilityFence(blocking);
                }
            });
            await().atMost(TIMEOUT).until(() -> recorder.messages().contains("waits"));
            here.setLevel(Level.FINE);
            await().atMost(TIMEOUT).until(() -> recorder.messages().contains("blocks"));
            waits.cancel(true);
            await().atMost(TIMEOUT).until(() -> recorder.messages().contains("interrupted"));
        } finally {
            here.setLevel(null);
        }
    }

    private static final class Blocking extends Logger {

        Blocking(String name) {
            super(name, null);
        }

        @Override
        public void setLevel(Level level) {
            if (level != null) {
                Logger.getLogger(NAME).info("blocks");
                new CompletableFuture<>().join();
            }
        }
    }

    @Test
    void aConfigurationOfItsOwnInTheWorkerDoesNotKeepEventsFromArriving(@TempDir Path directory) throws Exception {
        Path configuration = Files.writeString(directory.resolve("logging.properties"), ".level=SEVERE\n");
        try (ProcessExecutor executor = builder()
                .jvmArgs(List.of("-Djava.util.logging.config.file=" + configuration))
                .build()) {
            executor.submit(() -> Logger.getLogger(NAME).info("first")).join();
            logger.setLevel(Level.FINER);
            await().atMost(TIMEOUT).until(() -> finer(executor));
            await().atMost(TIMEOUT).until(() -> recorder.messages().contains("detail"));
        }
        assertThat(recorder.messages()).contains("first", "detail");
    }

    private long dropped() {
        return printed.stream()
                .map(DROPPED::matcher)
                .filter(Matcher::find)
                .mapToLong(each -> Long.parseLong(each.group(1)))
                .sum();
    }

    @Test
    void whatIsPrintedIsLoggedLineByLineAsEver() {
        try (ProcessExecutor executor = builder().build()) {
            executor.submit(() -> System.out.println("printed")).join();
            await().atMost(TIMEOUT).until(() -> printed.stream().anyMatch(each -> each.endsWith(" printed")));
        }
    }

    @Test
    void whatIsLoggedIsPrintedWhereItIsNotForwarded() {
        try (ProcessExecutor executor = builder().forwardLogs(false).build()) {
            executor.submit(() -> Logger.getLogger(NAME).warning("here")).join();
            await().atMost(TIMEOUT).until(() -> printed.stream().anyMatch(each -> each.endsWith(" WARNING: here")));
        }
        assertThat(recorder.all()).isEmpty();
    }

    @Test
    void whatAnInitializerLogsArrivesToo() {
        try (ProcessExecutor executor = builder()
                .initializer(() -> Logger.getLogger(NAME).info("begins"))
                .build()) {
            assertThat(executor.submit(() -> 7)).succeedsWithin(TIMEOUT).isEqualTo(7);
            await().atMost(TIMEOUT).until(() -> !recorder.messages().isEmpty());
        }
        assertThat(recorder.messages()).containsExactly("begins");
    }
}
