package io.processexecutor.serialization;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.explain.Failures;
import io.processexecutor.serialization.graph.EnginePools;
import io.processexecutor.serialization.graph.GraphCodec;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.policy.PolicyException;
import io.processexecutor.serialization.policy.StreamFilter;
import io.processexecutor.serialization.runtime.ClassNaming;
import io.processexecutor.serialization.runtime.Variables;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The platform's own streams; what is marked travels inside them through the closure serializer. */
final class JavaTaskSerializer implements TaskSerializer {

    private final Policy policy;
    private final GraphCodec closures;
    private final ClassNaming naming;

    JavaTaskSerializer(Policy policy, EnginePools engines) {
        this.policy = policy;
        this.closures = new GraphCodec(true, engines);
        this.naming = engines.naming();
    }

    @Override
    public String name() {
        return "java";
    }

    @Override
    public void encode(@Nullable Object value, OutputStream sink) {
        JavaOutput stream = null;
        try {
            // Not closed: the sink is the caller's.
            stream = new JavaOutput(
                    new MixedOutput(BoundedOutput.of(sink, policy.limits())), policy, closures, naming, value);
            stream.writeObject(value);
            if (naming.namesLoaders()) {
                Variables.write(naming, stream::writeObject);
            }
            stream.flush();
        } catch (Throwable e) {
            throw encodeFailure(e, value, stream);
        }
    }

    @Override
    public byte[] toBytes(@Nullable Object value) {
        RoomyOutput sink = new RoomyOutput();
        encode(value, sink);
        return sink.toByteArray();
    }

    @Override
    public @Nullable Object decode(InputStream source) {
        JavaInput stream = null;
        try {
            MixedInput mixed = new MixedInput(BoundedInput.of(source, policy.limits()), closures);
            stream = new JavaInput(mixed, source, policy, naming);
            Object value = stream.readObject();
            if (naming.namesLoaders()) {
                Variables.read(naming, stream::readObject);
            }
            return value;
        } catch (ClassNotFoundException e) {
            throw Failures.ofMissingClass(String.valueOf(e.getMessage()), e);
        } catch (Throwable e) {
            throw decodeFailure(e, stream);
        }
    }

    @Override
    public @Nullable Object fromBytes(byte[] bytes) {
        return decode(new ByteArrayInputStream(bytes));
    }

    private static TaskSerializationException encodeFailure(
            Throwable failure, @Nullable Object root, @Nullable JavaOutput stream) {
        failIfFatal(failure);
        if (failure instanceof TaskSerializationException marked) {
            return marked;
        }
        return failure instanceof PolicyException objection
                ? Failures.ofJavaObjection(objection, root, each -> stream != null && stream.wasAt(each))
                : Failures.ofJavaEncoding(failure, root, type -> stream == null ? null : stream.latestOf(type));
    }

    private static TaskSerializationException decodeFailure(Throwable failure, @Nullable JavaInput stream) {
        failIfFatal(failure);
        if (failure instanceof TaskSerializationException marked) {
            return marked;
        }
        Throwable reason = StreamFilter.reason(failure);
        return Failures.ofJavaDecoding(reason, stream == null ? null : stream.refusedByJvm(reason));
    }

    // Hooks are user code and may throw anything; but a JVM that is out of memory must be seen to be.
    private static void failIfFatal(Throwable failure) {
        if (failure instanceof VirtualMachineError fatal && !(failure instanceof StackOverflowError)) {
            throw fatal;
        }
    }

    @Override
    public String toString() {
        return name();
    }

    /** Does not double after a large graph for the few bytes that follow it. */
    private static final class RoomyOutput extends ByteArrayOutputStream {

        private static final int ROOM = 512;

        RoomyOutput() {
            super(ROOM);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            if (length > buf.length - count && length < Integer.MAX_VALUE - 2 * (count + ROOM)) {
                buf = Arrays.copyOf(buf, count + length + Math.max(count, ROOM));
            }
            super.write(bytes, offset, length);
        }
    }
}
