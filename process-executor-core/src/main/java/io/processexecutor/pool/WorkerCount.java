package io.processexecutor.pool;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many workers one pool has where nobody said how many. Says once if memory allows fewer. */
final class WorkerCount {

    private static final Logger log = LoggerFactory.getLogger(WorkerCount.class);

    /** As many as it has said. */
    private int told;

    /** One a processor, as long as their heaps take no more than half of what this process leaves of the memory. */
    int forThisMachine(String poolName, long maxHeapBytes) {
        int processors = Runtime.getRuntime().availableProcessors();
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system)) {
            return processors;
        }
        // Both are the container's where there is one.
        long left = system.getTotalMemorySize() - Runtime.getRuntime().maxMemory();
        int bound = bound(processors, left, maxHeapBytes);
        if (bound < processors && bound != told) {
            told = bound;
            log.warn(
                    "{} - Workers: {} in place of {}, one a processor: each may take a heap of {} MB, and {} MB are left"
                            + " beside this process. Set the number of workers, or their max heap, to choose otherwise",
                    poolName,
                    bound,
                    processors,
                    maxHeapBytes >> 20,
                    left >> 20);
        }
        return bound;
    }

    static int bound(int processors, long leftBytes, long maxHeapBytes) {
        return (int) Math.max(1, Math.min(processors, leftBytes / 2 / maxHeapBytes));
    }
}
