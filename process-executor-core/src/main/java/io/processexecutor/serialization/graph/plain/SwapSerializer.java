package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;

/** Reads the references that travel for other objects, and asks what they stand for. */
public final class SwapSerializer extends GraphSerializer<Object> {

    /** Creates one. */
    public SwapSerializer() {}

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        throw new IllegalStateException("What stands for an object is written by the engine");
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        int replacer = input.readVarInt(true);
        return kryo.policy().replacers().restore(replacer, kryo.read(input));
    }
}
