package io.processexecutor.worker;

/**
 * What signals do to a worker. A Ctrl-C at the terminal reaches all processes of the application, but is meant for the
 * parent, which may want to let tasks finish: the workers end with it.
 */
final class Signals {

    private static final int SIGHUP = 1;
    private static final int SIGTERM = 15;

    private Signals() {}

    /** Where the platform has no such thing as {@code sun.misc.Signal}, signals do what they do to any JVM. */
    static void handle() {
        // Not SIG_IGN, which what the tasks start would inherit.
        handle("INT", new Nothing());
        handle("HUP", new Exit(128 + SIGHUP));
        handle("TERM", new Exit(128 + SIGTERM));
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

    private record Exit(int code) implements Runnable {

        @Override
        public void run() {
            WorkerEnd.exit(code);
        }
    }
}
