package io.processexecutor.worker;

import io.processexecutor.internal.protocol.Message.Interrupting;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Interrupts the task thread, and only while it runs the task that is meant. */
final class Interruption {

    /** Tasks that were cancelled after they ended are never heard of again; those that are yet to begin are few. */
    private static final int REMEMBERED = 1024;

    private @Nullable Thread thread;
    private long running;

    /** Those that did not run when they were cancelled. Made for the first: most workers have none. */
    private @Nullable LinkedHashSet<Long> cancelled;

    /** A task begins; it may have been cancelled before. Called by its thread. */
    synchronized void begin(long taskId) {
        Thread self = Thread.currentThread();
        thread = self;
        running = taskId;
        if (cancelled != null && cancelled.remove(taskId)) {
            self.interrupt();
        }
    }

    /** It ended, and no interrupt is left of it. Called by its thread. */
    synchronized void end() {
        running = 0;
        boolean ignored = Thread.interrupted();
    }

    /**
     * Interrupts a task if it runs, or once it does.
     *
     * @return tells the parent what it was doing
     */
    Interrupting interrupt(long taskId) {
        Thread its = thread();
        List<StackTraceElement> stack = its == null ? List.of() : List.of(its.getStackTrace());
        synchronized (this) {
            if (its != null && running == taskId) {
                its.interrupt();
            } else {
                remember(taskId);
            }
        }
        return new Interrupting(taskId, stack);
    }

    private void remember(long taskId) {
        if (cancelled == null) {
            cancelled = new LinkedHashSet<>();
        }
        cancelled.add(taskId);
        if (cancelled.size() > REMEMBERED) {
            Iterator<Long> oldest = cancelled.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private synchronized @Nullable Thread thread() {
        return thread;
    }
}
