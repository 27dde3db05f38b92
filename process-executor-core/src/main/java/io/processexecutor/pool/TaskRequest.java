package io.processexecutor.pool;

import io.processexecutor.ContextCarrier;
import io.processexecutor.ProcessAction;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.protocol.CarriedContext;
import io.processexecutor.internal.protocol.Message.Form;
import io.processexecutor.internal.protocol.Payload;
import io.processexecutor.internal.protocol.PayloadOutput;
import io.processexecutor.serialization.ExecutorSerializers;
import io.processexecutor.serialization.explain.Failures;
import io.processexecutor.serialization.runtime.Encoded;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A task as it was when it was submitted: encoded, so that what the caller changes later is not seen.
 *
 * @param form how it is to be run
 * @param options what it asks for
 * @param serializer what encoded it and will decode its result
 * @param wireName the serializer's name for the worker
 * @param payload its bytes
 * @param context what was carried over from the submitting thread, encoded; empty if nothing was
 * @param encoded what else travels for it, and where it may go
 * @param encodeNanos how long encoding took
 */
record TaskRequest(
        Form form,
        TaskOptions options,
        TaskSerializer serializer,
        String wireName,
        Payload payload,
        ByteBuffer context,
        Encoded encoded,
        long encodeNanos) {

    private static final ByteBuffer NO_CONTEXT = ByteBuffer.allocate(0);

    /** Encodes as the tasks of a pool are. */
    static TaskRequest encode(Object task, Form form, TaskOptions options, WorkerPool pool) {
        return encode(task, form, options, pool.serializer(), pool.encoding());
    }

    /** Encodes what workers do that nobody submitted; the limits are those of tasks. */
    static TaskRequest encode(ProcessAction action, TaskSerializer chosen, ExecutorSerializers serializers) {
        return encode(
                action, Form.RUN, TaskOptions.defaults(), serializers.unlimited(chosen), Encoding.plain(serializers));
    }

    /** Encodes on the calling thread: its stack names the culprit, and callers do not wait for each other. */
    static TaskRequest encode(Object task, Form form, TaskOptions options, TaskSerializer standard, Encoding encoding) {
        ExecutorSerializers serializers = encoding.serializers();
        TaskSerializer serializer =
                options.serializer().map(serializers::configured).orElse(standard);
        String wireName = ExecutorSerializers.wireName(serializer);
        long began = System.nanoTime();
        ContextCarrier.Snapshot[] captured = encoding.carriers().stream()
                .map(ContextCarrier::capture)
                .filter(Objects::nonNull)
                .toArray(ContextCarrier.Snapshot[]::new);
        Payload[] payload = {Payload.EMPTY};
        PayloadOutput output = new PayloadOutput(Phase.ENCODE_TASK, encoding.payloads());
        ByteBuffer[] context = {NO_CONTEXT};
        Encoded encoded;
        try {
            encoded = serializers.encode(encoding.scope(), () -> {
                serializer.encode(task, output);
                if (captured.length > 0) {
                    context[0] = ByteBuffer.wrap(
                            serializers.named(CarriedContext.SERIALIZER).toBytes(captured));
                }
                // In here: should it fail, what the task uses is given back.
                payload[0] = output.payload();
            });
        } catch (TaskSerializationException e) {
            output.discard();
            throw e.in(Phase.ENCODE_TASK);
        } catch (OutOfMemoryError e) {
            output.discard();
            throw Failures.ofFullHeap(Phase.ENCODE_TASK, e);
        } catch (Throwable e) {
            output.discard();
            throw e;
        }
        long took = System.nanoTime() - began;
        return new TaskRequest(form, options, serializer, wireName, payload[0], context[0], encoded, took);
    }
}
