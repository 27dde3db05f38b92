package io.processexecutor.event;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A task is done.
 *
 * @param taskId its number in its executor; 0 if it was not given one
 * @param label its name, if it was given one
 * @param outcome what became of it
 * @param workerPid the process id of the last worker that got it; 0 if none ever did
 * @param queued from its submission until a worker got it, or until it was done if none ever did
 * @param transferred from the moment a worker got it until the reply was here, without what the worker did with it; zero
 *     if there was no reply
 * @param ran how long the worker ran it, without decoding and encoding; zero if it did not come to an end there
 * @param total from its submission until it was done, with each encoding and decoding
 * @param serializations each encoding and decoding that took place for it
 */
public record TaskCompleted(
        long taskId,
        Optional<String> label,
        Outcome outcome,
        long workerPid,
        Duration queued,
        Duration transferred,
        Duration ran,
        Duration total,
        List<Serialization> serializations) {

    /** What became of a task. */
    public enum Outcome {
        /** It returned. */
        SUCCESS,
        /** It threw, or it or its result could not be encoded or decoded. */
        ERROR,
        /** Its worker died. */
        CRASHED,
        /** It was queued or ran for too long. */
        TIMEOUT,
        /** It was cancelled, or its future completed from outside. */
        CANCELLED,
        /** The executor did not take it. */
        REJECTED
    }
}
