package io.processexecutor.pool;

import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.internal.logging.LogTargets;
import io.processexecutor.internal.protocol.Message.Levels;
import io.processexecutor.internal.protocol.StatusPage;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all workers once a second, as long as there are any: one whose heart has stopped is killed, and one that is
 * idle and due to be recycled is; all are told of changed log levels. What was to be killed and is still there is killed
 * again. As long as the breaker is open a start is tried when there is a slot for it. A stopped heart is told by looks and not
 * by the time that passed, since this process may have been stopped as well.
 */
final class WorkerWatch {

    private static final Logger log = LoggerFactory.getLogger(WorkerWatch.class);

    static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final long LATE_NANOS = INTERVAL.multipliedBy(3).toNanos();

    private final WorkerPool pool;
    private final PoolSettings settings;
    private final WorkerSupply supply;
    private final Recycling recycling;
    private final LogTargets logTargets;
    private final Alarm alarm;
    private final int quietLooks;
    private long lastLookNanos = System.nanoTime();

    WorkerWatch(WorkerPool pool, WorkerSupply supply, Recycling recycling, PoolThreads threads, LogTargets logTargets) {
        this.logTargets = logTargets;
        this.pool = pool;
        this.settings = pool.settings();
        this.supply = supply;
        this.recycling = recycling;
        this.alarm = new Alarm(threads, this::look, INTERVAL);
        this.quietLooks = isDebugged(settings)
                ? 0
                : (int) Math.min(Integer.MAX_VALUE, settings.hungAfter().toSeconds());
    }

    /** There is a worker, or something else to look after. */
    void begin() {
        alarm.set();
    }

    /** Somebody wants to have workers replaced. */
    void lookSoon() {
        for (PooledWorker worker : supply.workers()) {
            recycling.check(worker);
        }
        begin();
    }

    private void look() {
        long now = System.nanoTime();
        boolean late = now - lastLookNanos > LATE_NANOS;
        lastLookNanos = now;
        try {
            // What else was left undone for want of memory.
            pool.dispatcher().dispatch();
            if (!pool.isShutdown()) {
                // When the pause was over all slots may have been taken, and nobody need ask for one that is freed.
                supply.probe();
            }
            Levels levels = settings.forwardLogs() ? logTargets.levels() : null;
            for (PooledWorker worker : supply.workers()) {
                look(worker, levels, late);
            }
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.WORKERS_NOT_LOOKED_AT, e);
        } finally {
            if (!supply.workers().isEmpty() || supply.isBreakerOpen() || pool.hasStragglers()) {
                begin();
            }
        }
    }

    /** What goes wrong with one of them concerns no other. */
    private void look(PooledWorker worker, @Nullable Levels levels, boolean late) {
        try {
            worker.killAgain();
            if (quietLooks > 0) {
                checkHeart(worker, late);
            }
            recycling.check(worker);
            if (levels != null) {
                worker.logs().look(levels);
            }
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.WORKER_NOT_LOOKED_AT, e);
        }
    }

    private void checkHeart(PooledWorker worker, boolean late) {
        HeartbeatCheck heart = worker.heart();
        if (late) {
            heart.startOver();
            return;
        }
        StatusPage.Snapshot status = worker.status();
        if (status != null && heart.look(status.heartbeat()) >= quietLooks) {
            heart.startOver();
            worker.kill(Reason.HUNG);
            log.warn(
                    "{} - Worker {} (pid {}) hangs as a whole: no heartbeat for {} s. It is killed and replaced",
                    settings.name(),
                    worker.id(),
                    worker.pid(),
                    quietLooks);
        }
    }

    /** Whoever halts this process or a worker in a debugger does not want the workers killed for it. */
    private static boolean isDebugged(PoolSettings settings) {
        List<String> own = ManagementFactory.getRuntimeMXBean().getInputArguments();
        return mentionsDebugger(own) || mentionsDebugger(settings.launch().jvmArgs());
    }

    private static boolean mentionsDebugger(List<String> jvmArgs) {
        return jvmArgs.stream().anyMatch(each -> each.contains("jdwp"));
    }
}
