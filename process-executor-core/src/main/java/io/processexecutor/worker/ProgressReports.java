package io.processexecutor.worker;

import io.processexecutor.TaskContext;
import io.processexecutor.TaskProgress;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message.Progress;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends what tasks say about themselves, on a thread of its own: a task that tells very often, or a parent that does not
 * listen, must not slow the task down.
 */
final class ProgressReports {

    private static final long APART_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Connection connection;
    private final AtomicReference<@Nullable Progress> latest = new AtomicReference<>();
    private volatile long running;
    private volatile @Nullable Thread sender;
    private volatile boolean senderWaits;

    ProgressReports(Connection connection) {
        this.connection = connection;
    }

    /** The context of a task that begins. */
    TaskContext begin(long taskId) {
        running = taskId;
        return progress -> tell(taskId, progress);
    }

    /** The task is over. What it told last is on its way before its reply is, and what it tells from now on is not heard. */
    void end() {
        running = 0;
        sendLatest();
    }

    private void tell(long taskId, TaskProgress progress) {
        if (running != taskId) {
            return;
        }
        latest.set(new Progress(taskId, progress));
        Thread thread = sender;
        if (thread == null) {
            start();
        } else if (senderWaits) {
            LockSupport.unpark(thread);
        }
    }

    private synchronized void start() {
        if (sender == null) {
            Thread thread = new Thread(this::send, "process-executor-progress");
            thread.setDaemon(true);
            thread.start();
            sender = thread;
        }
    }

    private void send() {
        while (true) {
            senderWaits = true;
            while (latest.get() == null) {
                LockSupport.park(this);
                boolean ignored = Thread.interrupted();
            }
            senderWaits = false;
            sendLatest();
            long next = System.nanoTime() + APART_NANOS;
            // Who tells while this thread is just waking wakes it once more, which must not end the pause.
            for (long left = APART_NANOS; left > 0; left = next - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
                boolean ignored = Thread.interrupted();
            }
        }
    }

    /** One at a time, so that what is sent by the end of a task is really the last of it. */
    private synchronized void sendLatest() {
        Progress progress = latest.getAndSet(null);
        if (progress == null) {
            return;
        }
        try {
            connection.send(progress);
        } catch (IOException e) {
            // A failed write decides nothing. If the parent is gone, the thread that reads its commands knows it too.
            return;
        }
    }
}
