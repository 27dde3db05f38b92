package io.processexecutor.pool;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Futures that were to be completed, with all that depends on them, when there was no memory to do so. They are linked by
 * themselves, the first to itself, and with a lock, which takes none: an atomic reference links its call sites when they are
 * first come by.
 */
final class Stragglers {

    private static final Logger log = LoggerFactory.getLogger(Stragglers.class);

    /** What the stages of a future and those who are called back may take. */
    private static final int ROOM = 1 << 16;

    private volatile @Nullable TaskFuture<?> last;

    /** One that is there already, for its callbacks failed twice, stays where it is. */
    synchronized void add(TaskFuture<?> future) {
        if (future.followed() == null) {
            future.follow(last == null ? future : last);
            last = future;
        }
    }

    /** Whether all futures are as done as they should be. */
    boolean isNone() {
        return last == null;
    }

    /** Tries it once more, if there is room; those that fail again stay. */
    void complete() {
        TaskFuture<?> each = isNone() || !isRoom() ? null : takeAll();
        while (each != null) {
            TaskFuture<?> next = unlink(each);
            completeLate(each);
            each = next;
        }
    }

    /** Each attempt that finds no memory loses a stage that depends on the future, which the JDK has taken from it by then. */
    private static boolean isRoom() {
        try {
            return new byte[ROOM].length == ROOM;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    private synchronized @Nullable TaskFuture<?> takeAll() {
        TaskFuture<?> all = last;
        last = null;
        return all;
    }

    private synchronized @Nullable TaskFuture<?> unlink(TaskFuture<?> future) {
        TaskFuture<?> next = future.followed();
        future.follow(null);
        return next == future ? null : next;
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
