package io.processexecutor.serialization.graph.jdk;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.hooks.ProtocolSerializer;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.util.Objects;

/** A {@link NullPointerException}, whose helpful message is computed from a stack that stays in its JVM. */
final class NullPointerSerializer extends GraphSerializer<NullPointerException> {

    private final ProtocolSerializer protocol = new ProtocolSerializer(NullPointerException.class);
    private final FieldSlot detailMessage;

    NullPointerSerializer() {
        try {
            detailMessage = FieldSlot.of(Throwable.class.getDeclaredField("detailMessage"));
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("This JDK's Throwable has no detailMessage", e);
        }
    }

    @Override
    public void write(GraphKryo kryo, Output output, NullPointerException object) {
        output.writeString(object.getMessage());
        protocol.write(kryo, output, object);
    }

    @Override
    public NullPointerException read(GraphKryo kryo, Input input, Class<? extends NullPointerException> type) {
        String message = input.readString();
        Object read = Objects.requireNonNull(protocol.read(kryo, input, NullPointerException.class));
        detailMessage.put(read, message);
        return (NullPointerException) read;
    }
}
