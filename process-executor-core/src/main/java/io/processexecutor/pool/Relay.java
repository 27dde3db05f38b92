package io.processexecutor.pool;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes many futures one after the other. A callback that takes longer than a moment keeps the thread that it is on, and
 * another goes on with the rest.
 */
final class Relay {

    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    private final Queue<Runnable> completions;
    private final Executor threads;

    /** After a moment, by a clock that does not end with the pool. */
    private final Executor later =
            CompletableFuture.delayedExecutor(ReplyReader.PATIENCE_NANOS, TimeUnit.NANOSECONDS, Runnable::run);

    private final AtomicLong begun = new AtomicLong();

    /**
     * Creates one.
     *
     * @param completions what is to be run; safe for use by many threads, and nothing is added any more
     * @param threads gives each its own
     */
    Relay(Queue<Runnable> completions, Executor threads) {
        this.completions = completions;
        this.threads = threads;
    }

    void start() {
        if (!completions.isEmpty()) {
            threads.execute(this::run);
            later.execute(() -> look(0));
        }
    }

    private void run() {
        Runnable next;
        while ((next = completions.poll()) != null) {
            begun.incrementAndGet();
            try {
                next.run();
            } catch (Throwable e) {
                log.error("The completion of a task failed", e);
            }
        }
    }

    private void look(long seen) {
        if (completions.isEmpty()) {
            return;
        }
        long now = begun.get();
        if (now == seen) {
            threads.execute(this::run);
        }
        later.execute(() -> look(now));
    }
}
