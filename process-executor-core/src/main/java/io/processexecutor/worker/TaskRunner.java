package io.processexecutor.worker;

import io.processexecutor.TaskContext;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.protocol.CarriedContext;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Done;
import io.processexecutor.internal.protocol.Message.Failed;
import io.processexecutor.internal.protocol.Message.Form;
import io.processexecutor.internal.protocol.Message.Oversized;
import io.processexecutor.internal.protocol.Message.Run;
import io.processexecutor.internal.protocol.Message.SerializationFault;
import io.processexecutor.internal.protocol.Message.Timings;
import io.processexecutor.internal.protocol.Payload;
import io.processexecutor.internal.protocol.PayloadFiles;
import io.processexecutor.internal.protocol.PayloadOutput;
import io.processexecutor.internal.protocol.StatusPage;
import io.processexecutor.internal.protocol.ThrowableCopy;
import io.processexecutor.serialization.ExecutorSerializers;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Decodes a task, runs it and encodes what came of it. Whatever happens on the way becomes a reply. */
final class TaskRunner {

    /** What leaves room for the plain copy in the same frame. */
    private static final int MAX_THROWABLE_BYTES = 1 << 30;

    private static final String LOST_CLASS =
            "Could not initialize class " + ExecutorSerializers.class.getPackageName() + ".";

    private static final Timings NO_TIME = new Timings(0, 0, 0);

    private final StatusPage.Writer page;
    private final String serialization;
    private final ClassRequests classes;
    private final ProgressReports reports;
    private final PayloadFiles payloads;

    /** Made for the first task, which then fails if that fails, rather than the worker's start. */
    private @Nullable ExecutorSerializers serializers;

    TaskRunner(
            StatusPage.Writer page,
            String serialization,
            ClassRequests classes,
            ProgressReports reports,
            PayloadFiles payloads) {
        this.page = page;
        this.serialization = serialization;
        this.classes = classes;
        this.reports = reports;
        this.payloads = payloads;
    }

    Message run(Run run) {
        long began = System.nanoTime();
        classes.begin(run.taskId());
        TaskSerializer serializer;
        try {
            serializer = serializers().named(run.serializer());
        } catch (Throwable failure) {
            return unserializable(run.taskId(), NO_TIME, failure, Phase.DECODE_TASK, null);
        }
        CarriedContext context;
        try {
            context = CarriedContext.decode(run.context(), serializers().named(CarriedContext.SERIALIZER));
        } catch (Throwable failure) {
            return unserializable(run.taskId(), NO_TIME, failure, Phase.DECODE_TASK, serializer);
        }
        Attempt attempt = new Attempt(run, began, serializer);
        try {
            return context.around(attempt);
        } catch (Throwable failure) {
            attempt.discardReply();
            return failed(run.taskId(), NO_TIME, failure, serializer);
        }
    }

    private final class Attempt implements Callable<Message> {

        private final Run run;
        private final long began;
        private final TaskSerializer serializer;
        private @Nullable Message reply;

        private Attempt(Run run, long began, TaskSerializer serializer) {
            this.run = run;
            this.began = began;
            this.serializer = serializer;
        }

        @Override
        public Message call() {
            Message made = TaskRunner.this.run(run, began, serializer);
            reply = made;
            return made;
        }

        /** The parent, which deletes the files of what it is sent, will not be sent it. */
        private void discardReply() {
            if (reply instanceof Done done) {
                payloads.delete(done.result());
            } else if (reply instanceof Failed failed) {
                payloads.delete(failed.throwable());
            }
        }
    }

    private Message run(Run run, long began, TaskSerializer serializer) {
        Object task;
        try (InputStream source = payloads.open(run.task())) {
            task = serializer.decode(source);
        } catch (Throwable failure) {
            return unserializable(run.taskId(), NO_TIME, failure, Phase.DECODE_TASK, serializer);
        }
        long decoded = System.nanoTime();
        page.enter(StatusPage.Phase.RUNNING);
        Object result;
        try {
            result = TaskContext.during(reports.begin(run.taskId()), new Call(required(task), run.form()));
        } catch (Throwable thrown) {
            Timings timings = new Timings(decoded - began, System.nanoTime() - decoded, 0);
            reports.end();
            page.enter(StatusPage.Phase.REPLYING);
            return failed(run.taskId(), timings, thrown, serializer);
        }
        long ran = System.nanoTime();
        reports.end();
        page.enter(StatusPage.Phase.REPLYING);
        try {
            Payload encoded = encode(result, serializer);
            Timings timings = new Timings(decoded - began, ran - decoded, System.nanoTime() - ran);
            return new Done(run.taskId(), timings, encoded);
        } catch (Throwable failure) {
            Timings timings = new Timings(decoded - began, ran - decoded, 0);
            return unserializable(run.taskId(), timings, failure, Phase.ENCODE_RESULT, serializer);
        }
    }

