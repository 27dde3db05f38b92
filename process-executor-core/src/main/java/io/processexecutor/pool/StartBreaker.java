package io.processexecutor.pool;

import java.time.Duration;

/**
 * Keeps starts that fail from becoming a storm: each failure in a row doubles the pause before the next start, and after
 * some of them those who wait are told, and starts are tried even if nobody waits. One start that works forgets it all.
 */
final class StartBreaker {

    /** So many starts that fail in a row open it. */
    static final int OPENS_AFTER = 5;

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final int LONGEST_IN_FIRST = 60;

    private final long firstPauseNanos;
    private int failures;
    private long resumeNanos;

    StartBreaker(Duration firstPause) {
        this.firstPauseNanos = PoolThreads.nanos(firstPause);
    }

    /**
     * A start failed. Counted even where there is no memory.
     *
     * @return how many have in a row
     */
    synchronized int failed() {
        failures++;
        resumeNanos = System.nanoTime() + nextPauseNanos();
        return failures;
    }

    /** A start worked. Returns whether nobody should wait until then. */
    synchronized boolean succeeded() {
        boolean wasOpen = isOpen();
        failures = 0;
        return wasOpen;
    }

    /** Whether so many starts failed in a row that those who wait are told. */
    synchronized boolean isOpen() {
        return failures >= OPENS_AFTER;
    }

    /** Whether the last start failed; then one start at a time is enough to see whether they work again. */
    synchronized boolean isTripped() {
        return failures > 0;
    }

    /** How long until the next start may be tried; zero or less for now. */
    synchronized long pauseNanos() {
        return failures == 0 ? 0 : resumeNanos - System.nanoTime();
    }

    private long nextPauseNanos() {
        long inFirst = Math.min(1L << Math.min(failures - 1, 6), LONGEST_IN_FIRST);
        return inFirst * Math.min(firstPauseNanos, Long.MAX_VALUE / 4 / LONGEST_IN_FIRST);
    }
}
