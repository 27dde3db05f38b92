package io.processexecutor.pool;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes many futures one after the other. A callback that takes longer than a moment keeps the thread that it is on, and
 * another goes on with the rest.
 */
final class Relay {

    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    private final List<Runnable> completions;
    private final Executor threads;

    /** After a moment, by a clock that does not end with the pool. */
    private final Executor later =
            CompletableFuture.delayedExecutor(ReplyReader.PATIENCE_NANOS, TimeUnit.NANOSECONDS, Runnable::run);

    private final AtomicInteger begun = new AtomicInteger();

    /**
     * Creates one.
     *
     * @param completions what is to be run, to which nothing is added any more
     * @param threads gives each its own
     */
    Relay(List<Runnable> completions, Executor threads) {
        this.completions = completions;
        this.threads = threads;
    }

    void start() {
        if (!completions.isEmpty()) {
            threads.execute(this::run);
            lookLater(0);
        }
    }

    private void lookLater(int seen) {
        try {
            later.execute(() -> look(seen));
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.COMPLETIONS_MAY_WAIT, e);
        }
    }

    private void run() {
        boolean interrupted = false;
        int next;
        while ((next = begun.getAndUpdate(count -> Math.min(count + 1, completions.size()))) < completions.size()) {
            try {
                completions.get(next).run();
            } catch (Throwable e) {
                Shortage.tell(log, Mishap.COMPLETION_FAILED, e);
            }
            // A callback that was interrupted, or says so, means no other. If there was no thread this is the caller's.
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(int seen) {
        int now = begun.get();
        if (now == completions.size()) {
            return;
        }
        try {
            if (now == seen) {
                threads.execute(this::run);
            }
        } finally {
            lookLater(now);
        }
    }
}
