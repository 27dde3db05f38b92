package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphInput;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.graph.wire.Route;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The JDK's hash maps themselves, no subclasses, with their room and so their order. */
public final class MapSerializer extends GraphSerializer<Map<?, ?>> {

    private static final int USUAL_CAPACITY = 16;

    /** Creates one. */
    public MapSerializer() {}

    @Override
    public void write(GraphKryo kryo, Output output, Map<?, ?> map) {
        if (map instanceof ConcurrentHashMap<?, ?> concurrent) {
            writeConcurrent(kryo, output, concurrent);
            return;
        }
        writeLength(output, map.size());
        int capacity = HashTables.capacityOfHashed(map);
        output.writeVarInt(capacity, true);
        output.writeInt(Float.floatToRawIntBits(HashTables.loadFactor(map, capacity)));
        output.writeBoolean(HashTables.accessOrder(map));
        Route keys = null;
        Route values = null;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            keys = kryo.write(output, entry.getKey(), keys);
            values = kryo.write(output, entry.getValue(), values);
        }
    }

    /** Entries come and go meanwhile, so that no count can be written first: a null key ends them. */
    private static void writeConcurrent(GraphKryo kryo, Output output, ConcurrentHashMap<?, ?> map) {
        output.writeVarInt(HashTables.capacityOfConcurrent(map), true);
        kryo.policy().limits().checkLength(map.size());
        Route keys = null;
        Route values = null;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            keys = kryo.write(output, entry.getKey(), keys);
            values = kryo.write(output, entry.getValue(), values);
        }
        kryo.write(output, null);
    }

    @Override
    public Map<?, ?> read(GraphKryo kryo, Input input, Class<? extends Map<?, ?>> type) {
        return is(type, ConcurrentHashMap.class)
                ? readConcurrent(kryo, input)
                : readHashed(kryo, input, is(type, LinkedHashMap.class));
    }

    private static boolean is(Class<?> type, Class<?> other) {
        return type == other;
    }

    private static Map<?, ?> readHashed(GraphKryo kryo, Input input, boolean linked) {
        int size = readLength(input, 2);
        int capacity = HashTables.readCapacity(input, size);
        float loadFactor = Float.intBitsToFloat(input.readInt());
        boolean accessOrder = input.readBoolean();
        int room = capacity == 0 ? USUAL_CAPACITY : capacity;
        HashMap<@Nullable Object, @Nullable Object> map =
                linked ? new LinkedHashMap<>(room, loadFactor, accessOrder) : new HashMap<>(room, loadFactor);
        kryo.reference(map);
        TableFilling filling = TableFilling.of(kryo, map);
        for (int i = 0; i < size; i++) {
            Object key = filling.readKey(input);
            filling.put(key, kryo.read(input));
        }
        return map;
    }

    private static Map<?, ?> readConcurrent(GraphKryo kryo, Input input) {
        GraphInput source = (GraphInput) input;
        int capacity = HashTables.readCapacity(source, source.left() / 2);
        Map<@Nullable Object, @Nullable Object> map =
                capacity == 0 ? new ConcurrentHashMap<>() : new ConcurrentHashMap<>((int) (capacity * 2L / 3));
        kryo.reference(map);
        int size = 0;
        TableFilling filling = TableFilling.of(kryo, map);
        for (Object key; (key = filling.readKey(input)) != null; ) {
            filling.put(key, Objects.requireNonNull(kryo.read(input)));
            kryo.policy().limits().checkLength(++size);
        }
        return map;
    }
}
