package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.SerializationOptions;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerStartException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** That something cannot be logged, for example for want of memory, keeps the pool from nothing. */
@Timeout(180)
class UnloggableTest {

    private static final Duration BOUND = Duration.ofSeconds(40);

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.processexecutor.pool");
    private final Level level = logger.getLevel();
    private final AtomicInteger failures = new AtomicInteger();
    private final AppenderBase<ILoggingEvent> full = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getMessage().contains(unloggable)
                    || event.getFormattedMessage().contains(unloggable)) {
                failures.incrementAndGet();
                throw new OutOfMemoryError("as if the heap were full");
            }
        }
    };

    private ProcessPoolExecutor executor;
    private volatile String unloggable = "nothing yet";

    @BeforeEach
    void fill() {
        full.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(full);
    }

    @AfterEach
    void empty() {
        logger.detachAppender(full);
        logger.setLevel(level);
        executor.shutdownNow();
    }

    private void hasFailedAndTerminates() throws InterruptedException {
        assertThat(failures.get()).isPositive();
        terminates();
    }

    private void terminates() throws InterruptedException {
        executor.shutdown();
        assertThat(executor.awaitTermination(BOUND.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void aWorkerWhoseRecyclingCannotBeLoggedIsReplaced() throws Exception {
        unloggable = "is recycled after";
        executor = ProcessPoolExecutor.builder().workers(1).minWorkers(1).build();
        long first = executor.submit(() -> ProcessHandle.current().pid()).join();
        executor.recycle();
        await().atMost(BOUND).until(() -> executor.stats().exits(Reason.RECYCLED) == 1);
        assertThat(executor.submit(() -> ProcessHandle.current().pid()))
                .succeedsWithin(BOUND)
                .isNotEqualTo(first);
        hasFailedAndTerminates();
    }

    @Test
    void aWorkerWhosePreparationFailsWhichCannotBeLoggedGoesOn() throws Exception {
        unloggable = "could not be prepared";
        PreparationTest.Service service = new PreparationTest.Service();
        executor = ProcessPoolExecutor.builder()
                .workers(1)
                .serialization(SerializationOptions.defaults().replacer(new PreparationTest.ServiceReplacer()))
                .preparation(() -> {
                    throw new IllegalStateException("cannot be done");
                })
                .build();
        assertThat(executor.submit(() -> service.answer()))
                .failsWithin(BOUND)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(WorkerStartException.class);
        assertThat(executor.submit(() -> 1)).succeedsWithin(BOUND).isEqualTo(1);
        hasFailedAndTerminates();
    }

    @Test
    void aPoolWhoseEndCannotBeLoggedTerminates() throws Exception {
        unloggable = "The listener {} threw";
        executor = ProcessPoolExecutor.builder()
                .workers(1)
                .listener(new ProcessExecutorListener() {
                    @Override
                    public void onTerminated() {
                        throw new IllegalStateException("does not want to know");
                    }
                })
                .build();
        assertThat(executor.submit(() -> 1)).succeedsWithin(BOUND).isEqualTo(1);
        terminates();
        assertThat(failures.get()).isPositive();
    }
}
