package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessTask;
import io.processexecutor.TaskOptions;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** From when on the time counts that a task may run. */
@Timeout(120)
class DeadlinesTest {

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Until when a result is decoded here, in the application. */
    private static volatile long decodedAtNanos;

    static final class Lingering implements Serializable {

        private static final long serialVersionUID = 1;

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            long left;
            while ((left = decodedAtNanos - System.nanoTime()) > 0) {
                LockSupport.parkNanos(left);
            }
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void ofATaskThatBeganLateTheResultMayBeDecodedAfterItsTimeCountedFromWhenItWasSent() throws Exception {
        try (ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                .name("late")
                .workers(1)
                .maxHeapBytes(64 << 20)
                .build()) {
            long pid = executor.submit(() -> ProcessHandle.current().pid()).get(60, TimeUnit.SECONDS);
            Signals.stop(pid);
            long sent = System.nanoTime();
            decodedAtNanos = sent + TIMEOUT.plusSeconds(1).toNanos();
            CompletableFuture<Lingering> result = executor.with(
                            TaskOptions.defaults().timeout(TIMEOUT))
                    .submit((ProcessTask<Lingering>) Lingering::new);
            // As late as lets it reply before that time is over, so that there is much left of its own.
            await().atMost(BOUND)
                    .until(() ->
                            System.nanoTime() - sent > TIMEOUT.minusSeconds(2).toNanos());
            Signals.send("CONT", pid);
            assertThat(result).succeedsWithin(BOUND);
        }
    }
}
