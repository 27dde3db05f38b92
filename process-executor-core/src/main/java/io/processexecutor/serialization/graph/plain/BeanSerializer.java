package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.lang.reflect.Field;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Any object, field by field. */
public final class BeanSerializer extends GraphSerializer<Object> {

    private final Supplier<Object> instances;
    private final FieldSlot[] slots;

    /**
     * Creates one.
     *
     * @param instances makes empty objects
     * @param fields what travels
     */
    public BeanSerializer(Supplier<Object> instances, List<Field> fields) {
        this.instances = instances;
        this.slots = ClassFields.slots(fields);
    }

    /**
     * Makes an object of what its fields are to hold.
     *
     * @param kryo the graph that is read
     * @param values of the fields, in their order
     * @return the object
     */
    public Object make(GraphKryo kryo, @Nullable Object[] values) {
        Object object = instances.get();
        for (int i = 0; i < values.length; i++) {
            slots[i].put(object, values[i]);
        }
        return object;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        for (FieldSlot slot : slots) {
            slot.write(kryo, output, object);
        }
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        Object object = instances.get();
        kryo.reference(object);
        for (FieldSlot slot : slots) {
            slot.read(kryo, input, object);
        }
        return object;
    }
}
