package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.processexecutor.SerializationOptions;
import io.processexecutor.WorkerStartException;
import io.processexecutor.internal.process.NoRehearsals;
import io.processexecutor.serialization.ExecutorSerializers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerSupplyTest {

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder().workers(1).firstStartPause(Duration.ofHours(1));
    }

    @Test
    void aWorkerThatCannotBeMadeTakesNoSlot() {
        // No worker can be made without a pool.
        WorkerSupply supply = new WorkerSupply(
                builder().minWorkers(1).settings(),
                ExecutorSerializers.of(SerializationOptions.defaults()),
                new NoRehearsals(),
                null);
        for (int i = 0; i < 2; i++) {
            assertThatNullPointerException().isThrownBy(supply::keepMinimum);
            assertThat(supply.slots().held()).isZero();
        }
        assertThat(supply.workers()).isEmpty();
        supply.close();
    }

    @Test
    void aStartThatFailedCountsOnceHoweverOftenThatIsDealtWith() {
        IdlePool idle = new IdlePool();
        WorkerStartException failure = new WorkerStartException("no", List.of(), List.of(), null);
        for (int i = 0; i < StartBreaker.OPENS_AFTER; i++) {
            idle.pool.startFailed(idle.worker, failure);
        }
        assertThat(idle.pool.stats().startFailures()).isEqualTo(1);
        assertThat(idle.pool.startFailure()).isEmpty();
        idle.pool.shutdownNow();
    }
}
