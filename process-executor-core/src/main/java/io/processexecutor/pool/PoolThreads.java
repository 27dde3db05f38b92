package io.processexecutor.pool;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one pool beside those of its workers: a clock, and some that do what may block aside from whoever should
 * not wait for it. All are made when first needed, and daemons but for the one that lets a shutdown come to its end.
 */
final class PoolThreads implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PoolThreads.class);

    /** When it is tried again to have a thread, and how often. */
    private static final Duration NO_THREAD_WAIT = Duration.ofMillis(100);

    private static final long NO_THREAD_WAIT_NANOS = NO_THREAD_WAIT.toNanos();

    private static final int NO_THREAD_TRIES = 100;

    private final String name;
    private final ScheduledThreadPoolExecutor clock;
    private final ExecutorService others;
    private final ThreadFactory late;

    PoolThreads(String poolName) {
        this(poolName, factory(poolName + "-clock"), factory(poolName + "-aside"));
    }

    /**
     * Creates them.
     *
     * @param clocks makes the thread of the clock
     * @param late makes all others
     */
    PoolThreads(String poolName, ThreadFactory clocks, ThreadFactory late) {
        this.name = poolName;
        this.clock = new ScheduledThreadPoolExecutor(1, work -> clocks.newThread(() -> keepTime(work)));
        clock.setRemoveOnCancelPolicy(true);
        this.late = late;
        this.others = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), late);
    }

    /** Runs something later, which must be short. Once this is closed there is no later. */
    Future<?> timer(Runnable work, Duration delay) {
        try {
            return clock.schedule(() -> Shortage.outlast(work), Math.max(0, nanos(delay)), TimeUnit.NANOSECONDS);
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
        } catch (OutOfMemoryError noThread) {
            later(() -> write(work), NO_THREAD_WAIT);
        }
    }

    /**
     * Completes a future, which may run user code, in place of the caller; also after the pool has terminated. If there is no
     * thread for it that is done once there is one, or by the clock if that takes too long, or else by the caller.
     */
    void complete(Runnable work) {
        complete(work, NO_THREAD_TRIES);
    }

    private void complete(Runnable work, int tries) {
        try {
            startAside(() -> Shortage.outlast(work));
        } catch (OutOfMemoryError noThread) {
            if (tries == 0 || !completesLater(work, tries - 1)) {
                runHere(work);
            }
        }
    }

    private void startAside(Runnable work) {
        try {
            others.execute(work);
        } catch (RejectedExecutionException e) {
            late.newThread(work).start();
        }
    }

    private boolean completesLater(Runnable work, int tries) {
        try {
            Future<?> unused = clock.schedule(() -> complete(work, tries), NO_THREAD_WAIT_NANOS, TimeUnit.NANOSECONDS);
            return true;
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            return false;
        }
    }

    private static void runHere(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.COMPLETION_FAILED, e);
        }
    }

    /** Completes futures one after the other, but none of them waits for what the callbacks of another do. */
    void completeAll(List<Runnable> completions) {
        if (completions.isEmpty()) {
            return;
        }
        try {
            new Relay(completions, this::complete).start();
        } catch (Throwable e) {
            // None has begun.
            completions.forEach(PoolThreads::runHere);
        }
    }

    /** What is waited for. */
    interface End {

        void await() throws InterruptedException;
    }

    /** As with any executor, the virtual machine does not end by itself before what was submitted to it has. */
    void keepJvmUntil(End end) {
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
        try {
            thread.start();
        } catch (OutOfMemoryError noThread) {
            // What is being shut down comes to its end all the same, if the virtual machine lives that long.
            Shortage.tell(log, Mishap.NOT_KEPT_ALIVE, noThread);
        }
    }

    /** Whatever the thread of the clock dies of, there is another one, as soon as there can be. */
    private void keepTime(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            while (!clock.isShutdown()) {
                try {
                    boolean unused = clock.prestartCoreThread();
                    break;
                } catch (Throwable stillNone) {
                    LockSupport.parkNanos(NO_THREAD_WAIT_NANOS);
                }
            }
            Shortage.tell(log, Mishap.CLOCK_LOST_THREAD, e);
        }
    }

    /** In nanoseconds, and as many as can be added to a time where it is longer than that. */
    static long nanos(Duration duration) {
        return Math.min(TimeUnit.NANOSECONDS.convert(duration), Long.MAX_VALUE / 4);
    }

    @Override
    public void close() {
        try {
            clock.shutdownNow();
        } finally {
            others.shutdown();
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
