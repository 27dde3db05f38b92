package io.processexecutor.worker;

import io.processexecutor.internal.protocol.ProcessIdentity;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks once a second whether the parent still lives, and beats the heart. The end of the connection is the faster sign;
 * this one also works when that is missed.
 */
final class ParentWatch implements Runnable {

    /** What a worker that lost its parent ends with; nobody is left to read it. */
    static final int ORPHANED = 0;

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ProcessIdentity parent;
    private final Vitals vitals;

    private ParentWatch(ProcessIdentity parent, Vitals vitals) {
        this.parent = parent;
        this.vitals = vitals;
    }

    static void start(ProcessIdentity parent, Vitals vitals) {
        Thread thread = new Thread(new ParentWatch(parent, vitals), "process-executor-parent-watch");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        while (true) {
            if (!parent.isAlive()) {
                Runtime.getRuntime().halt(ORPHANED);
            }
            vitals.beat();
            LockSupport.parkNanos(INTERVAL_NANOS);
            boolean ignored = Thread.interrupted();
        }
    }
}
