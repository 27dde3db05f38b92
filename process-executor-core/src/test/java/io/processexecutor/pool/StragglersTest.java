package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
}
