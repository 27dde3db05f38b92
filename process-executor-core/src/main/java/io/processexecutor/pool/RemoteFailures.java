package io.processexecutor.pool;

import io.processexecutor.RemoteTaskException;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.protocol.Message.Failed;
import io.processexecutor.internal.protocol.Message.SerializationFault;
import io.processexecutor.internal.protocol.PayloadFiles;
import io.processexecutor.internal.protocol.ThrowableCopy;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes of a worker's failure what the caller gets: the thing itself where it can be rebuilt, else a stand-in. */
final class RemoteFailures {

    private static final Logger log = LoggerFactory.getLogger(RemoteFailures.class);

    private RemoteFailures() {}

    /**
     * Rebuilds.
     *
     * @param payloads where it may be
     * @param submissionFrames where the task was submitted; empty if that was not kept
     * @param worker which worker it came from
     */
    static Throwable rebuild(
            Failed failed,
            PayloadFiles payloads,
            TaskSerializer serializer,
            List<StackTraceElement> submissionFrames,
            String worker) {
        Throwable rebuilt = rebuild(failed, payloads, serializer);
        List<StackTraceElement> frames = new ArrayList<>(failed.copy().stack());
        String below = submissionFrames.isEmpty() ? "submitter not kept" : "below: submitted by";
        frames.add(new StackTraceElement("--- above: " + worker, below, "", -1));
        frames.addAll(submissionFrames);
        rebuilt.setStackTrace(frames.toArray(StackTraceElement[]::new));
        return rebuilt;
    }

    private static Throwable rebuild(Failed failed, PayloadFiles payloads, TaskSerializer serializer) {
        Throwable original = decode(failed, payloads, serializer);
        SerializationFault fault = failed.fault();
        if (fault != null) {
            ThrowableCopy cause = failed.copy().cause();
            Throwable itsCause = original != null ? original : cause == null ? null : standIn(cause);
            return new TaskSerializationException(
                    fault.phase(), fault.path(), fault.culprit(), fault.explanation(), itsCause);
        }
        if (original == null && failed.copy().className().equals(OutOfMemoryError.class.getName())) {
            // A worker that ran out of memory may not have been able to encode even that.
            return new OutOfMemoryError(failed.copy().message());
        }
        return original != null ? original : standIn(failed.copy());
    }

    private static @Nullable Throwable decode(Failed failed, PayloadFiles payloads, TaskSerializer serializer) {
        if (failed.throwable().isEmpty()) {
            return null;
        }
        try (InputStream source = payloads.open(failed.throwable())) {
            return serializer.decode(source) instanceof Throwable throwable ? throwable : null;
        } catch (Throwable e) {
            log.debug("The failure of task {} cannot be rebuilt here", failed.taskId(), e);
            return null;
        } finally {
            payloads.delete(failed.throwable());
        }
    }

    static RemoteTaskException standIn(ThrowableCopy copy) {
        ThrowableCopy cause = copy.cause();
        RemoteTaskException standIn =
                new RemoteTaskException(copy.className(), copy.message(), cause == null ? null : standIn(cause));
        standIn.setStackTrace(copy.stack().toArray(StackTraceElement[]::new));
        for (ThrowableCopy each : copy.suppressed()) {
            standIn.addSuppressed(standIn(each));
        }
        return standIn;
    }
}
