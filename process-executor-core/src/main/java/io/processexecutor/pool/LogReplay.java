package io.processexecutor.pool;

import io.processexecutor.internal.logging.LogTargets;
import io.processexecutor.internal.process.WorkerProcess;
import io.processexecutor.internal.protocol.LogEvent;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Dropped;
import io.processexecutor.internal.protocol.Message.Levels;
import io.processexecutor.internal.protocol.Message.Log;
import java.time.Duration;
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
 * delays no result, and one that is stuck fills no memory.
 */
final class LogReplay {

    private static final Logger log = LoggerFactory.getLogger("io.processexecutor.worker");

    /** More than a worker sends at once, by {@link LogEvent#weight}. */
    private static final int LIMIT = 10_000;

    private final String poolName;
    private final LogTargets targets;
    private final PoolThreads threads;
    private final WorkerProcess worker;

    private final Queue<LogEvent> events = new ArrayDeque<>();
    private int weight;
    private long dropped;
    private boolean busy;
    private @Nullable Levels told;

    LogReplay(String poolName, LogTargets targets, PoolThreads threads, WorkerProcess worker) {
        this.poolName = poolName;
        this.targets = targets;
        this.threads = threads;
        this.worker = worker;
    }

    /** Which levels the worker is to be told, if it was not told them before. */
    synchronized Optional<Levels> news(Levels now) {
        if (now.equals(told)) {
            return Optional.empty();
        }
        told = now;
        return Optional.of(now);
    }

    /**
     * Takes in a message.
     *
     * @param label that of the task it is about
     * @return false if it is about something else
     */
    boolean receive(Message message, int slot, Optional<String> label) {
        if (message instanceof Log logged) {
            add(withOrigin(logged.event(), slot, label));
        } else if (message instanceof Dropped flood) {
            drop(flood.events());
        } else {
            return false;
        }
        return true;
    }

    /** Waits until all that was taken in is logged. */
    synchronized void awaitEnd(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
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

    private LogEvent withOrigin(LogEvent event, int slot, Optional<String> label) {
        Map<String, String> mdc = new HashMap<>(event.mdc());
        mdc.put("processexecutor.pool", poolName);
        mdc.put("processexecutor.worker", Integer.toString(slot));
        mdc.put("processexecutor.pid", Long.toString(worker.pid()));
        label.ifPresent(each -> mdc.put("processexecutor.task", each));
        return event.withMdc(mdc);
    }

    private synchronized void add(LogEvent event) {
        if (weight >= LIMIT) {
            drop(1);
            return;
        }
        weight += event.weight();
        events.add(event);
        begin();
    }

    private synchronized void drop(long count) {
        dropped += count;
        begin();
    }

    private synchronized void begin() {
        if (!busy) {
            busy = true;
            threads.complete(this::replay);
        }
    }

    private void replay() {
        while (true) {
            LogEvent event;
            long lost = 0;
            synchronized (this) {
                event = events.poll();
                if (event != null) {
                    weight -= event.weight();
                } else if (dropped > 0) {
                    lost = dropped;
                    dropped = 0;
                } else {
                    busy = false;
                    notifyAll();
                    return;
                }
            }
            try {
                if (event != null) {
                    targets.log(event);
                } else {
                    log.warn(
                            "{} - Worker {} (pid {}) logs more than is taken over: {} events were dropped",
                            poolName,
                            worker.workerId(),
                            worker.pid(),
                            lost);
                }
            } catch (RuntimeException | Error ignored) {
                // A log that cannot be written must not end the way of those that follow.
            }
        }
    }
}
