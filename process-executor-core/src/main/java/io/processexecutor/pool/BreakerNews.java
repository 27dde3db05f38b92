package io.processexecutor.pool;

import io.processexecutor.WorkerStartException;
import io.processexecutor.event.BreakerChanged;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells the listeners whether workers can be started. Threads that find out at the same time may get here in any order, so what
 * is told is what holds at that moment, if it is news: one of them tells, and looks again for those that came meanwhile. So no
 * lock is held while a listener runs.
 */
final class BreakerNews {

    private final WorkerSupply supply;
    private final PoolStatistics statistics;
    private final Listeners listeners;
    private final AtomicInteger changes = new AtomicInteger();

    /** Belongs to the thread that tells. */
    private boolean toldOpen;

    BreakerNews(WorkerSupply supply, PoolStatistics statistics, Listeners listeners) {
        this.supply = supply;
        this.statistics = statistics;
        this.listeners = listeners;
    }

    /** The breaker opened or closed. It is told on this thread, or on one that is telling already. */
    void changed() {
        if (changes.getAndIncrement() > 0) {
            return;
        }
        int seen = 0;
        try {
            do {
                seen = changes.get();
                tellIfNew();
            } while (!changes.compareAndSet(seen, 0));
        } catch (Throwable e) {
            changes.set(0);
            throw e;
        }
    }

    private void tellIfNew() {
        WorkerStartException cause = statistics.startFailure().orElse(null);
        boolean open = cause != null;
        if (open != toldOpen) {
            BreakerChanged event = new BreakerChanged(open, open ? supply.pause() : Duration.ZERO, cause);
            toldOpen = open;
            tell(event);
        }
    }

    private void tell(BreakerChanged event) {
        listeners.tell(listener -> listener.onBreakerChanged(event));
    }
}
