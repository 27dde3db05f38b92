package io.processexecutor.worker;

import io.processexecutor.internal.protocol.Endpoint;
import io.processexecutor.serialization.ExecutorSerializers;
import java.io.IOException;

/**
 * Loads on two threads, while the main one prepares to connect, what that takes in the JDK and what decodes tasks: each takes
 * about as long. The first task waits for the latter to end rather than go along with it, so that no two threads initialize
 * the same classes from different sides.
 */
final class WarmUp {

    private final Thread serializers = thread(new Serializers(), "process-executor-warm-up");

    private WarmUp() {}

    static WarmUp start() {
        thread(new Sockets(), "process-executor-warm-up-sockets").start();
        WarmUp warmUp = new WarmUp();
        warmUp.serializers.start();
        return warmUp;
    }

    void await() throws InterruptedException {
        serializers.join();
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    // Classes of their own: to link a lambda takes longer than to load one of these.
    private static final class Serializers implements Runnable {

        @Override
        public void run() {
            try {
                ExecutorSerializers.warmUp();
            } catch (RuntimeException | LinkageError e) {
                // So will each task fail, and that has somebody to tell.
                return;
            }
        }
    }

    private static final class Sockets implements Runnable {

        @Override
        public void run() {
            try {
                Endpoint.warmUp();
            } catch (IOException | RuntimeException | LinkageError e) {
                // So will connecting fail, and that has somebody to tell.
                return;
            }
        }
    }
}
