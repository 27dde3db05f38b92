package io.processexecutor.pool;

import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.protocol.Message.Form;
import io.processexecutor.internal.protocol.PayloadOutput;
import io.processexecutor.serialization.ExecutorSerializers;
import java.nio.ByteBuffer;

/**
 * A task as it was when it was submitted: encoded, so that what the caller changes later is not seen.
 *
 * @param form how it is to be run
 * @param options what it asks for
 * @param serializer what encoded it and will decode its result
 * @param wireName the serializer's name for the worker
 * @param payload its bytes
 * @param encodeNanos how long encoding took
 * @param submission where it was submitted
 */
record TaskRequest(
        Form form,
        TaskOptions options,
        TaskSerializer serializer,
        String wireName,
        ByteBuffer payload,
        long encodeNanos,
        Throwable submission) {

    /** Encodes on the calling thread: its stack names the culprit, and callers do not wait for each other. */
    static TaskRequest encode(Object task, Form form, TaskOptions options, WorkerPool pool) {
        TaskSerializer serializer =
                options.serializer().map(pool.serializers()::configured).orElse(pool.serializer());
        return encode(task, form, options, serializer);
    }

    /** As the other, with a serializer that is configured already. */
    static TaskRequest encode(Object task, Form form, TaskOptions options, TaskSerializer serializer) {
        String wireName = ExecutorSerializers.wireName(serializer);
        long began = System.nanoTime();
        PayloadOutput output = new PayloadOutput(Phase.ENCODE_TASK);
        try {
            serializer.encode(task, output);
        } catch (TaskSerializationException e) {
            throw e.in(Phase.ENCODE_TASK);
        }
        ByteBuffer payload = output.payload();
        long took = System.nanoTime() - began;
        return new TaskRequest(form, options, serializer, wireName, payload, took, new Throwable());
    }
}
