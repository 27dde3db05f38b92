package io.processexecutor.pool;

import io.processexecutor.internal.logging.LogTargets;
import io.processexecutor.internal.process.WorkerProcess;
import io.processexecutor.internal.protocol.LogEvent;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Levels;
import io.processexecutor.internal.protocol.Message.Log;
import io.processexecutor.internal.protocol.StatusPage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs here what was logged in one worker, in its order and aside from the thread that reads: an appender that is slow
 * delays no result, and one that is stuck fills no memory. Tells the worker of the levels in force here.
 */
final class LogReplay {

    private static final Logger log = LoggerFactory.getLogger("io.processexecutor.worker");

    /** More than a worker sends at once, by {@link LogEvent#weight}. */
    private static final int LIMIT = 10_000;

    /** How long the worker's end may wait for an appender that is slow. */
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final PooledWorker worker;
    private final PoolSettings settings;
    private final LogTargets targets;
    private final PoolThreads threads;

    private final Queue<LogEvent> events = new ArrayDeque<>();
    private int weight;
    private long dropped;
    private long droppedThere;
    private boolean busy;
    private long pid;
    private @Nullable Levels told;

    LogReplay(PooledWorker worker, PoolSettings settings, LogTargets targets, PoolThreads threads) {
        this.worker = worker;
        this.settings = settings;
        this.targets = targets;
        this.threads = threads;
    }

    /** Has the worker forward what is logged there, before it is given anything to do. */
    void begin(WorkerProcess launched) throws IOException {
        Levels now = targets.levels();
        synchronized (this) {
            pid = launched.pid();
            told = now;
        }
        launched.connection().send(now);
    }

    /**
     * Looks after a worker that is up.
     *
     * @param now the levels that it is to be told, unless it has been told them
     */
    void look(Levels now) {
        StatusPage.Snapshot status = worker.status();
        if (status == null) {
            return;
        }
        droppedThere(status);
        synchronized (this) {
            if (now.equals(told)) {
                return;
            }
            told = now;
        }
        worker.send(now);
    }

    /**
     * Takes in a message.
     *
     * @return false if it is not about what was logged
     */
    boolean receive(Message message) {
        if (message instanceof Log logged) {
            try {
                add(withOrigin(logged));
            } catch (Throwable e) {
                // It is but a line: the worker goes on.
                lose();
            }
            return true;
        }
        return false;
    }

    /** The worker is gone. What it logged is logged before anybody is told of that. */
    void end(StatusPage.@Nullable Snapshot last) {
        if (last != null) {
            droppedThere(last);
        }
        awaitEnd();
    }

    private LogEvent withOrigin(Log logged) {
        Map<String, String> mdc = new HashMap<>(logged.event().mdc());
        mdc.put("processexecutor.pool", settings.name());
        mdc.put("processexecutor.worker", Integer.toString(worker.state().lastSlot()));
        mdc.put("processexecutor.pid", Long.toString(pid()));
        label(logged.taskId()).ifPresent(each -> mdc.put("processexecutor.task", each));
        return logged.event().withMdc(mdc);
    }

    private Optional<String> label(long taskId) {
        PendingTask<?> task = worker.state().current();
        return task == null || task.id() != taskId
                ? Optional.empty()
                : task.options().label();
    }

    private synchronized long pid() {
        return pid;
    }

    private synchronized void add(LogEvent event) {
        if (weight >= LIMIT) {
            dropped++;
        } else {
            weight += event.weight();
            events.add(event);
        }
        replaySoon();
    }

    private synchronized void lose() {
        dropped++;
    }

    private synchronized void droppedThere(StatusPage.Snapshot status) {
        if (status.droppedLogs() > droppedThere) {
            dropped += status.droppedLogs() - droppedThere;
            droppedThere = status.droppedLogs();
            replaySoon();
        }
    }

    private synchronized void replaySoon() {
        if (!busy) {
            boolean begun = false;
            busy = true;
            try {
                threads.complete(this::replay);
                begun = true;
            } finally {
                busy = begun;
            }
        }
    }

    private void replay() {
        for (Runnable next = next(); next != null; next = next()) {
            try {
                next.run();
            } catch (Throwable failure) {
                // Appenders are the user's, and a log that cannot be written to is not the place to say so.
                Thread thread = Thread.currentThread();
                thread.getThreadGroup().uncaughtException(thread, failure);
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        LogEvent event = events.poll();
        if (event != null) {
            weight -= event.weight();
            return () -> targets.log(event);
        }
        if (dropped > 0) {
            long lost = dropped;
            dropped = 0;
            return () -> log.warn(
                    "{} - Worker {} (pid {}) logs more than is taken over: {} events were dropped",
                    settings.name(),
                    worker.id(),
                    pid(),
                    lost);
        }
        busy = false;
        notifyAll();
        return null;
    }

    private synchronized void awaitEnd() {
        long deadline = System.nanoTime() + END_NANOS;
        boolean interrupted = false;
        while (busy) {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (millis <= 0) {
                break;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
