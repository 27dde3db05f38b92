package io.processexecutor.worker;

import io.processexecutor.internal.logging.ForwardedLogs;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.LogEvent;
import io.processexecutor.internal.protocol.Message.Levels;
import io.processexecutor.internal.protocol.Message.Log;
import io.processexecutor.internal.protocol.StatusPage;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is logged, on the thread that logs: once its write returns the event is with the operating system, and
 * arrives whatever becomes of this process. What floods is cut down here, before it costs anybody anything; how much that
 * is stands on the status page, which the parent can read as well when this process is gone.
 */
final class WorkerLogs implements Consumer<LogEvent> {

    /** So much may be logged at once, and so much each second in the long run, by {@link LogEvent#weight}. */
    private static final int BURST = 5_000;

    private static final int PER_SECOND = 1_000;

    private static final long NANOS_EACH = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;

    /** How long who logs waits for a parent that does not read. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Connection connection;
    private final StatusPage.Writer page;
    private final ThreadPoolExecutor levels = thread("process-executor-log-levels");
    private final ThreadPoolExecutor backlog = thread("process-executor-logs");

    /** What tasks must wait for. Set by the thread that reads the commands, before it hands on the first one. */
    private volatile @Nullable CompletableFuture<?> preparation;

    private volatile long running;
    private volatile boolean stuck;

    private long allowance = BURST;
    private long allowedNanos = System.nanoTime();
    private long dropped;

    WorkerLogs(Connection connection, StatusPage.Writer page) {
        this.connection = connection;
        this.page = page;
    }

    /** The parent says which levels are in force. Called by the thread that reads, which must not wait for anybody. */
    void levels(Levels now) {
        if (ForwardedLogs.isOn()) {
            ForwardedLogs.change(now.levels());
        } else {
            Runnable work = ForwardedLogs.open(this, now.levels(), levels).orElse(null);
            if (work != null) {
                prepare(work);
            }
        }
    }

    private void prepare(Runnable work) {
        preparation = CompletableFuture.runAsync(work, levels).exceptionally(failure -> {
            failure.printStackTrace();
            return null;
        });
    }

    /** A task begins. */
    void begin(long taskId) {
        CompletableFuture<?> unfinished = preparation;
        if (unfinished != null) {
            unfinished.join();
        }
        running = taskId;
    }

    /** It is over. */
    void end() {
        running = 0;
    }

    /** Something was logged. */
    @Override
    public void accept(LogEvent event) {
        if (admit(event.weight())) {
            send(new Log(running, event));
        }
    }

    private synchronized boolean admit(int weight) {
        long earned = (System.nanoTime() - allowedNanos) / NANOS_EACH;
        allowedNanos += earned * NANOS_EACH;
        allowance = Math.min(BURST, allowance + earned);
        if (allowance <= 0 || (stuck && !connection.awaitWritten(0))) {
            dropped++;
            page.droppedLogs(dropped);
            return false;
        }
        allowance -= weight;
        return true;
    }

    /** Never writes what does not fit at once itself: that would take the interrupt from a task that is to stop. */
    private void send(Log event) {
        try {
            if (!connection.offer(event)) {
                drainLater();
            }
            stuck = !connection.awaitWritten(PATIENCE_NANOS);
        } catch (IOException e) {
            // A failed write decides nothing. If the parent is gone, the thread that reads its commands knows it too.
            stuck = true;
        }
    }

    private void drainLater() throws IOException {
        try {
            backlog.execute(this::drain);
        } catch (Throwable e) {
            // No thread can be had for it. All others rely on this to write, the reply of the task, too.
            connection.drain();
        }
    }

    private void drain() {
        try {
            connection.drain();
        } catch (IOException e) {
            // As above.
            stuck = true;
        }
    }

    /** One that is there while it has something to do. */
    private static ThreadPoolExecutor thread(String name) {
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new Daemon(name));
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    private record Daemon(String name) implements ThreadFactory {

        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        }
    }
}
