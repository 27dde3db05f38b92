package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.Constants;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.field.GraphSerializer;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An object of a class that has constants: which of them it is, and its fields, of which a copy is made if it is none or
 * its constant cannot be had or holds something else.
 */
public final class ConstantBeanSerializer extends GraphSerializer<Object> {

    private final Constants constants;
    private final Supplier<Object> instances;
    private final FieldSlot[] slots;

    /**
     * Creates one.
     *
     * @param constants those of the class
     * @param instances makes empty objects
     * @param fields what travels of a copy
     */
    public ConstantBeanSerializer(Constants constants, Supplier<Object> instances, List<Field> fields) {
        this.constants = constants;
        this.instances = instances;
        this.slots = ClassFields.slots(fields);
    }

    @Override
    protected void write(GraphKryo kryo, Output output, Object object) {
        constants.write(output, object);
        for (FieldSlot slot : slots) {
            slot.write(kryo, output, object);
        }
    }

    @Override
    protected Object read(GraphKryo kryo, Input input, Class<?> type) {
        Object constant = constants.read(input);
        @Nullable Object[] values = new @Nullable Object[slots.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = slots[i].readValue(kryo, input);
        }
        // What holds the process it belongs to, such as its pid, is another one here: what was sent is not to change.
        return constant != null && holds(constant, values) ? constant : copy(values);
    }

    private boolean holds(Object constant, @Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Objects.equals(slots[i].get(constant), values[i])) {
                return false;
            }
        }
        return true;
    }

    private Object copy(@Nullable Object[] values) {
        Object object = instances.get();
        for (int i = 0; i < values.length; i++) {
            slots[i].put(object, values[i]);
        }
        return object;
    }
}
