package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Executors that nobody closed and nobody can reach any more. */
@Timeout(180)
class DiscardTest {

    private static final Duration BOUND = Duration.ofSeconds(40);

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @TempDir
    Path directory;

    @BeforeEach
    void listen() {
        logged.list = new CopyOnWriteArrayList<>();
        logged.start();
        logger().addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        logger().detachAppender(logged);
    }

    @Test
    void s78ADiscardedExecutorFinishesItsTasksAndSaysWhereItWasMade() throws Exception {
        Path gate = directory.resolve("gate");
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        WeakReference<ProcessPoolExecutor> discarded = submitted(answers, gate.toString());
        await().atMost(BOUND).until(() -> {
            System.gc();
            return discarded.get() == null && !warnings().isEmpty();
        });
        Files.createFile(gate);
        assertThat(CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)))
                .succeedsWithin(BOUND);
        long pid = answers.get(0).join();
        await().atMost(BOUND).until(() -> ProcessHandle.of(pid).isEmpty());
        assertThat(warnings()).singleElement().satisfies(event -> {
            assertThat(event.getFormattedMessage()).contains("discarded", "without being closed");
            assertThat(event.getThrowableProxy().getStackTraceElementProxyArray())
                    .anyMatch(frame -> frame.getSTEAsString().contains("DiscardTest.submitted"));
        });
    }

    @Test
    void s79ATaskThatCrashesAfterItsExecutorWasDiscardedFailsAsEver() {
        CompletableFuture<Long> crash = crashed();
        await().atMost(BOUND).until(() -> {
            System.gc();
            return crash.isDone();
        });
        assertThat(crash).failsWithin(BOUND).withThrowableThat().withMessageContaining("exit code 42");
        await().atMost(BOUND).until(() -> {
            System.gc();
            return ProcessHandle.current()
                    .children()
                    .noneMatch(child -> child.info().commandLine().orElse("").contains("worker=discarded"));
        });
        // Else the other test may hear of this one.
        await().atMost(BOUND).until(() -> {
            System.gc();
            return !warnings().isEmpty();
        });
    }

    private static WeakReference<ProcessPoolExecutor> submitted(List<CompletableFuture<Long>> answers, String gate) {
        ProcessPoolExecutor executor = builder().build();
        for (int i = 0; i < 10; i++) {
            answers.add(executor.submit(() -> {
                while (!Files.exists(Path.of(gate))) {
                    Thread.sleep(5);
                }
                return ProcessHandle.current().pid();
            }));
        }
        return new WeakReference<>(executor);
    }

    private static CompletableFuture<Long> crashed() {
        return builder().build().submit(() -> {
            Thread.sleep(300);
            Runtime.getRuntime().halt(42);
            return 0L;
        });
    }

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder().name("discarded").workers(1).maxHeapBytes(64 << 20);
    }

    private List<ILoggingEvent> warnings() {
        return logged.list.stream()
                .filter(event -> event.getFormattedMessage().startsWith("discarded - "))
                .toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(DiscardWarning.class);
    }
}
