package io.processexecutor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a worker finds out whether a signal is for its parent as well. */
@Timeout(180)
class SignalsTest {

    private static final Duration LONG = Duration.ofSeconds(1);

    @Test
    void aParentThatWasStoppedTogetherWithTheWorkerIsLookedAtOnceMore() {
        AtomicInteger looks = new AtomicInteger();
        assertThat(Signals.isSeen(() -> {
                    LockSupport.parkNanos(LONG.toNanos());
                    return looks.incrementAndGet() == 2;
                }))
                .isTrue();
    }

    @Test
    void aSignalThatTheParentDoesNotGetIsNotWaitedForWithoutEnd() {
        AtomicInteger looks = new AtomicInteger();
        assertThat(Signals.isSeen(() -> {
                    looks.incrementAndGet();
                    return false;
                }))
                .isFalse();
        assertThat(looks).hasValueGreaterThan(1);
    }
}
