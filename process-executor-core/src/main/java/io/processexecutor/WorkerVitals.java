package io.processexecutor;

import java.io.Serializable;
import java.time.Duration;

/**
 * What a worker takes, as of its last heartbeat. 0 where that is not known.
 *
 * @param rssBytes the memory it holds as the operating system counts it
 * @param heapBytes its used heap
 * @param metaspaceBytes what its classes take
 * @param gcCount its garbage collections since it was started
 * @param gcTime how long those took
 * @param cpuTime the time of processors that it took since it was started
 */
public record WorkerVitals(
        long rssBytes, long heapBytes, long metaspaceBytes, long gcCount, Duration gcTime, Duration cpuTime)
        implements Serializable {

    /** Of a worker that has not told yet. */
    public static final WorkerVitals UNKNOWN = new WorkerVitals(0, 0, 0, 0, Duration.ZERO, Duration.ZERO);
}
