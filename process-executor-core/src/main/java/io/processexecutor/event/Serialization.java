package io.processexecutor.event;

import java.time.Duration;

/**
 * One encoding or decoding.
 *
 * @param operation to bytes or back
 * @param side where it took place: the task is encoded by the parent and decoded in the worker, its result the other way round
 * @param serializer the serializer's name
 * @param time how long it took
 * @param bytes how large the encoded form is
 */
public record Serialization(Operation operation, Side side, String serializer, Duration time, long bytes) {

    /** To bytes or back. */
    public enum Operation {
        /** To bytes. */
        ENCODE,
        /** From bytes. */
        DECODE
    }

    /** Where it took place. */
    public enum Side {
        /** In the process of the executor. */
        PARENT,
        /** In a worker. */
        WORKER
    }
}
