package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.ContextCarrier;
import io.processexecutor.TaskSerializationException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What of the submitting thread a task finds in its worker. */
@Timeout(180)
class ContextCarrierTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final ThreadLocal<String> USER = ThreadLocal.withInitial(() -> "nobody");

    private ProcessPoolExecutor executor;

    @AfterEach
    void close() {
        USER.remove();
        if (executor != null) {
            executor.close();
        }
    }

    @Test
    void aTaskSeesWhatWasThereWhenItWasSubmittedAndTheNextDoesNot() {
        open(() -> carrying(USER.get()));
        USER.set("ada");
        assertThat(executor.submit(() -> USER.get())).succeedsWithin(TIMEOUT).isEqualTo("ada");
        USER.remove();
        assertThat(executor.submit(() -> USER.get())).succeedsWithin(TIMEOUT).isEqualTo("nobody");
    }

    @Test
    void itIsClearedAlsoAfterATaskThatFails() {
        open(() -> USER.get().equals("nobody") ? null : carrying(USER.get()));
        USER.set("ada");
        assertThat(executor.submit(() -> {
                    throw new IllegalStateException(USER.get());
                }))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withMessageContaining("ada");
        USER.remove();
        assertThat(executor.submit(() -> USER.get())).succeedsWithin(TIMEOUT).isEqualTo("nobody");
    }

    @Test
    void oneThatCannotBeRestoredFailsTheTaskBeforeItRuns() {
        open(() -> () -> {
            throw new IllegalStateException("unknown user");
        });
        assertThat(executor.submit(() -> 1))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(IllegalStateException.class)
                .withMessageContaining("unknown user");
    }

    @Test
    void whatIsLeftBehindFailsTheTask() {
        open(() -> () -> () -> {
            throw new IllegalStateException("still there");
        });
        assertThat(executor.submit(() -> 1))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withMessageContaining("still there");
    }

    @Test
    void oneThatCannotTravelIsRefusedAtSubmit() {
        Thread here = Thread.currentThread();
        open(() -> () -> () -> here.interrupt());
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> executor.submit(() -> 1))
                .withMessageContaining("java.lang.Thread");
    }

    @Test
    void severalAreRestoredInTheirOrderAndClearedInReverse() {
        executor = ProcessPoolExecutor.builder()
                .workers(1)
                .maxHeapBytes(64 << 20)
                .contextCarrier(() -> appending("a"))
                .contextCarrier(() -> appending("b"))
                .build();
        assertThat(executor.submit(() -> List.of(USER.get())))
                .succeedsWithin(TIMEOUT)
                .isEqualTo(List.of("nobodyab"));
        assertThat(executor.submit(() -> List.of(USER.get())))
                .succeedsWithin(TIMEOUT)
                .isEqualTo(List.of("nobodyab"));
    }

    @Test
    void theLargeResultOfATaskThatLeavesSomethingBehindIsNotKept() throws Exception {
        open(() -> () -> () -> {
            throw new IllegalStateException("still there");
        });
        assertThat(executor.submit(() -> new byte[8 << 20]))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withMessageContaining("still there");
        assertThat(SharedFilesOnDisk.startingWith("result-")).isEmpty();
    }

    @Test
    void anErrorOfOneScopeKeepsNoOtherFromBeingClosed() {
        executor = ProcessPoolExecutor.builder()
                .workers(1)
                .maxHeapBytes(64 << 20)
                .contextCarrier(() -> isNobody() ? null : carrying(USER.get()))
                .contextCarrier(() -> isNobody() ? null : failing())
                .build();
        USER.set("ada");
        assertThat(executor.submit(() -> USER.get()))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(AssertionError.class)
                .withMessageContaining("still there");
        USER.remove();
        assertThat(executor.submit(() -> USER.get())).succeedsWithin(TIMEOUT).isEqualTo("nobody");
        assertThat(executor.stats().workerStarts()).isEqualTo(1);
    }

    private static boolean isNobody() {
        return USER.get().equals("nobody");
    }

    private static ContextCarrier.Snapshot failing() {
        return () -> () -> {
            throw new AssertionError("still there");
        };
    }

    private static ContextCarrier.Snapshot carrying(String user) {
        return () -> {
            USER.set(user);
            return USER::remove;
        };
    }

    private static ContextCarrier.Snapshot appending(String name) {
        return () -> {
            String before = USER.get();
            USER.set(before + name);
            return () -> USER.set(before);
        };
    }

    private void open(ContextCarrier carrier) {
        executor = ProcessPoolExecutor.builder()
                .workers(1)
                .maxHeapBytes(64 << 20)
                .contextCarrier(carrier)
                .build();
    }
}
