package io.processexecutor.worker;

import io.processexecutor.internal.os.ProcessIdentity;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What signals do to a worker. A Ctrl-C at the terminal reaches all processes of the application, but is meant for the
 * parent, which may want to let tasks finish: the workers end with it. So it is with a service manager that tells all of them
 * to terminate; one that is told alone does.
 */
final class Signals {

    private static final int SIGHUP = 1;
    private static final int SIGTERM = 15;

    /** How much later than this worker its parent may get a signal that is for both. */
    private static final long TOGETHER_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** So often is it looked in any case: when that time has passed, both may have been stopped meanwhile. */
    private static final int LEAST_LOOKS = 10;

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Signals() {}

    /** Where the platform has no such thing as {@code sun.misc.Signal}, signals do what they do to any JVM. */
    static void handle(ProcessIdentity parent) {
        // Not SIG_IGN, which what the tasks start would inherit.
        handle("INT", new Nothing());
        handle("HUP", new Exit("SIGHUP", SIGHUP, parent));
        handle("TERM", new Exit("SIGTERM", SIGTERM, parent));
    }

    private static void handle(String name, Runnable action) {
        try {
            SunSignals.handle(name, action);
        } catch (IllegalArgumentException | LinkageError e) {
            // The signal is the operating system's or was taken by an option such as -Xrs, or there is no such class.
        }
    }

    private record Nothing() implements Runnable {

        @Override
        public void run() {
            // Not for workers.
        }
    }

    /** Whether something is seen before long. */
    static boolean isSeen(BooleanSupplier something) {
        long began = System.nanoTime();
        for (int looks = 0; looks < LEAST_LOOKS || System.nanoTime() - began < TOGETHER_NANOS; looks++) {
            if (something.getAsBoolean()) {
                return true;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        return false;
    }

    private record Exit(String name, int number, ProcessIdentity parent) implements Runnable, BooleanSupplier {

        @Override
        public void run() {
            if (!isSeen(this)) {
                WorkerEnd.exit(128 + number);
            }
        }

        /** The JVM has a thread for each signal, here and there, and that of one which ends it stays until then. */
        @Override
        public boolean getAsBoolean() {
            return parent.hasThread(name + " handler");
        }
    }
}
