package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.graph.wire.Route;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@link HashSet} and {@link LinkedHashSet} themselves, no subclasses, with their room and so their order. */
public final class SetSerializer extends GraphSerializer<Set<?>> {

    private final boolean linked;

    /**
     * Creates one.
     *
     * @param linked whether for {@link LinkedHashSet}
     */
    public SetSerializer(boolean linked) {
        this.linked = linked;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Set<?> set) {
        writeLength(output, set.size());
        int capacity = HashTables.capacityOfHashed(set);
        output.writeVarInt(capacity, true);
        output.writeInt(Float.floatToRawIntBits(HashTables.loadFactor(set, capacity)));
        Route latest = null;
        for (Object element : set) {
            latest = kryo.write(output, element, latest);
        }
    }

    @Override
    public Set<?> read(GraphKryo kryo, Input input, Class<? extends Set<?>> type) {
        int size = readLength(input, 1);
        int capacity = HashTables.readCapacity(input, size);
        float loadFactor = Float.intBitsToFloat(input.readInt());
        Set<@Nullable Object> set;
        if (capacity == 0) {
            set = linked ? new LinkedHashSet<>() : new HashSet<>();
        } else {
            set = linked ? new LinkedHashSet<>(capacity, loadFactor) : new HashSet<>(capacity, loadFactor);
        }
        kryo.reference(set);
        TableFilling filling = TableFilling.of(kryo, set);
        for (int i = 0; i < size; i++) {
            filling.put(filling.readKey(input), null);
        }
        return set;
    }
}
