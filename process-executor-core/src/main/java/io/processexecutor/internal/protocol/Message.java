package io.processexecutor.internal.protocol;

import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSerializationException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that may cross the socket, in either direction. */
public sealed interface Message {

    /** The version of this protocol. Both sides come from the same class path, so a difference is an error. */
    int PROTOCOL_VERSION = 1;

    /**
     * The worker's first message, after its token.
     *
     * @param protocolVersion the worker's {@link #PROTOCOL_VERSION}
     * @param pid the worker's process id
     * @param vmVersion the worker's {@code java.vm.version}: lambdas of the JDK link only in the same build
     * @param classPathFingerprint see {@link ClassPathFingerprint}
     */
    record Hello(int protocolVersion, long pid, String vmVersion, long classPathFingerprint) implements Message {}

    /**
     * Parent to worker: run this task.
     *
     * @param taskId the task
     * @param attempt 1 for the first time it is sent
     * @param form how to run what the payload decodes to
     * @param serializer which serializer made the payload and is to make the reply
     * @param context what is to be restored around the task, encoded by the closure serializer; empty for nothing
     * @param task the encoded task
     */
    record Run(long taskId, int attempt, Form form, String serializer, ByteBuffer context, Payload task)
            implements Message {}

    /** How a decoded task is run. */
    enum Form {
        /** As a {@link java.util.concurrent.Callable}. */
        CALL,
        /** As a {@link Runnable}. */
        RUN
    }

    /**
     * Worker to parent: the task returned.
     *
     * @param taskId the task
     * @param timings where the time went
     * @param result the encoded result
     */
    record Done(long taskId, Timings timings, Payload result) implements Message {}

    /**
     * Worker to parent: the task failed.
     *
     * @param taskId the task
     * @param timings where the time went
     * @param unhealthy whether the worker should take no further task
     * @param fault what could not be encoded or decoded, {@code null} if the task itself threw
     * @param copy the plain copy of what was thrown
     * @param throwable the encoded throwable; empty if it cannot be encoded
     */
    record Failed(
            long taskId,
            Timings timings,
            boolean unhealthy,
            @Nullable SerializationFault fault,
            ThrowableCopy copy,
            Payload throwable)
            implements Message {}

    /**
     * A {@link TaskSerializationException} as plain data.
     *
     * @param phase where it failed
     * @param path the path from the root, without the root
     * @param culprit the class at fault
     * @param explanation why
     */
    record SerializationFault(
            TaskSerializationException.Phase phase,
            @Nullable String path,
            @Nullable String culprit,
            String explanation) {}

    /**
     * Parent to worker: interrupt this task.
     *
     * @param taskId the task
     */
    record Cancel(long taskId) implements Message {}

    /**
     * Parent to worker: do not begin these tasks.
     *
     * @param taskIds the tasks
     */
    record Recall(List<Long> taskIds) implements Message {}

    /**
     * Worker to parent: these tasks did not begin, and never will here. The answer to {@link Recall}, and to a {@link
     * Cancel} that came before the task began.
     *
     * @param taskIds the tasks; without those that began, which are replied to as ever
     */
    record Recalled(List<Long> taskIds) implements Message {}

    /**
     * Worker to parent: the task is being interrupted.
     *
     * @param taskId the task
     * @param stack what its thread was doing just before
     */
    record Interrupting(long taskId, List<StackTraceElement> stack) implements Message {}

    /**
     * Worker to parent: how far the task is.
     *
     * @param taskId the task
     * @param progress as it said itself
     */
    record Progress(long taskId, TaskProgress progress) implements Message {}

    /**
     * Parent to worker: forward what is logged from these levels on. The first one switches it on.
     *
     * @param levels the severity of each logger that has one of its own, by logging system
     */
    record Levels(Map<String, Map<String, Integer>> levels) implements Message {}

    /**
     * Worker to parent: something was logged.
     *
     * @param taskId the task that ran then; 0 if none did
     * @param event what was logged
     */
    record Log(long taskId, LogEvent event) implements Message {}

    /**
     * Worker to parent: the task names classes that only the parent has.
     *
     * @param taskId the task
     * @param request tells the requests of one task apart
     * @param names the classes, as the encoded task names them
     */
    record Need(long taskId, int request, List<String> names) implements Message {}

    /**
     * Parent to worker: what was needed.
     *
     * @param taskId the task
     * @param request that of the {@link Need}
     * @param definitions the classes, opaque here; empty if the parent does not have them for this task
     */
    record Define(long taskId, int request, ByteBuffer definitions) implements Message {}

    /**
     * Parent to worker: no task uses this any more that was shared with them.
     *
     * @param sharedId its number, whether it came here or not
     */
    record Release(long sharedId) implements Message {}

    /** Parent to worker: no more tasks, end. */
    record Bye() implements Message {}

    /** Worker to parent: ending, and it is no crash. */
    record ByeAck() implements Message {}

    /**
     * Never sent: stands for a frame that did not fit into the receiver's memory and was skipped.
     *
     * @param taskId the task it was about
     * @param size its size in bytes
     */
    record Oversized(long taskId, long size) implements Message {}

    /**
     * Where the time went in the worker, in nanoseconds.
     *
     * @param decodeNanos decoding the task
     * @param runNanos running it
     * @param encodeNanos encoding the result
     */
    record Timings(long decodeNanos, long runNanos, long encodeNanos) {}
}
