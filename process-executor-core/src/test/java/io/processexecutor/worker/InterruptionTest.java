package io.processexecutor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cancelling may be heard of before what is cancelled, since each is sent by a thread of its own. */
class InterruptionTest {

    private final Interruption interruption = new Interruption();

    @AfterEach
    void forget() {
        interruption.end();
    }

    @Test
    void eachOfSeveralTasksThatWereCancelledBeforeTheyBeganIsInterrupted() {
        interruption.interrupt(1);
        interruption.interrupt(2);
        interruption.interrupt(3);
        for (long task = 1; task <= 3; task++) {
            interruption.begin(task);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            interruption.end();
        }
        interruption.begin(4);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void theOneThatRunsIsInterruptedAndNoOther() {
        interruption.begin(1);
        interruption.interrupt(2);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        interruption.interrupt(1);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void whatWasCancelledLongAgoIsForgotten() {
        for (long task = 0; task < 100_000; task++) {
            interruption.interrupt(task);
        }
        interruption.begin(0);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        interruption.end();
        interruption.begin(99_999);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }
}
