package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
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

    @Test
    void whatDependsOnOneIsCompletedThoughThereWasNoMemoryForAnother() {
        IdlePool idle = new IdlePool();
        TaskFuture<?> future = idle.task().future();
        CompletableFuture<?> kept = future.thenApply(value -> value);
        CompletableFuture<?> lost = future.thenApply(value -> value);
        assertThatThrownBy(() -> future.completeExceptionally(new Indescribable()))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(future).isDone();
        idle.pool.settle();
        assertThat(kept).isCompletedExceptionally();
        assertThat(lost).as("the JDK took it first").isNotDone();
        assertThat(idle.pool.hasStragglers()).isFalse();
    }

    /** For what wraps it there is no memory the first time. */
    private static final class Indescribable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private boolean asked;

        @Override
        public String toString() {
            if (!asked) {
                asked = true;
                throw new OutOfMemoryError();
            }
            return super.toString();
        }
    }
}
