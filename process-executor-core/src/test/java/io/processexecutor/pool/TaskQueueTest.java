package io.processexecutor.pool;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The queue alone: its pool starts nothing. */
@Timeout(180)
class TaskQueueTest {

    private final TaskQueue queue = new TaskQueue();
    private final IdlePool idle = new IdlePool();
    private final WorkerPool pool = idle.pool;
    private final PooledWorker worker = idle.worker;

    @Test
    void theOldestIsTakenFirst() {
        List<PendingTask<?>> tasks = offered(3);
        assertThat(queue.waiting()).isEqualTo(tasks);
        for (PendingTask<?> task : tasks) {
            assertThat(queue.claim(worker)).isSameAs(task);
        }
        assertThat(queue.claim(worker)).isNull();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void noMoreThanTheLimitWait() {
        assertThat(queue.offer(task(), 0)).isFalse();
        assertThat(queue.offer(task(), 1)).isTrue();
        assertThat(queue.offer(task(), 1)).isFalse();
        assertThat(queue.offer(task(), 2)).isTrue();
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void whatIsPutBackIsNextAndKnowsNoLimit() {
        offered(2);
        PendingTask<?> first = queue.claim(worker);
        assertThat(first.giveBack(worker)).isTrue();
        queue.putBack(first);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.claim(worker)).isSameAs(first);
        assertThat(first.attempt()).isEqualTo(2);
    }

    @Test
    void aTaskThatIsDoneWhileItWaitsIsPassedOverAndItsPlaceIsFree() {
        List<PendingTask<?>> tasks = offered(3);
        assertThat(tasks.get(0).finish()).isEqualTo(PendingTask.NoWorker.QUEUED);
        queue.left();
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.waiting()).containsExactly(tasks.get(1), tasks.get(2));
        assertThat(queue.claim(worker)).isSameAs(tasks.get(1));
        assertThat(queue.offer(task(), 2)).isTrue();
    }

    @Test
    void aTaskIsFinishedOnceAndKnowsWhoHadIt() {
        PendingTask<?> task = task();
        assertThat(task.claim(worker)).isTrue();
        assertThat(task.claim(worker)).isFalse();
        assertThat(task.finish()).isSameAs(worker);
        assertThat(task.finish()).isEqualTo(PendingTask.NoWorker.DONE);
        assertThat(task.giveBack(worker)).isFalse();
        assertThat(task.claim(worker)).isFalse();
    }

    @Test
    void whatIsDoneDoesNotPileUpBehindATaskThatWaits() {
        offered(1);
        for (int i = 0; i < 100_000; i++) {
            PendingTask<?> task = task();
            queue.offer(task, Integer.MAX_VALUE);
            task.finish();
            queue.left();
        }
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue)
                .extracting("tasks")
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.COLLECTION)
                .hasSizeLessThan(1000);
    }

    @Test
    void manyThreadsTakeEachTaskOnceAndTheCountIsRightInTheEnd() throws Exception {
        int tasks = 40_000;
        ConcurrentHashMap<Long, Boolean> taken = new ConcurrentHashMap<>();
        AtomicInteger left = new AtomicInteger();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<?>> work = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            work.add(threads.submit(() -> {
                for (int i = 0; i < tasks / 4; i++) {
                    PendingTask<?> task = task();
                    queue.offer(task, Integer.MAX_VALUE);
                    if (i % 3 == 0 && task.finish() == PendingTask.NoWorker.QUEUED) {
                        left.incrementAndGet();
                        queue.left();
                    }
                }
            }));
            work.add(threads.submit(() -> {
                while (taken.size() + left.get() < tasks) {
                    PendingTask<?> task = queue.claim(worker);
                    if (task != null) {
                        assertThat(taken.put(task.id(), true)).isNull();
                    }
                }
            }));
        }
        for (Future<?> each : work) {
            each.get(150, SECONDS);
        }
        threads.shutdown();
        assertThat(queue.size()).isZero();
        assertThat(taken.size() + left.get()).isEqualTo(tasks);
    }

    private List<PendingTask<?>> offered(int count) {
        List<PendingTask<?>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            PendingTask<?> task = task();
            assertThat(queue.offer(task, Integer.MAX_VALUE)).isTrue();
            tasks.add(task);
        }
        return tasks;
    }

    private PendingTask<?> task() {
        return idle.task();
    }
}
