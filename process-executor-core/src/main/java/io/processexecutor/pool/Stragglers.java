package io.processexecutor.pool;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Futures that were to be completed when there was no memory to do so. They are linked by themselves, which takes none. */
final class Stragglers {

    private final AtomicReference<@Nullable TaskFuture<?>> last = new AtomicReference<>();

    void add(TaskFuture<?> future) {
        TaskFuture<?> before;
        do {
            before = last.get();
            future.follow(before);
        } while (!last.compareAndSet(before, future));
    }

    /** Whether all futures are as done as they should be. */
    boolean isNone() {
        return last.get() == null;
    }

    /** Tries it once more; those that fail again stay. */
    void complete() {
        TaskFuture<?> each = isNone() ? null : last.getAndSet(null);
        while (each != null) {
            TaskFuture<?> next = each.followed();
            each.follow(null);
            each.completeLate();
            each = next;
        }
    }
}
