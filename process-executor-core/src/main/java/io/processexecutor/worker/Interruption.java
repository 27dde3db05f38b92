package io.processexecutor.worker;

import io.processexecutor.internal.protocol.Message.Interrupting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Interrupts the task thread, and only while it runs the task that is meant. */
final class Interruption {

    private @Nullable Thread thread;
    private long running;
    private long cancelled;

    /** A task begins; it may have been cancelled before. Called by its thread. */
    synchronized void begin(long taskId) {
        Thread self = Thread.currentThread();
        thread = self;
        running = taskId;
        if (cancelled == taskId) {
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
            cancelled = taskId;
            if (its != null && running == taskId) {
                its.interrupt();
            }
        }
        return new Interrupting(taskId, stack);
    }

    private synchronized @Nullable Thread thread() {
        return thread;
    }
}
