package io.processexecutor.pool;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process has no memory or no thread left, which may pass. What nobody else would do is done again until it succeeds.
 * Takes no memory itself.
 */
final class Shortage {

    private static final Logger log = LoggerFactory.getLogger(Shortage.class);

    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(10).toNanos();

    /** Longer than that nobody can wait for. */
    private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

    private Shortage() {}

    /** To be called while there is room: to find a class for the first time takes memory, even one of the JDK's. */
    static void expect() {
        outlast(() -> {});
        String unusedText = Mishap.STEP_FAILED.text();
        boolean unused = mayPass(new OutOfMemoryError(), longest(), 1);
    }

    /** Until when a shortage that begins now may last. */
    static long longest() {
        return System.nanoTime() + LONGEST_NANOS;
    }

    /**
     * Waits a moment before what failed is tried again.
     *
     * @return false if there is no point in that
     */
    static boolean mayPass(Throwable failure, long untilNanos) {
        return mayPass(failure, untilNanos, LOOK_AGAIN_NANOS);
    }

    private static boolean mayPass(Throwable failure, long untilNanos, long pauseNanos) {
        if (!(failure instanceof VirtualMachineError) || System.nanoTime() - untilNanos >= 0) {
            return false;
        }
        LockSupport.parkNanos(pauseNanos);
        return true;
    }

    /** Does something, and again as long as there is no room for it. Not for threads of callers, who may be the reason. */
    static void outlast(Runnable step) {
        long until = longest();
        while (true) {
            try {
                step.run();
                return;
            } catch (Throwable e) {
                if (!mayPass(e, until)) {
                    tell(log, Mishap.STEP_FAILED, e);
                    return;
                }
            }
        }
    }

    /** Logs it, unless there is no room even for that. */
    static void tell(Logger log, Mishap mishap, Throwable failure) {
        try {
            log.error(mishap.text(), failure);
        } catch (Throwable noRoom) {
            // What matters more goes on.
        }
    }
}
