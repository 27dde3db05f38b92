package io.processexecutor.pool;

import io.processexecutor.RecycleLimits;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.internal.logging.LogTargets;
import io.processexecutor.internal.protocol.Message.Levels;
import io.processexecutor.internal.protocol.StatusPage;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all workers once a second, as long as there are any: one whose heart has stopped is killed, and one that is
 * idle and due to be recycled is; all are told of changed log levels. A stopped heart is told by looks and not by the time
 * that passed, since this process may have been stopped as well.
 */
final class WorkerWatch {

    private static final Logger log = LoggerFactory.getLogger(WorkerWatch.class);

    static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final long LATE_NANOS = INTERVAL.multipliedBy(3).toNanos();

    private final PoolSettings settings;
    private final WorkerSupply supply;
    private final Recycling recycling;
    private final LogTargets logTargets;
    private final Alarm alarm;
    private final int quietLooks;
    private volatile boolean asked;
    private long lastLookNanos = System.nanoTime();

    WorkerWatch(
            PoolSettings settings,
            WorkerSupply supply,
            Recycling recycling,
            PoolThreads threads,
            LogTargets logTargets) {
        this.logTargets = logTargets;
        this.settings = settings;
        this.supply = supply;
        this.recycling = recycling;
        this.alarm = new Alarm(threads, this::look, INTERVAL);
        this.quietLooks = isDebugged(settings)
                ? 0
                : (int) Math.min(Integer.MAX_VALUE, settings.hungAfter().toSeconds());
    }

    /** There is a worker. */
    void begin() {
        if (quietLooks > 0
                || asked
                || settings.forwardLogs()
                || !settings.recycleLimits().equals(RecycleLimits.none())) {
            alarm.set();
        }
    }

    /** Somebody wants to have workers replaced. */
    void lookSoon() {
        asked = true;
        for (PooledWorker worker : supply.workers()) {
            recycling.check(worker);
        }
        begin();
    }

    private void look() {
        long now = System.nanoTime();
        boolean late = now - lastLookNanos > LATE_NANOS;
        lastLookNanos = now;
        Levels levels = settings.forwardLogs() ? logTargets.levels() : null;
        for (PooledWorker worker : supply.workers()) {
            if (levels != null) {
                worker.logs().look(levels);
            }
            if (quietLooks > 0) {
                checkHeart(worker, late);
            }
            recycling.check(worker);
        }
        if (!supply.workers().isEmpty()) {
            begin();
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
            log.warn(
                    "{} - Worker {} (pid {}) hangs as a whole: no heartbeat for {} s. It is killed and replaced",
                    settings.name(),
                    worker.id(),
                    worker.pid(),
                    quietLooks);
            worker.kill(Reason.HUNG);
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
