package io.processexecutor.pool;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Something that is done some time after it was asked for, once however often it was asked for meanwhile. */
final class Alarm {

    private final PoolThreads threads;
    private final Runnable work;
    private final Duration delay;
    private final AtomicBoolean set = new AtomicBoolean();

    Alarm(PoolThreads threads, Runnable work, Duration delay) {
        this.threads = threads;
        this.work = work;
        this.delay = delay;
    }

    void set() {
        if (!set.get() && set.compareAndSet(false, true)) {
            try {
                threads.later(this::ring, delay);
            } catch (Throwable e) {
                set.set(false);
                throw e;
            }
        }
    }

    private void ring() {
        set.set(false);
        work.run();
    }
}
