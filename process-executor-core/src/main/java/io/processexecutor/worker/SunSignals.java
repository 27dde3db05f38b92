package io.processexecutor.worker;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * What the module {@code jdk.unsupported} has of signals. Compiled apart, for javac warns of it and cannot be told not to:
 * any way of calling it without naming it takes a worker that starts a multiple of the time.
 */
final class SunSignals {

    private SunSignals() {}

    static void handle(String name, Runnable action) {
        Signal.handle(new Signal(name), new Handler(action));
    }

    private record Handler(Runnable action) implements SignalHandler {

        @Override
        public void handle(Signal signal) {
            action.run();
        }
    }
}
