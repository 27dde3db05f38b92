package io.processexecutor.event;

import java.time.Duration;

/**
 * A worker has done what some tasks need to have been done before; with Spring, it has started its context.
 *
 * @param workerId its number in its executor
 * @param pid its process id
 * @param took from the moment it was told to until it had
 */
public record WorkerPrepared(int workerId, long pid, Duration took) {}
