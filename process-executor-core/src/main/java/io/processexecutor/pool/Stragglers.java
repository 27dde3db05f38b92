package io.processexecutor.pool;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Futures that were to be completed when there was no memory to do so. They are linked by themselves, and with a lock, which takes
 * none: an atomic reference links its call sites when they are first come by.
 */
final class Stragglers {

    private static final Logger log = LoggerFactory.getLogger(Stragglers.class);

    private volatile @Nullable TaskFuture<?> last;

    synchronized void add(TaskFuture<?> future) {
        future.follow(last);
        last = future;
    }

    /** Whether all futures are as done as they should be. */
    boolean isNone() {
        return last == null;
    }

    /** Tries it once more; those that fail again stay. */
    void complete() {
        TaskFuture<?> each = isNone() ? null : takeAll();
        while (each != null) {
            TaskFuture<?> next = each.followed();
            each.follow(null);
            completeLate(each);
            each = next;
        }
    }

    private synchronized @Nullable TaskFuture<?> takeAll() {
        TaskFuture<?> all = last;
        last = null;
        return all;
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
