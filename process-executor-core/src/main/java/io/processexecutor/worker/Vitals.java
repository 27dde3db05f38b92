package io.processexecutor.worker;

import io.processexecutor.internal.protocol.StatusPage;
import io.processexecutor.internal.protocol.StatusPage.Effort;
import io.processexecutor.internal.protocol.StatusPage.Memory;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes on the status page that this worker lives, how much memory it takes and what it has spent. */
final class Vitals {

    /** After a task they are as fresh as this, so that a worker that grew fast is not given many more tasks. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Of the time a worker has, collecting takes at most one part in this many. */
    private static final int COLLECT_SHARE = 10;

    private static final long COLLECT_ABOVE_BYTES = Long.getLong(WorkerSettings.COLLECT_ABOVE_PROPERTY, 0);

    /** So many seconds after the last task a worker that has grown by so much tidies up. */
    private static final int IDLE_BEATS = 5;

    private static final long IDLE_GROWTH_BYTES = 16 << 20;
    private static final long NO_TASK = -1;

    private final StatusPage.Writer page;
    private long lastTask = NO_TASK;
    private int idleBeats;
    private long collectedHeap = Runtime.getRuntime().totalMemory();
    private @Nullable Meters meters;
    private long cpuMillis;
    private long count;
    private long collectAgainNanos = System.nanoTime();
    private long writtenNanos = System.nanoTime();

    Vitals(StatusPage.Writer page) {
        this.page = page;
    }

    /** The heart beats. */
    synchronized void beat() {
        page.map();
        collectIfIdle();
        count++;
        write();
    }

    /** What tasks needed of memory is of no use to a worker that waits for the next one. */
    private void collectIfIdle() {
        OptionalLong task = page.idleSinceTaskOf();
        boolean idle = task.isPresent() && task.getAsLong() == lastTask;
        idleBeats = idle ? idleBeats + 1 : 0;
        lastTask = task.orElse(NO_TASK);
        if (idleBeats == IDLE_BEATS && Runtime.getRuntime().totalMemory() >= collectedHeap + IDLE_GROWTH_BYTES) {
            IdleHeap.shrink();
            collectedHeap = Runtime.getRuntime().totalMemory();
        }
    }

    /** A task ended. */
    synchronized void refresh() {
        if (System.nanoTime() - writtenNanos >= FRESH_NANOS) {
            try {
                write();
            } catch (OutOfMemoryError | LinkageError e) {
                // A task filled the heap, perhaps while what is needed here was first loaded. Its reply matters more.
                writtenNanos = System.nanoTime();
            }
        }
    }

    /**
     * Finds out what a full heap really holds. Only where the parent limits that, and not all the time: a collection stops
     * the world.
     */
    synchronized void collectIfFull() {
        if (COLLECT_ABOVE_BYTES == 0 || heapUsed() <= COLLECT_ABOVE_BYTES) {
            return;
        }
        long began = System.nanoTime();
        if (began - collectAgainNanos >= 0) {
            System.gc();
            long ended = System.nanoTime();
            collectAgainNanos = ended + COLLECT_SHARE * (ended - began);
            write();
        }
    }

    private long heapUsed() {
        long used = 0;
        for (MemoryPoolMXBean pool : meters().heap()) {
            used += bytes(pool.getUsage());
        }
        return used;
    }

    private void write() {
        long afterGc = 0;
        for (MemoryPoolMXBean pool : meters().heap()) {
            afterGc += bytes(pool.getCollectionUsage());
        }
        MemoryPoolMXBean metaspace = meters().metaspace();
        long classes = metaspace == null ? 0 : bytes(metaspace.getUsage());
        page.beat(count, new Memory(heapUsed(), afterGc, classes, ResidentMemory.bytes()), effort());
        writtenNanos = System.nanoTime();
    }

    private Effort effort() {
        long count = 0;
        long millis = 0;
        for (GarbageCollectorMXBean collector : meters().collectors()) {
            // Each is -1 where it is not known.
            count += Math.max(0, collector.getCollectionCount());
            millis += Math.max(0, collector.getCollectionTime());
        }
        // A task may have used up all file descriptors, and then it is not told: it must not fall for that.
        ProcessHandle.current().info().totalCpuDuration().ifPresent(spent -> cpuMillis = spent.toMillis());
        return new Effort(count, millis, cpuMillis);
    }

    /** Made for the first heartbeat and not by who starts the worker: it takes longer than to connect. */
    private Meters meters() {
        Meters made = meters;
        if (made == null) {
            made = Meters.make();
            meters = made;
        }
        return made;
    }

    private record Meters(
            List<MemoryPoolMXBean> heap,
            @Nullable MemoryPoolMXBean metaspace,
            List<GarbageCollectorMXBean> collectors) {

        static Meters make() {
            List<MemoryPoolMXBean> heap = new ArrayList<>();
            MemoryPoolMXBean metaspace = null;
            for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
                if (pool.getType() == MemoryType.HEAP) {
                    heap.add(pool);
                } else if (pool.getName().equals("Metaspace")) {
                    metaspace = pool;
                }
            }
            return new Meters(heap, metaspace, ManagementFactory.getGarbageCollectorMXBeans());
        }
    }

    private static long bytes(@Nullable MemoryUsage usage) {
        return usage == null ? 0 : usage.getUsed();
    }
}
