package io.processexecutor.event;

import java.time.Duration;

/**
 * A worker came up and can take tasks.
 *
 * @param workerId its number in its executor
 * @param pid its process id
 * @param startup from its launch to the end of the handshake
 */
public record WorkerStarted(int workerId, long pid, Duration startup) {}
