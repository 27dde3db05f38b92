package io.processexecutor.worker;

import io.processexecutor.serialization.ExecutorSerializers;

/**
 * The thread of the tasks. It loads what decodes them while the worker connects, which takes about as long, and begins with
 * the first one when that is done, so that no two threads initialize the same classes from different sides.
 */
final class WarmUp implements Runnable {

    private final Handover<Runnable> tasks = new Handover<>();

    private final Handover<String> expected = new Handover<>();

    private WarmUp() {}

    static WarmUp start() {
        WarmUp warmUp = new WarmUp();
        Thread thread = new Thread(warmUp, "process-executor-task");
        // It would wait for ever for a main thread that fails.
        thread.setDaemon(true);
        thread.start();
        return warmUp;
    }

    /** What the first task is likely to need. */
    void expect(String expected) {
        this.expected.give(expected);
    }

    /** What the thread does when it is warm. */
    void then(Runnable tasks) {
        this.tasks.give(tasks);
    }

    @Override
    public void run() {
        try {
            ExecutorSerializers.warmUp();
            ExecutorSerializers.expect(expected.await());
        } catch (Throwable e) {
            // Else a task will fail in the same way, and that has somebody to tell.
            if (e instanceof VirtualMachineError && !(e instanceof StackOverflowError)) {
                WorkerEnd.broken(e);
            }
        }
        try {
            tasks.await().run();
        } catch (InterruptedException e) {
            // By whom? Nobody knows this thread yet.
            WorkerEnd.broken(e);
        }
    }
}
