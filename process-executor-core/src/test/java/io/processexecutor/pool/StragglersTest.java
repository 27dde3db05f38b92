package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StragglersTest {

    @Test
    void oneThatCannotBeCompletedConcernsNoOther() {
        Stragglers stragglers = new Stragglers();
        TaskFuture<?> first = new IdlePool().task().future();
        stragglers.add(first);
        // Without a task it cannot even be told what it is to be completed with.
        stragglers.add(new TaskFuture<>(null, null));
        stragglers.complete();
        assertThat(first).isDone();
        assertThat(stragglers.isNone()).isTrue();
    }

    @Test
    @Timeout(60)
    void oneThatFailsTwiceIsTheirsOnce() {
        Stragglers stragglers = new Stragglers();
        TaskFuture<?> first = new IdlePool().task().future();
        TaskFuture<?> second = new IdlePool().task().future();
        stragglers.add(first);
        stragglers.add(first);
        stragglers.add(second);
        stragglers.add(first);
        stragglers.complete();
        assertThat(first).isDone();
        assertThat(second).isDone();
        assertThat(stragglers.isNone()).isTrue();
    }
}
