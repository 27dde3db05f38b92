package io.processexecutor.worker;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * The heap of a worker that waits for a task. At work it is to have much more room than what it holds, so that what a task
 * reads is not moved while it is read; that room is of no use in between, and may be to other processes.
 */
final class IdleHeap {

    private static final String LEAST_FREE = "MinHeapFreeRatio";
    private static final String MOST_FREE = "MaxHeapFreeRatio";
    private static final int IDLE_FREE_PERCENT = 40;

    private IdleHeap() {}

    /** Collects and gives back what is not needed. When it is full again it grows by the rules that were in force before. */
    static void shrink() {
        HotSpotDiagnosticMXBean machine = machine();
        if (machine == null) {
            System.gc();
            return;
        }
        try {
            free(machine, LEAST_FREE, 0);
            free(machine, MOST_FREE, IDLE_FREE_PERCENT);
            System.gc();
        } finally {
            free(machine, MOST_FREE, WorkerSettings.WORKING_FREE_PERCENT);
            free(machine, LEAST_FREE, WorkerSettings.WORKING_FREE_PERCENT);
        }
    }

    /** Null where somebody else decides how much is free, or the machine cannot be told. */
    private static @Nullable HotSpotDiagnosticMXBean machine() {
        try {
            HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return machine != null && isOurs(machine, LEAST_FREE) && isOurs(machine, MOST_FREE) ? machine : null;
        } catch (IllegalArgumentException | LinkageError e) {
            // A machine of another kind, or a run-time image without this part of the JDK.
            return null;
        }
    }

    private static boolean isOurs(HotSpotDiagnosticMXBean machine, String option) {
        VMOption known = machine.getVMOption(option);
        return known.isWriteable() && known.getValue().equals(Integer.toString(WorkerSettings.WORKING_FREE_PERCENT));
    }

    private static void free(HotSpotDiagnosticMXBean machine, String option, int percent) {
        machine.setVMOption(option, Integer.toString(percent));
    }
}
