package io.processexecutor.pool;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one pool beside those of its workers: a clock, and some that do what may block aside from whoever should
 * not wait for it. All are made when first needed, and daemons but for the one that lets a shutdown come to its end.
 */
final class PoolThreads implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PoolThreads.class);

    private final String name;
    private final ScheduledThreadPoolExecutor clock;
    private final ExecutorService others;
    private final ThreadFactory late;

    PoolThreads(String poolName) {
        this.name = poolName;
        this.clock = new ScheduledThreadPoolExecutor(1, factory(poolName + "-clock"));
        clock.setRemoveOnCancelPolicy(true);
        this.late = factory(poolName + "-aside");
        this.others = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), late);
    }

    /** Runs something later, which must be short. Once the pool has terminated there is no later. */
    Future<?> timer(Runnable work, Duration delay) {
        try {
            return clock.schedule(() -> guarded(work), Math.max(0, nanos(delay)), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return new FutureTask<>(work, null);
        }
    }

    /** As {@link #timer}, for what need not be cancelled. */
    void later(Runnable work, Duration delay) {
        Future<?> unused = timer(work, delay);
    }

    /** Runs something that may block on a worker, or not at all once the pool has terminated. */
    void write(Runnable work) {
        try {
            others.execute(work);
        } catch (RejectedExecutionException e) {
            log.debug("Not written: the pool has terminated", e);
        }
    }

    /** Completes a future, which may run user code, in place of the caller; also after the pool has terminated. */
    void complete(Runnable work) {
        try {
            others.execute(() -> guarded(work));
        } catch (RejectedExecutionException e) {
            late.newThread(() -> guarded(work)).start();
        }
    }

    /** Completes futures one after the other, but none of them waits for what the callbacks of another do. */
    void completeAll(Queue<Runnable> completions) {
        new Relay(completions, this::complete).start();
    }

    /** As with any executor, the virtual machine does not end by itself before what was submitted to it has. */
    void keepJvmUntil(CountDownLatch end) {
        Thread thread = new Thread(
                () -> {
                    boolean over = false;
                    while (!over) {
                        try {
                            end.await();
                            over = true;
                        } catch (InterruptedException e) {
                            // Somebody interrupts all threads there are; the tasks still run.
                        }
                    }
                },
                name + "-shutdown");
        thread.start();
    }

    /** In nanoseconds, and as many as can be added to a time where it is longer than that. */
    static long nanos(Duration duration) {
        return Math.min(TimeUnit.NANOSECONDS.convert(duration), Long.MAX_VALUE / 4);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        others.shutdown();
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            log.error("A scheduled step of the pool failed", e);
        }
    }

    private static ThreadFactory factory(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
