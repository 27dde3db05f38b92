package io.processexecutor.serialization.explain;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import org.jspecify.annotations.Nullable;

/** Turns what went wrong in a serializer into the exception that its caller sees. */
public final class Failures {

    private Failures() {}

    /**
     * An object could not be encoded.
     *
     * @param failure what was thrown
     * @param holders the objects from the root to where it happened
     * @param closuresAnywhere whether lambdas were allowed inside data
     * @return the exception
     */
    public static TaskSerializationException ofEncoding(Throwable failure, Object[] holders, boolean closuresAnywhere) {
        Class<?> culprit = holders.length == 0 ? null : holders[holders.length - 1].getClass();
        if (failure instanceof Refusal refusal) {
            return new TaskSerializationException(
                    Phase.ENCODE_TASK,
                    null,
                    refusal.type().getName(),
                    refusal.type().getName() + ": " + refusal.reason(),
                    null);
        }
        return new TaskSerializationException(
                Phase.ENCODE_TASK, null, culprit == null ? null : culprit.getName(), "hook failed", failure);
    }

    /**
     * An object could not be encoded by the platform's protocol.
     *
     * @param failure what was thrown
     * @param root the root; may be null
     * @return the exception
     */
    public static TaskSerializationException ofJavaEncoding(Throwable failure, @Nullable Object root) {
        return new TaskSerializationException(Phase.ENCODE_TASK, null, null, "" + failure.getMessage(), failure);
    }

    /**
     * An object could not be decoded.
     *
     * @param failure what was thrown
     * @param culprit the class of the object where it happened; null if it is not known
     * @return the exception
     */
    public static TaskSerializationException ofDecoding(Throwable failure, @Nullable Class<?> culprit) {
        return new TaskSerializationException(
                Phase.DECODE_TASK, null, culprit == null ? null : culprit.getName(), "decode failed", failure);
    }

    /**
     * A class is not here.
     *
     * @param name its name
     * @param cause what was thrown
     * @return the exception
     */
    public static TaskSerializationException ofMissingClass(String name, @Nullable Throwable cause) {
        return new TaskSerializationException(
                Phase.DECODE_TASK, null, name, name + " is not on the class path of this JVM", cause);
    }

    /**
     * The stream to write to failed.
     *
     * @param failure what it threw
     * @return the exception
     */
    public static TaskSerializationException ofSink(Throwable failure) {
        return new TaskSerializationException(Phase.ENCODE_TASK, null, null, "the bytes could not be written", failure);
    }

    /**
     * The stream to read from failed, or has other bytes.
     *
     * @param failure what was thrown
     * @return the exception
     */
    public static TaskSerializationException ofSource(Throwable failure) {
        return new TaskSerializationException(
                Phase.DECODE_TASK, null, null, "the bytes could not be read: " + failure.getMessage(), failure);
    }
}
