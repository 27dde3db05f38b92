package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.util.Collection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A collection of the JDK that is nothing but its elements in their order, such as {@link java.util.LinkedList}. */
public final class CollectionSerializer extends GraphSerializer<Collection<?>> {

    private final Supplier<? extends Collection<@Nullable Object>> empty;

    /**
     * Creates one.
     *
     * @param empty makes an empty collection of exactly the class
     */
    public CollectionSerializer(Supplier<? extends Collection<@Nullable Object>> empty) {
        this.empty = empty;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Collection<?> collection) {
        @Nullable Object[] elements = collection.toArray();
        writeLength(output, elements.length);
        for (Object element : elements) {
            kryo.write(output, element);
        }
    }

    @Override
    public Collection<?> read(GraphKryo kryo, Input input, Class<? extends Collection<?>> type) {
        Collection<@Nullable Object> collection = empty.get();
        kryo.reference(collection);
        for (int i = readLength(input, 1); i > 0; i--) {
            collection.add(kryo.read(input));
        }
        return collection;
    }
}
