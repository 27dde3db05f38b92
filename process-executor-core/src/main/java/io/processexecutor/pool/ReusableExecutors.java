package io.processexecutor.pool;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The executors that are shared by all who ask for the same settings; one for each. Whoever asks never waits for another
 * who asks.
 */
final class ReusableExecutors {

    private static final ConcurrentMap<PoolSettings, ProcessPoolExecutor> LIVE = new ConcurrentHashMap<>();

    private ReusableExecutors() {}

    /** The live executor of these settings, with this many workers; a new one if there is none that can be used. */
    static ProcessPoolExecutor get(PoolSettings settings) {
        PoolSettings key = settings.withWorkers(0);
        while (true) {
            ProcessPoolExecutor live = LIVE.get(key);
            if (live != null && live.isUsable()) {
                live.resize(settings.workers());
                return live;
            }
            ProcessPoolExecutor fresh = new ProcessPoolExecutor(settings);
            // Before there is anything to tell, and with nobody waiting for what a listener does meanwhile.
            fresh.observe();
            if (replace(key, live, fresh)) {
                if (live != null) {
                    // Its breaker is open: what waits there ends as that decides, and nothing is added.
                    live.shutdown();
                }
                fresh.start();
                return fresh;
            }
            // Nobody but its listeners has seen it, and nothing of it is started.
            fresh.shutdown();
        }
    }

    /** Where there is no memory even for that, whoever asks next finds that it cannot be used any more. */
    static void forget(PoolSettings settings, ProcessPoolExecutor executor) {
        try {
            boolean unused = LIVE.remove(settings.withWorkers(0), executor);
        } catch (VirtualMachineError e) {
            // What follows ends the executor.
        }
    }

    private static boolean replace(PoolSettings key, @Nullable ProcessPoolExecutor old, ProcessPoolExecutor fresh) {
        return old == null ? LIVE.putIfAbsent(key, fresh) == null : LIVE.replace(key, old, fresh);
    }
}
