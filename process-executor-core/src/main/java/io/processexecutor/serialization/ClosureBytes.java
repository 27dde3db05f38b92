package io.processexecutor.serialization;

import io.processexecutor.serialization.graph.GraphCodec;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.Serial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Carries a marked object through the platform's protocol as bytes of the closure serializer, and becomes it again. */
final class ClosureBytes implements Externalizable {

    @Serial
    private static final long serialVersionUID = 1L;

    static final GraphCodec CODEC = new GraphCodec(true);

    private byte @Nullable [] bytes;

    /** For the stream. */
    public ClosureBytes() {}

    ClosureBytes(Object marked) {
        bytes = CODEC.toBytes(marked);
    }

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
        byte[] written = Objects.requireNonNull(bytes);
        out.writeInt(written.length);
        out.write(written);
    }

    @Override
    public void readExternal(ObjectInput in) throws IOException {
        byte[] read = new byte[in.readInt()];
        in.readFully(read);
        bytes = read;
    }

    @Serial
    private @Nullable Object readResolve() {
        return CODEC.fromBytes(Objects.requireNonNull(bytes));
    }
}
