package io.processexecutor.pool;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Futures that were to be completed when there was no memory to do so. They are linked by themselves, which takes none. */
final class Stragglers {

    private static final Logger log = LoggerFactory.getLogger(Stragglers.class);

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
            completeLate(each);
            each = next;
        }
    }

    /** What goes wrong with one of them concerns no other. */
    private static void completeLate(TaskFuture<?> future) {
        try {
            future.completeLate();
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.COMPLETION_FAILED, e);
        }
    }
}
