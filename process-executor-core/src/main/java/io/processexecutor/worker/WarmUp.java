package io.processexecutor.worker;

import io.processexecutor.serialization.ExecutorSerializers;
import org.jspecify.annotations.Nullable;

/**
 * The thread of the tasks. It loads what decodes them while the worker connects, which takes about as long, and begins with
 * the first one when that is done, so that no two threads initialize the same classes from different sides. It waits as
 * plainly as one can: other ways take classes that are in no archive, unless who made that had to wait as well.
 */
final class WarmUp implements Runnable {

    private @Nullable Runnable tasks;

    private WarmUp() {}

    static WarmUp start() {
        WarmUp warmUp = new WarmUp();
        Thread thread = new Thread(warmUp, "process-executor-task");
        // It would wait for ever for a main thread that fails.
        thread.setDaemon(true);
        thread.start();
        return warmUp;
    }

    /** What the thread does when it is warm. */
    synchronized void then(Runnable tasks) {
        this.tasks = tasks;
        notifyAll();
    }

    private synchronized Runnable awaitTasks() throws InterruptedException {
        while (tasks == null) {
            wait();
        }
        return tasks;
    }

    @Override
    public void run() {
        try {
            ExecutorSerializers.warmUp();
        } catch (Throwable e) {
            // Else each task will fail in the same way, and that has somebody to tell.
            if (e instanceof VirtualMachineError && !(e instanceof StackOverflowError)) {
                WorkerEnd.broken(e);
            }
        }
        try {
            awaitTasks().run();
        } catch (InterruptedException e) {
            // By whom? Nobody knows this thread yet.
            WorkerEnd.broken(e);
        }
    }
}
