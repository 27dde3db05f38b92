package io.processexecutor.pool;

import io.processexecutor.RecycleLimits;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.internal.protocol.StatusPage.Memory;
import io.processexecutor.internal.protocol.StatusPage.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits of what workers may take. A worker that has run no task yet is never beyond one: the next one would be no
 * smaller, and no task would ever run.
 */
final class SizeLimits {

    private static final Logger log = LoggerFactory.getLogger(SizeLimits.class);

    private static final double FAR_BEYOND = 1.25;

    private record Limit(
            Reason reason, long bytes, ToLongFunction<Memory> size, String property, String builderMethod) {}

    private final String name;
    private final List<Limit> limits;
    private final Set<Limit> warned = ConcurrentHashMap.newKeySet();

    /** The worker that was beyond a limit after its first task, unless another came further since. */
    private final Map<Limit, Integer> shortLived = new ConcurrentHashMap<>();

    SizeLimits(PoolSettings settings) {
        this.name = settings.name();
        RecycleLimits all = settings.recycleLimits();
        this.limits = Stream.of(
                        new Limit(Reason.MAX_RSS, all.maxRssBytes(), Memory::rss, "max-rss", "maxRssBytes"),
                        new Limit(Reason.MAX_HEAP, all.maxHeapBytes(), Memory::heapAfterGc, "max-heap", "maxHeapBytes"),
                        new Limit(
                                Reason.MAX_METASPACE,
                                all.maxMetaspaceBytes(),
                                Memory::metaspace,
                                "max-metaspace",
                                "maxMetaspaceBytes"))
                .filter(limit -> limit.bytes() > 0)
                .toList();
    }

    /** Why a worker is too large; {@code null} if it is not. */
    @Nullable
    Reason exceeded(PooledWorker worker) {
        return exceeded(worker, 1);
    }

    /** Whether a worker grows so fast that it must not be given tasks for as long as it takes to start another. */
    boolean isFarBeyond(PooledWorker worker) {
        return exceeded(worker, FAR_BEYOND) != null;
    }

    private @Nullable Reason exceeded(PooledWorker worker, double tolerance) {
        if (limits.isEmpty()) {
            return null;
        }
        long tasks = worker.state().tasks();
        boolean between = worker.state().current() == null;
        Snapshot status = worker.status();
        if (status == null) {
            return null;
        }
        for (Limit each : limits) {
            long size = each.size().applyAsLong(status.memory());
            if (size > each.bytes() * tolerance) {
                if (tasks == 0) {
                    warnOnce(each, worker, size, "before its first task");
                } else {
                    if (between) {
                        findShortLived(each, worker, size, tasks);
                    }
                    return each.reason();
                }
            }
        }
        return null;
    }

    /**
     * A worker that starts for a task has it before anybody knows how large it is without. One task may leave a lot behind, which is
     * what the limit is for; but not that of each worker.
     */
    private void findShortLived(Limit limit, PooledWorker worker, long size, long tasks) {
        Integer other = shortLived.get(limit);
        boolean another = other != null && other != worker.id();
        if (tasks == 1 && another) {
            warnOnce(limit, worker, size, "after its first task, as worker " + other + " did");
        } else if (tasks == 1) {
            shortLived.put(limit, worker.id());
        } else if (another) {
            shortLived.remove(limit);
        }
    }

    private void warnOnce(Limit limit, PooledWorker worker, long size, String when) {
        if (warned.add(limit)) {
            log.warn(
                    "{} - Worker {} (pid {}) takes {} MB {}, and {} is {} MB: every worker is replaced after"
                            + " its first task, or soon after. Raise process-executor.recycle.{} (RecycleLimits.{})",
                    name,
                    worker.id(),
                    worker.pid(),
                    inMegabytes(size),
                    when,
                    limit.reason(),
                    inMegabytes(limit.bytes()),
                    limit.property(),
                    limit.builderMethod());
        }
    }

    private static long inMegabytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
