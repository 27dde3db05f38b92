package io.processexecutor.pool;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of steps for which there is no thread or no memory. */
@Timeout(180)
class PoolThreadsTest {

    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger clockRefusals = new AtomicInteger();
    private final PoolThreads threads =
            new PoolThreads("short", daemons("clock", clockRefusals), daemons("aside", refusals));

    @AfterEach
    void close() {
        threads.close();
    }

    @Test
    void whatCompletesAFutureIsRunOnceThereIsAThreadForIt() {
        refusals.set(3);
        CompletableFuture<String> ranOn = new CompletableFuture<>();
        threads.complete(() -> ranOn.complete(Thread.currentThread().getName()));
        assertThat(ranOn).succeedsWithin(Duration.ofSeconds(30)).isEqualTo("aside");
    }

    @Test
    void whatCompletesAFutureIsRunByTheCallerIfThereIsNotEvenAClock() {
        refusals.set(Integer.MAX_VALUE);
        clockRefusals.set(Integer.MAX_VALUE);
        List<String> ranOn = new ArrayList<>();
        threads.complete(() -> ranOn.add(Thread.currentThread().getName()));
        assertThat(ranOn).containsExactly(Thread.currentThread().getName());
    }

    @Test
    void manyFuturesAreCompletedThoughThereWasNoThreadWhenThatWasDecided() throws Exception {
        refusals.set(3);
        CountDownLatch completed = new CountDownLatch(1000);
        List<Runnable> completions = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            completions.add(completed::countDown);
        }
        threads.completeAll(completions);
        assertThat(completed.await(30, SECONDS)).isTrue();
    }

    @Test
    void anInterruptThatOneCompletionRestoresReachesNoOther() throws Exception {
        // Where one thread gets no processor for a moment another helps.
        List<Boolean> seen = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch completed = new CountDownLatch(3);
        threads.completeAll(interrupting(3, seen, completed));
        assertThat(completed.await(30, SECONDS)).isTrue();
        assertThat(seen).containsExactly(false, false, false);
    }

    @Test
    void aCallerThatCompletesForWantOfAThreadStaysInterrupted() {
        refusals.set(Integer.MAX_VALUE);
        clockRefusals.set(Integer.MAX_VALUE);
        List<Boolean> seen = new ArrayList<>();
        Thread.currentThread().interrupt();
        threads.completeAll(interrupting(3, seen, new CountDownLatch(3)));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(seen).containsExactly(true, false, false);
    }

    private static List<Runnable> interrupting(int count, List<Boolean> seen, CountDownLatch completed) {
        List<Runnable> completions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            completions.add(() -> {
                seen.add(Thread.currentThread().isInterrupted());
                Thread.currentThread().interrupt();
                completed.countDown();
            });
        }
        return completions;
    }

    @Test
    void whatIsWrittenAsideIsWrittenOnceThereIsAThreadForIt() {
        refusals.set(3);
        CompletableFuture<String> ranOn = new CompletableFuture<>();
        threads.write(() -> ranOn.complete(Thread.currentThread().getName()));
        assertThat(ranOn).succeedsWithin(Duration.ofSeconds(30)).isEqualTo("aside");
    }

    @Test
    void aTimerForWhoseStepThereIsNoMemoryRingsAgain() {
        AtomicInteger rings = new AtomicInteger();
        CompletableFuture<Integer> done = new CompletableFuture<>();
        threads.later(
                () -> {
                    if (rings.incrementAndGet() < 3) {
                        throw new OutOfMemoryError("Java heap space");
                    }
                    done.complete(rings.get());
                },
                Duration.ZERO);
        assertThat(done).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(3);
    }

    @Test
    void anAlarmForWhoseThreadThereWasNoRoomCanBeSetAgain() {
        clockRefusals.set(1);
        CompletableFuture<String> rang = new CompletableFuture<>();
        Alarm alarm = new Alarm(threads, () -> rang.complete("rang"), Duration.ZERO);
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(alarm::set);
        alarm.set();
        assertThat(rang).succeedsWithin(Duration.ofSeconds(30));
    }

    private static ThreadFactory daemons(String name, AtomicInteger refused) {
        return work -> {
            if (refused.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
