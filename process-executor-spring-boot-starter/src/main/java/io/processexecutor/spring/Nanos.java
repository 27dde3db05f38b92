package io.processexecutor.spring;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Durations in nanoseconds, where what is longer than a life is as good as for ever. */
final class Nanos {

    private Nanos() {}

    /** As many as can be added to a time where it is longer than that. */
    static long of(Duration duration) {
        return Math.min(TimeUnit.NANOSECONDS.convert(duration), Long.MAX_VALUE / 4);
    }
}
