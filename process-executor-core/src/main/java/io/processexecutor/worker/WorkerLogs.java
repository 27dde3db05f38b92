package io.processexecutor.worker;

import io.processexecutor.internal.logging.ForwardedLogs;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.LogEvent;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Dropped;
import io.processexecutor.internal.protocol.Message.Levels;
import io.processexecutor.internal.protocol.Message.Log;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends what is logged, on the thread that logs: once its write returns the event is with the operating system, and
 * arrives whatever becomes of this process. What floods is cut down here, before it costs anybody anything.
 */
final class WorkerLogs {

    /** So much may be logged at once, and so much each second in the long run, by {@link LogEvent#weight}. */
    static final int BURST = 5_000;

    private static final int PER_SECOND = 1_000;

    private static final long NANOS_EACH = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long who logs waits for a parent that does not read. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Connection connection;
    private final Semaphore backlogs = new Semaphore(0);
    private volatile long running;

    private long allowance = BURST;
    private long allowedNanos = System.nanoTime();
    private long dropped;
    private long droppingNanos;
    private boolean writes;
    private volatile boolean stuck;

    WorkerLogs(Connection connection) {
        this.connection = connection;
    }

    /** The parent says which levels are in force. */
    void levels(Levels levels) {
        ForwardedLogs.open(this::forward, levels.levels());
    }

    /** A task begins. */
    void begin(long taskId) {
        running = taskId;
    }

    /** It is over. What of its events was dropped is on its way before its reply is. */
    void end() {
        running = 0;
        report(true);
    }

    private void forward(LogEvent event) {
        if (stuck && !connection.awaitWritten(0)) {
            drop();
            return;
        }
        stuck = false;
        if (!admit(event.weight())) {
            report(false);
            return;
        }
        report(false);
        send(new Log(running, event));
    }

    private synchronized boolean admit(int weight) {
        long now = System.nanoTime();
        long earned = (now - allowedNanos) / NANOS_EACH;
        allowedNanos += earned * NANOS_EACH;
        allowance = Math.min(BURST, allowance + earned);
        if (allowance <= 0) {
            drop();
            return false;
        }
        allowance -= weight;
        return true;
    }

    private synchronized void drop() {
        if (dropped == 0) {
            droppingNanos = System.nanoTime();
        }
        dropped++;
    }

    private void report(boolean now) {
        long count;
        synchronized (this) {
            if (dropped == 0 || (!now && System.nanoTime() - droppingNanos < REPORT_NANOS)) {
                return;
            }
            count = dropped;
            dropped = 0;
        }
        send(new Dropped(count));
    }

    /** Never writes what does not fit at once itself: that would take the interrupt from a task that is to stop. */
    private void send(Message message) {
        try {
            if (!connection.offer(message)) {
                startWriting();
                backlogs.release();
            }
            stuck = !connection.awaitWritten(PATIENCE_NANOS);
        } catch (IOException e) {
            // A failed write decides nothing. If the parent is gone, the thread that reads its commands knows it too.
            return;
        }
    }

    private synchronized void startWriting() {
        if (!writes) {
            writes = true;
            Thread thread = new Thread(this::write, "process-executor-logs");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void write() {
        try {
            while (true) {
                backlogs.acquireUninterruptibly();
                connection.drain();
            }
        } catch (IOException e) {
            // As above.
            return;
        }
    }
}
