package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartBreakerTest {

    @Test
    void aBreakerThatSawNoFailureIsClosed() {
        StartBreaker breaker = new StartBreaker(Duration.ofHours(1));
        assertThat(breaker.isTripped()).isFalse();
        assertThat(breaker.pauseNanos()).isZero();
    }

    @Test
    void everyFailureInARowDoublesThePauseUpToALimit() {
        StartBreaker breaker = new StartBreaker(Duration.ofHours(1));
        List<Long> hours = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            breaker.failed();
            // What is left of a pause that began just now.
            hours.add(Duration.ofNanos(breaker.pauseNanos()).plusMinutes(1).toHours());
        }
        assertThat(hours).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
        assertThat(breaker.isTripped()).isTrue();
    }

    @Test
    void itIsOpenFromTheFifthFailureInARowOn() {
        StartBreaker breaker = new StartBreaker(Duration.ofHours(1));
        List<Boolean> open = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            assertThat(breaker.failed()).isEqualTo(i);
            open.add(breaker.isOpen());
        }
        assertThat(open).containsExactly(false, false, false, false, true, true);
    }

    @Test
    void oneStartThatWorksForgetsAllFailures() {
        StartBreaker breaker = new StartBreaker(Duration.ofHours(1));
        for (int i = 0; i < 10; i++) {
            breaker.failed();
        }
        breaker.succeeded();
        assertThat(breaker.isTripped()).isFalse();
        assertThat(breaker.pauseNanos()).isZero();
        assertThat(breaker.failed()).isEqualTo(1);
        assertThat(breaker.pauseNanos()).isLessThanOrEqualTo(Duration.ofHours(1).toNanos());
    }

    @Test
    void aPauseThatIsOverIsNotWaitedForAgain() {
        StartBreaker breaker = new StartBreaker(Duration.ZERO);
        breaker.failed();
        assertThat(breaker.isTripped()).isTrue();
        assertThat(breaker.pauseNanos()).isLessThanOrEqualTo(0);
    }
}
