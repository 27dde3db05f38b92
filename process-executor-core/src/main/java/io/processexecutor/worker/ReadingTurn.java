package io.processexecutor.worker;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to read what the parent says. While there is no task it is the task thread's, since a task that is read
 * by the thread that runs it wakes no other. That one gives the turn up while it runs a task; if the task takes longer
 * than a moment the watcher, which never runs one, takes it and keeps it until the next task was read. So the end of the
 * parent and the cancellation of a task are noticed a moment later at most, and a short task costs nobody's attention.
 */
final class ReadingTurn {

    /** How long a task may run before the watcher takes over. */
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** After as many moments without a task the watcher sleeps until the next one begins. */
    private static final int MOMENTS_AWAKE = 200;

    private final AtomicBoolean taken = new AtomicBoolean();

    private volatile @Nullable Thread taskThread;
    private volatile @Nullable Thread watcher;
    private volatile boolean watcherSleeps;
    private volatile boolean wanted;
    private volatile boolean busy = true;
    private volatile long tasks;

    /** Creates it, as the watcher's turn: the task thread has something to do at first. */
    ReadingTurn() {
        taken.set(true);
    }

    /** Whether the task thread has a task. */
    boolean isBusy() {
        return busy;
    }

    boolean tryTake() {
        return taken.compareAndSet(false, true);
    }

    void release() {
        taken.set(false);
    }

    // ---- the task thread

    /** It has no task. */
    void idle() {
        if (taskThread == null) {
            taskThread = Thread.currentThread();
        }
        busy = false;
    }

    /** It has a task, and does not read. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void begin() {
        tasks++;
        busy = true;
        if (watcherSleeps) {
            LockSupport.unpark(watcher);
        }
    }

    /** Waits while the watcher reads, until there may be a task. Its interrupts mean nothing here. */
    void awaitWatcher() {
        if (taken.get()) {
            LockSupport.park(this);
            boolean ignored = Thread.interrupted();
        }
    }

    /** The task that runs needs an answer, so somebody must read now. */
    void readNow() {
        wanted = true;
        LockSupport.unpark(watcher);
    }

    // ---- the watcher

    /** Wakes the task thread, which may find something to do or the turn to be its own. */
    void wakeTaskThread() {
        LockSupport.unpark(taskThread);
    }

    /** To be called by the watcher: waits until it is its turn. */
    void await() {
        watcher = Thread.currentThread();
        long seen = -1;
        int momentsIdle = 0;
        while (true) {
            boolean ignored = Thread.interrupted();
            boolean stillBusy = busy && tasks == seen;
            if ((wanted || stillBusy) && tryTake()) {
                wanted = false;
                return;
            }
            seen = tasks;
            momentsIdle = busy ? 0 : momentsIdle + 1;
            if (momentsIdle > MOMENTS_AWAKE) {
                sleep();
                momentsIdle = 0;
            } else {
                LockSupport.parkNanos(this, MOMENT_NANOS);
            }
        }
    }

    private void sleep() {
        watcherSleeps = true;
        while (!busy && !wanted) {
            LockSupport.park(this);
            boolean ignored = Thread.interrupted();
        }
        watcherSleeps = false;
    }
}
