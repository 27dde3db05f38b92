package io.processexecutor.serialization.graph.jdk;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An object that can be taken apart and put together by the public API of its class. A cycle through it is refused, since
 * it exists only after its parts.
 *
 * @param <T> what it writes and reads
 */
final class PartsSerializer<T> extends GraphSerializer<T> {

    private final Function<T, @Nullable Object[]> take;
    private final Function<@Nullable Object[], T> build;
    private final boolean collection;

    PartsSerializer(Function<T, @Nullable Object[]> take, Function<@Nullable Object[], T> build) {
        this(take, build, false);
    }

    /**
     * Creates one.
     *
     * @param take takes it apart
     * @param build puts it together
     * @param collection whether the parts are the elements of a collection, which may only be so many
     */
    PartsSerializer(Function<T, @Nullable Object[]> take, Function<@Nullable Object[], T> build, boolean collection) {
        this.take = take;
        this.build = build;
        this.collection = collection;
    }

    @Override
    public void write(GraphKryo kryo, Output output, T object) {
        @Nullable Object[] parts = take.apply(object);
        if (collection) {
            kryo.policy().limits().checkLength(parts.length);
        }
        output.writeVarInt(parts.length, true);
        for (Object part : parts) {
            kryo.write(output, part);
        }
    }

    @Override
    public T read(GraphKryo kryo, Input input, Class<? extends T> type) {
        @Nullable Object[] parts = new @Nullable Object[collection ? readLength(input, 1) : readCount(input, 1)];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = kryo.read(input);
        }
        return build.apply(parts);
    }
}
