package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;

/** Stands for a class that cannot travel; the class itself may still be named. */
public final class RefusingSerializer extends GraphSerializer<Object> {

    private final Refusal.Kind kind;
    private final String reason;

    /**
     * Creates one.
     *
     * @param kind what stands in the way
     * @param reason why, to be read after the name of the class
     */
    public RefusingSerializer(Refusal.Kind kind, String reason) {
        this.kind = kind;
        this.reason = reason;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        throw Refusal.of(kind, object, reason);
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        throw Refusal.of(type, reason);
    }
}
