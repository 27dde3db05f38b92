package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** A {@link WeakHashMap} with what is in it at the moment. */
public final class WeakMapSerializer extends GraphSerializer<WeakHashMap<?, ?>> {

    /** Creates one. */
    public WeakMapSerializer() {}

    @Override
    public void write(GraphKryo kryo, Output output, WeakHashMap<?, ?> map) {
        // Held until all are written: keys may go at any time.
        List<@Nullable Object> entries = new ArrayList<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            entries.add(entry.getKey());
            entries.add(entry.getValue());
        }
        writeLength(output, entries.size() / 2);
        for (Object each : entries) {
            kryo.write(output, each);
        }
    }

    @Override
    public WeakHashMap<?, ?> read(GraphKryo kryo, Input input, Class<? extends WeakHashMap<?, ?>> type) {
        WeakHashMap<@Nullable Object, @Nullable Object> map = new WeakHashMap<>();
        kryo.reference(map);
        TableFilling filling = TableFilling.of(kryo, map);
        for (int i = readLength(input, 2); i > 0; i--) {
            Object key = filling.readKey(input);
            filling.put(key, kryo.read(input));
        }
        return map;
    }
}
