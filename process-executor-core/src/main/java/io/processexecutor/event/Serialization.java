package io.processexecutor.event;

import java.time.Duration;

/**
 * One encoding or decoding.
 *
 * @param operation to bytes or back
 * @param side of the task or of its result
 * @param serializer the serializer's name
 * @param time how long it took
 * @param bytes how large the encoded form is
 */
public record Serialization(Operation operation, Side side, String serializer, Duration time, long bytes) {

    /** To bytes or back. */
    public enum Operation {
        /** To bytes. */
        SERIALIZE,
        /** From bytes. */
        DESERIALIZE
    }

    /** What was encoded. */
    public enum Side {
        /** The task. */
        REQUEST,
        /** The result. */
        RESPONSE
    }
}
