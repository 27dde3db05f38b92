package io.processexecutor.event;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * So many starts of workers failed in a row that tasks which wait are told, or a start worked again after that.
 *
 * @param open whether starts fail
 * @param pause how long until the next start is tried; zero if starts work again
 * @param cause why the last start failed; {@code null} if starts work again
 */
public record BreakerChanged(
        boolean open, Duration pause, @Nullable Throwable cause) {}
