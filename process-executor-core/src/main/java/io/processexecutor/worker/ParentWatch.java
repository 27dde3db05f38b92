package io.processexecutor.worker;

import io.processexecutor.internal.protocol.ProcessIdentity;
import io.processexecutor.internal.protocol.StatusPage;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
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
    private final StatusPage.Writer page;

    private ParentWatch(ProcessIdentity parent, StatusPage.Writer page) {
        this.parent = parent;
        this.page = page;
    }

    static void start(ProcessIdentity parent, StatusPage.Writer page) {
        Thread thread = new Thread(new ParentWatch(parent, page), "process-executor-parent-watch");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        for (long count = 1; ; count++) {
            if (!parent.isAlive()) {
                Runtime.getRuntime().halt(ORPHANED);
            }
            page.beat(count, memory.getHeapMemoryUsage().getUsed(), ResidentMemory.bytes());
            LockSupport.parkNanos(INTERVAL_NANOS);
            boolean ignored = Thread.interrupted();
        }
    }
}
