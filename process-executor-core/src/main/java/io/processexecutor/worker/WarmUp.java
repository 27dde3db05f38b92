package io.processexecutor.worker;

import io.processexecutor.serialization.ExecutorSerializers;

/**
 * Loads what decodes tasks while the worker connects, which takes about as long. The first task waits for its end rather
 * than go along with it, so that no two threads initialize the same classes from different sides.
 */
final class WarmUp implements Runnable {

    private final Thread thread = new Thread(this, "process-executor-warm-up");

    private WarmUp() {}

    static WarmUp start() {
        WarmUp warmUp = new WarmUp();
        warmUp.thread.setDaemon(true);
        warmUp.thread.start();
        return warmUp;
    }

    @Override
    public void run() {
        try {
            ExecutorSerializers.warmUp();
        } catch (RuntimeException | LinkageError e) {
            // So will each task fail, and that has somebody to tell.
            return;
        }
    }

    void await() throws InterruptedException {
        thread.join();
    }
}
