package io.processexecutor.serialization.graph;

import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import org.jspecify.annotations.Nullable;

/** One of Kryo's own, for objects without children: those of them that are used here ask nothing of an engine of Kryo's. */
final class ScalarSerializer<T> extends GraphSerializer<T> {

    private final Serializer<T> serializer;

    ScalarSerializer(Serializer<T> serializer) {
        this.serializer = serializer;
    }

    @Override
    public void write(GraphKryo kryo, Output output, T object) {
        serializer.write(null, output, object);
    }

    @Override
    public @Nullable T read(GraphKryo kryo, Input input, Class<? extends T> type) {
        return serializer.read(null, input, type);
    }
}