    private Payload encode(@Nullable Object value, TaskSerializer serializer) {
        PayloadOutput output = new PayloadOutput(Phase.ENCODE_RESULT, payloads);
        try {
            serializer.encode(value, output);
            return output.payload();
        } catch (Throwable failure) {
            output.discard();
            throw failure;
        }
    }

    /** What is said when there is no memory to say more. */
    static Message outOfMemory(Run run) {
        ThrowableCopy copy = new ThrowableCopy(
                OutOfMemoryError.class.getName(),
                "the task filled the worker's heap, and nothing more could be found out",
                List.of(),
                null,
                List.of());
        return new Failed(run.taskId(), NO_TIME, true, null, copy, Payload.EMPTY);
    }

    Message refused(Oversized oversized) {
        TaskSerializationException fault = new TaskSerializationException(
                Phase.DECODE_TASK,
                null,
                null,
                "its " + oversized.size() + " bytes do not fit into the worker's heap of "
                        + Runtime.getRuntime().maxMemory() + " bytes; raise the worker's max heap",
                null);
        return unserializable(oversized.taskId(), NO_TIME, fault, Phase.DECODE_TASK, null);
    }

    private ExecutorSerializers serializers() {
        ExecutorSerializers known = serializers;
        if (known == null) {
            known = ExecutorSerializers.described(serialization, classes);
            known.receiveShared();
            serializers = known;
        }
        return known;
    }

    /** Code that was sent here finds the classes that came with it by the thread's class loader. */
    private record Call(Object task, Form form) implements Callable<@Nullable Object> {

        @Override
        public @Nullable Object call() throws Exception {
            Thread thread = Thread.currentThread();
            ClassLoader usual = thread.getContextClassLoader();
            thread.setContextClassLoader(ExecutorSerializers.contextOf(task).orElse(usual));
            try {
                if (form == Form.CALL) {
                    return ((Callable<?>) task).call();
                }
                ((Runnable) task).run();
                return null;
            } finally {
                thread.setContextClassLoader(usual);
            }
        }
    }

    private static Object required(@Nullable Object task) {
        if (task == null) {
            throw new IllegalStateException("the serializer decoded the task to null");
        }
        return task;
    }

    /** A virtual machine error that only happened to strike here is no fault of the task's classes. */
    private Failed unserializable(
            long taskId, Timings timings, Throwable failure, Phase phase, @Nullable TaskSerializer serializer) {
        if (isUnhealthy(failure)) {
            return failed(taskId, timings, failure, serializer);
        }
        TaskSerializationException fault = failure instanceof TaskSerializationException known
                ? known.in(phase)
                : new TaskSerializationException(
                        phase, null, null, ThrowableCopy.of(failure).headline(), failure);
        String path = fault.relativePath().orElse(null);
        SerializationFault plain = new SerializationFault(
                phase,
                path,
                fault.culprit().orElse(null),
                Objects.requireNonNull(ThrowableCopy.cut(fault.explanation())));
        Throwable cause = fault.getCause();
        return new Failed(
                taskId,
                timings,
                cause != null && isUnhealthy(cause),
                plain,
                ThrowableCopy.of(fault),
                cause == null ? Payload.EMPTY : tryEncode(cause, serializer));
    }

    private Failed failed(long taskId, Timings timings, Throwable thrown, @Nullable TaskSerializer serializer) {
        return new Failed(
                taskId, timings, isUnhealthy(thrown), null, ThrowableCopy.of(thrown), tryEncode(thrown, serializer));
    }

    /** The plain copy goes along in any case, so this may fail. */
    private Payload tryEncode(Throwable throwable, @Nullable TaskSerializer serializer) {
        if (serializer == null) {
            return Payload.EMPTY;
        }
        try {
            Payload encoded = encode(throwable, serializer);
            return encoded.bytes().remaining() > MAX_THROWABLE_BYTES ? Payload.EMPTY : encoded;
        } catch (Throwable failure) {
            return Payload.EMPTY;
        }
    }

    /** A deep recursion leaves the virtual machine as it was; running out of memory may have broken anything. */
    private static boolean isUnhealthy(Throwable thrown) {
        return (thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError))
                || (thrown instanceof NoClassDefFoundError && isOurs(thrown.getMessage()));
    }

    /** A class of the serializers that could not be initialized, for whatever reason, is lost to this process. */
    private static boolean isOurs(@Nullable String message) {
        return message != null && message.startsWith(LOST_CLASS);
    }
}
