package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import org.jspecify.annotations.Nullable;

/** A collection of the JDK that another serializer writes and reads, held to the limit of its length. */
public final class BoundedSerializer extends GraphSerializer<Object> {

    private final GraphSerializer<Object> content;

    /**
     * Creates one.
     *
     * @param content writes and reads the collection
     */
    public BoundedSerializer(GraphSerializer<Object> content) {
        this.content = content;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        kryo.policy().limits().checkLengthOf(object);
        content.write(kryo, output, object);
    }

    @Override
    public @Nullable Object read(GraphKryo kryo, Input input, Class<?> type) {
        Object read = content.read(kryo, input, type);
        if (read != null) {
            kryo.policy().limits().checkLengthOf(read);
        }
        return read;
    }
}
