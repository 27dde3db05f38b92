package io.processexecutor.benchmarks.processes;

import io.processexecutor.pool.ProcessPoolExecutor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Where work is done. */
public enum Where {
    /** By a {@code ThreadPoolExecutor} of the caller's own process. */
    IN_THREADS {
        @Override
        public ExecutorService open(int size) {
            return Executors.newFixedThreadPool(size);
        }
    },
    /** By worker processes. */
    IN_WORKERS {
        @Override
        public ExecutorService open(int size) {
            return ProcessPoolExecutor.builder()
                    .workers(size)
                    .minWorkers(size)
                    .maxHeapBytes(WORKER_HEAP)
                    .build();
        }
    };

    private static final long WORKER_HEAP = 256L << 20;

    /**
     * Makes as many threads or workers.
     *
     * @param size how many
     * @return to be shut down
     */
    public abstract ExecutorService open(int size);
}
