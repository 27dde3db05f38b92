package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.processexecutor.RecycleLimits;
import io.processexecutor.TaskOptions;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.LoggerFactory;

/** What the log says when a worker ends: one line where it was not meant to, and nothing alarming where it was. */
@Timeout(240)
@EnabledOnOs(OS.LINUX)
class CrashReportTest {

    private static final Duration BOUND = Duration.ofSeconds(60);

    private final Queue<ILoggingEvent> warnings = new ConcurrentLinkedQueue<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.processexecutor");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.WARN)
                    && event.getFormattedMessage().contains("reporting")) {
                warnings.add(event);
            }
        }
    };

    private ProcessPoolExecutor executor;

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void close() {
        logger.detachAppender(appender);
        executor.close();
    }

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder()
                .name("reporting")
                .workers(2)
                .maxHeapBytes(64 << 20)
                .cancelGrace(Duration.ofMillis(100));
    }

    private List<String> messages() {
        return warnings.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void aCrashIsOneLineThatSaysWhatHappenedAndWhatToDoAndTheExceptionHasTheRest() {
        executor = builder().build();
        CompletableFuture<Void> crash = executor.with(TaskOptions.defaults().label("render"))
                .submit(() -> {
                    System.out.println("not of interest");
                    Runtime.getRuntime().halt(3);
                });
        assertThat(crash)
                .failsWithin(BOUND)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOfSatisfying(
                        WorkerCrashedException.class,
                        e -> assertThat(messages())
                                .singleElement()
                                .asString()
                                .satisfies(line -> assertThat(line)
                                        .startsWith("reporting - Worker 1 (pid "
                                                + e.exit().pid() + ") crashed with exit code 3 (")
                                        .contains(") while running the task 1 (render), ", " ms after it began. ")
                                        .endsWith("Raise the worker's max heap, or give the task less at once")
                                        .doesNotContain("\n")));
    }

    @Test
    void theDeathOfAnIdleWorkerIsALineAsWell() {
        executor = builder().build();
        long pid = executor.submit(() -> ProcessHandle.current().pid()).join();
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.CRASHED) == 1);
        await().atMost(BOUND).until(() -> !warnings.isEmpty());
        assertThat(messages())
                .singleElement()
                .asString()
                .satisfies(line -> assertThat(line)
                        .contains("crashed with exit code 137", ") while it had no task. ", "find out who killed it")
                        .doesNotContain("\n"));
    }

    @Test
    void whatIsDoneOnPurposeIsNoWarning() {
        executor = builder().recycle(RecycleLimits.none().maxTasks(3)).build();
        // A limit, a request, fewer workers, a task that is killed, and the end with tasks in the queue.
        for (int i = 0; i < 4; i++) {
            assertThat(executor.submit(() -> 1)).succeedsWithin(BOUND);
        }
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.MAX_TASKS) >= 1);
        assertThat(executor.submit(() -> 1)).succeedsWithin(BOUND);
        executor.recycle();
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.RECYCLED) >= 1);
        assertThat(executor.submit(() -> 1)).succeedsWithin(BOUND);
        CompletableFuture<Void> endless = executor.submit(() -> {
            while (true) {
                Thread.onSpinWait();
            }
        });
        await().atMost(BOUND)
                .until(() -> executor.workers().stream()
                        .anyMatch(each -> each.task().stream()
                                .anyMatch(task -> task.running().toMillis() > 0)));
        long task = executor.workers().stream()
                .flatMap(each -> each.task().stream())
                .findFirst()
                .orElseThrow()
                .id();
        assertThat(executor.cancel(task)).isTrue();
        assertThat(executor.cancel(task)).isFalse();
        assertThat(endless).isCancelled();
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.CANCELLED) == 1);
        executor.resize(1);
        assertThat(executor.submit(() -> 1)).succeedsWithin(BOUND);
        IntStream.range(0, 3).forEach(i -> executor.execute(() -> LockSupport.park()));
        await().atMost(BOUND).until(() -> executor.stats().running() == 1);
        executor.shutdownNow();
        executor.close();
        assertThat(executor.stats().exits().keySet()).contains(Reason.RECYCLED, Reason.SHUTDOWN);
        assertThat(messages()).isEmpty();
    }

    /** In a pool of its own: one whose workers leave so soon may have none left that could go for another reason. */
    @Test
    void thatAWorkerWasIdleForTooLongIsNoWarning() {
        executor = builder().idleTimeout(Duration.ofMillis(300)).build();
        assertThat(executor.submit(() -> 1)).succeedsWithin(BOUND);
        // More than one where the first was idle for too long before it got the task.
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.IDLE) >= 1);
        executor.close();
        assertThat(messages()).isEmpty();
    }
}
