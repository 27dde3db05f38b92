package io.processexecutor.pool;

import java.lang.ref.Cleaner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shuts down the pool of an executor that nobody can reach any more and nobody closed, and says where it was made. */
final class DiscardWarning implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(DiscardWarning.class);

    private static final Cleaner CLEANER = Cleaner.create();

    private final WorkerPool pool;
    private final Throwable creation = new Throwable("It was made here");

    private DiscardWarning(WorkerPool pool) {
        this.pool = pool;
    }

    static void on(ProcessPoolExecutor executor, WorkerPool pool) {
        Cleaner.Cleanable unused = CLEANER.register(executor, new DiscardWarning(pool));
    }

    @Override
    public void run() {
        if (!pool.isShutdown()) {
            log.warn(
                    "{} - The executor was discarded without being closed. Its tasks still finish, then its workers end."
                            + " Close it when it is not needed any more",
                    pool.settings().name(),
                    creation);
            pool.shutdown();
        }
    }
}
