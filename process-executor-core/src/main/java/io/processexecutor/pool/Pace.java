package io.processexecutor.pool;

import io.processexecutor.internal.protocol.Message.Timings;
import java.util.concurrent.TimeUnit;

/**
 * How fast one worker is done with its tasks, and so how many may be sent ahead of the one it runs: as many as it is done
 * with in a moment. A long task tells at once; after it, short ones have to win the trust back.
 */
final class Pace {

    /** What is sent ahead is to be done in this time. A round trip, which it saves, is some 50 us. */
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Less than it takes to wake a thread that sleeps. */
    private static final long BRIEF_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

    /** The part that one task has in the mean, as a shift. */
    private static final int WEIGHT_SHIFT = 3;

    private volatile long meanNanos = Long.MAX_VALUE;
    private volatile int replies;
    private int repliesSeen;

    /** The worker replied to a task. Called by the thread that reads the replies. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void replied(Timings timings) {
        long took = timings.decodeNanos() + timings.runNanos() + timings.encodeNanos();
        long mean = meanNanos;
        meanNanos = took >= mean || mean == Long.MAX_VALUE ? took : mean - ((mean - took) >> WEIGHT_SHIFT);
        replies++;
    }

    /** How many tasks it is done with in a moment. */
    long perMoment() {
        return MOMENT_NANOS / Math.max(1, meanNanos);
    }

    /** Whether its tasks end almost as soon as they begin. */
    boolean isBrief() {
        return meanNanos < BRIEF_NANOS;
    }

    /** Whether there was no reply since this was asked the last time. Called by one thread at a time. */
    boolean isStill() {
        int now = replies;
        boolean still = now == repliesSeen;
        repliesSeen = now;
        return still;
    }
}
