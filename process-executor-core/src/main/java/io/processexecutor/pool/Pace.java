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

    /** Of tasks that take no longer one is sent ahead: what it costs to recall it now and then is less than it saves. */
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** It may take so many times as long as usual before it is taken to have stopped. */
    private static final int TOLERANCE = 2;

    private volatile long meanNanos = Long.MAX_VALUE;
    private volatile long lastReplyNanos;

    /** The worker replied to a task. Called by the thread that reads the replies. */
    void replied(Timings timings) {
        long took = timings.decodeNanos() + timings.runNanos() + timings.encodeNanos();
        long mean = meanNanos;
        meanNanos = took >= mean || mean == Long.MAX_VALUE ? took : mean - ((mean - took) >> WEIGHT_SHIFT);
        lastReplyNanos = System.nanoTime();
    }

    /** How many tasks may be sent ahead: as many as it is done with in a moment, or one that is short. */
    long ahead() {
        long mean = meanNanos;
        return isLongerThanAMoment(mean) ? (mean <= SHORT_NANOS ? 1 : 0) : MOMENT_NANOS / Math.max(1, mean);
    }

    /** Whether what it has ahead would be begun sooner by another worker that has nothing to do. */
    boolean isWorthHelping() {
        return isLongerThanAMoment(meanNanos);
    }

    private static boolean isLongerThanAMoment(long mean) {
        return mean > MOMENT_NANOS;
    }

    /** Whether its tasks end almost as soon as they begin. */
    boolean isBrief() {
        return meanNanos < BRIEF_NANOS;
    }

    /** Whether it has not replied for longer than it may, or than its tasks take. */
    boolean isStill(long patienceNanos) {
        long usual = Math.min(meanNanos, SHORT_NANOS) * TOLERANCE;
        return System.nanoTime() - lastReplyNanos >= Math.max(patienceNanos, usual);
    }
}
