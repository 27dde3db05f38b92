package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdmissionTests {

    private static final int MOST = 3;
    private static final int CALLERS = 8;
    private static final int TURNS = 20_000;

    private final Admission admission = new Admission(() -> MOST);

    @Test
    void ofManyThatComeAndGoAllGetInAndNeverMoreThanMayBe() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Callable<Integer> caller = () -> {
            int entered = 0;
            for (int turn = 0; turn < TURNS; turn++) {
                if (admission.enter(TimeUnit.SECONDS.toNanos(30))) {
                    entered++;
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    inside.decrementAndGet();
                    admission.leave();
                }
            }
            return entered;
        };
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                counts.add(threads.submit(caller));
            }
            for (Future<Integer> count : counts) {
                assertThat(count.get()).isEqualTo(TURNS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(most.get()).isBetween(1, MOST);
        assertThat(admission.idle(0)).isDone();
    }

    @Test
    void whoWaitsForTheEndIsToldWhenTheLastLeaves() throws Exception {
        assertThat(admission.enter(0)).isTrue();
        assertThat(admission.enter(0)).isTrue();
        Future<Void> idle = admission.idle(TimeUnit.MINUTES.toNanos(5));
        admission.leave();
        assertThat(idle).isNotDone();
        admission.leave();
        assertThat(idle).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void whoFindsNoRoomInTimeIsSentAwayAndTakesNone() throws Exception {
        for (int i = 0; i < MOST; i++) {
            assertThat(admission.enter(0)).isTrue();
        }
        assertThat(admission.enter(TimeUnit.MILLISECONDS.toNanos(5))).isFalse();
        admission.leave();
        assertThat(admission.enter(0)).isTrue();
        assertThat(admission.enter(0)).isFalse();
    }
}
