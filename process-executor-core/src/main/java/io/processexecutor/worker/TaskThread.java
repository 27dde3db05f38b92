package io.processexecutor.worker;

import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Interrupting;
import io.processexecutor.internal.protocol.Message.Oversized;
import io.processexecutor.internal.protocol.Message.Run;
import io.processexecutor.internal.protocol.StatusPage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs the tasks of this worker, one after the other. */
final class TaskThread implements Runnable {

    private static final int RESERVE_BYTES = 512 * 1024;

    private final Connection connection;
    private final StatusPage.Writer page;
    private final Vitals vitals;
    private final TaskRunner runner;
    private final WorkerLogs logs;
    private final WarmUp warmUp;
    private final Thread thread = new Thread(this, "process-executor-task");
    private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

    /** The parent sends the next task only after the reply to the last, so there is never more than one. */
    private volatile @Nullable Message next;

    /** Given up when a task has filled the heap, so that the parent can still be told. */
    private byte @Nullable [] unusedReserve = new byte[RESERVE_BYTES];

    private final Object gate = new Object();
    private long running;
    private long cancelled;

    TaskThread(
            Connection connection,
            StatusPage.Writer page,
            Vitals vitals,
            TaskRunner runner,
            WorkerLogs logs,
            WarmUp warmUp) {
        this.connection = connection;
        this.page = page;
        this.vitals = vitals;
        this.runner = runner;
        this.logs = logs;
        this.warmUp = warmUp;
    }

    void start() {
        thread.start();
    }

    /** Called by the thread that reads the commands. */
    void hand(Run run) {
        next = run;
        LockSupport.unpark(thread);
    }

    /** A task that did not fit into memory; the reply must come in turn like any other. */
    void refuse(Oversized oversized) {
        next = oversized;
        LockSupport.unpark(thread);
    }

    /** Interrupts the task if it runs, and tells the parent first what it was doing. */
    void cancel(long taskId) throws IOException {
        List<StackTraceElement> stack = List.of(thread.getStackTrace());
        synchronized (gate) {
            cancelled = taskId;
            if (running == taskId) {
                thread.interrupt();
            }
        }
        connection.send(new Interrupting(taskId, stack));
    }

    @Override
    public void run() {
        try {
            warmUp.await();
            while (true) {
                Message message = take();
                Message reply;
                if (message instanceof Run run) {
                    try {
                        reply = run(run);
                    } catch (OutOfMemoryError e) {
                        // Not even the failure could be copied. What was set aside for this makes room for less.
                        unusedReserve = null;
                        reply = TaskRunner.outOfMemory(run);
                    }
                } else {
                    reply = TaskRunner.refused((Oversized) message);
                }
                // Before the reply, which makes the parent decide whether this worker may take another task.
                vitals.refresh();
                connection.send(reply);
                page.idle();
                vitals.collectIfFull();
            }
        } catch (IOException e) {
            // A failed write decides nothing. If the parent is gone, the thread that reads its commands knows it too.
            return;
        } catch (Throwable failure) {
            // Not even the reply could be made: the parent must see a crash, not a worker that is silent for ever.
            try {
                failure.printStackTrace();
            } finally {
                Runtime.getRuntime().halt(1);
            }
        }
    }

    private Message take() {
        Message message;
        while ((message = next) == null) {
            LockSupport.park(this);
            boolean ignored = Thread.interrupted();
        }
        next = null;
        return message;
    }

    private Message run(Run run) {
        page.begin(run.taskId(), run.attempt());
        synchronized (gate) {
            running = run.taskId();
            if (cancelled == run.taskId()) {
                thread.interrupt();
            }
        }
        logs.begin(run.taskId());
        try {
            return runner.run(run);
        } finally {
            logs.end();
            synchronized (gate) {
                running = 0;
            }
            boolean ignored = Thread.interrupted();
            thread.setContextClassLoader(classLoader);
        }
    }
}
