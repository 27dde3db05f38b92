package io.processexecutor.worker;

import io.processexecutor.internal.os.ProcessIdentity;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks twice a second whether the parent still lives, and beats the heart once. The end of the connection is the faster
 * sign; this one also works when that is missed.
 */
final class ParentWatch implements Runnable {

    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int LOOKS_PER_BEAT = 2;

    private final ProcessIdentity parent;
    private final Vitals vitals;
    private final boolean visible;

    private ParentWatch(ProcessIdentity parent, Vitals vitals) {
        this.parent = parent;
        this.vitals = vitals;
        // A worker in a pid namespace of its own does not see its parent; the connection is all it has then. Asked
        // before the thread runs: a parent that dies until then must not be taken for one that cannot be seen.
        this.visible = parent.isAlive();
    }

    static void start(ProcessIdentity parent, Vitals vitals) {
        Thread thread = new Thread(new ParentWatch(parent, vitals), "process-executor-parent-watch");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        for (long looks = 0; ; looks++) {
            try {
                if (visible && !parent.isAlive()) {
                    WorkerEnd.orphaned();
                }
                // Not at once: it would take from the first task a tenth of the time in which a worker starts.
                if (looks % LOOKS_PER_BEAT == 1) {
                    vitals.beat();
                }
            } catch (Throwable e) {
                // A task filled the heap, or whatever: this must go on, or the worker counts as hung.
            }
            LockSupport.parkNanos(INTERVAL_NANOS);
            boolean ignored = Thread.interrupted();
        }
    }
}
