package io.processexecutor.worker;

import io.processexecutor.internal.os.ProcessIdentity;
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
        // A worker in a pid namespace of its own does not see its parent; the connection is all it has then.
        boolean visible = parent.isAlive();
        for (long count = 1; ; count++) {
            try {
                if (visible && !parent.isAlive()) {
                    WorkerEnd.orphaned();
                }
                page.beat(count, memory.getHeapMemoryUsage().getUsed(), ResidentMemory.bytes());
            } catch (OutOfMemoryError e) {
                // A task filled the heap. This must go on; there may be room the next time.
            }
            LockSupport.parkNanos(INTERVAL_NANOS);
            boolean ignored = Thread.interrupted();
        }
    }
}
