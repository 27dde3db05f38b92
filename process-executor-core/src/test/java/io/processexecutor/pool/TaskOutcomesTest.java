package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks end, whatever goes wrong when they do. */
@Timeout(180)
class TaskOutcomesTest {

    private final IdlePool idle = new IdlePool();
    private final TaskOutcomes outcomes = idle.pool.outcomes();

    @Test
    void aTaskThatCannotBeCompletedForGoodFailsWithTheReasonForThat() {
        PendingTask<?> task = idle.claimedTask();
        NoClassDefFoundError broken = new NoClassDefFoundError("its initializer found no memory");
        outcomes.ending(task);
        outcomes.end(task, idle.worker, () -> {
            throw broken;
        });
        assertThat(task.future())
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCause(broken);
        assertThat(outcomes.endingTasks().isNone()).isTrue();
    }

    @Test
    void aTaskForWhoseCompletionThereIsNoMemoryIsCompletedOnceThereIs() {
        PendingTask<?> task = idle.claimedTask();
        AtomicInteger tries = new AtomicInteger();
        outcomes.ending(task);
        outcomes.end(task, idle.worker, () -> {
            if (tries.incrementAndGet() < 3) {
                throw new OutOfMemoryError();
            }
            assertThat(outcomes.dropped(task, idle.worker)).isTrue();
        });
        assertThat(task.future()).isCancelled();
        assertThat(tries).hasValue(3);
        assertThat(outcomes.endingTasks().isNone()).isTrue();
    }
}
