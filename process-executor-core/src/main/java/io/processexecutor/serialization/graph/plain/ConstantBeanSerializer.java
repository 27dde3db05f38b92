package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.failure.HookFailure;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.Constants;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An object of a class that has constants: which of them it is, and its fields, of which a copy is made if it is none or
 * its constant cannot be had or holds something else.
 */
public final class ConstantBeanSerializer extends GraphSerializer<Object> {

    /** Makes an object of what its fields are to hold. */
    @FunctionalInterface
    public interface Copies {

        /**
         * Makes a copy.
         *
         * @param kryo the graph that is read
         * @param values of the fields, in their order
         * @return a new object
         * @throws Throwable what its constructor throws
         */
        Object of(GraphKryo kryo, @Nullable Object[] values) throws Throwable;
    }

    private final Constants constants;
    private final FieldSlot[] slots;
    private final Copies copies;

    /**
     * Creates one.
     *
     * @param constants those of the class
     * @param fields what travels of a copy
     * @param copies makes one
     */
    public ConstantBeanSerializer(Constants constants, List<Field> fields, Copies copies) {
        this.constants = constants;
        this.slots = ClassFields.slots(fields);
        this.copies = copies;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        constants.write(output, object);
        for (FieldSlot slot : slots) {
            slot.write(kryo, output, object);
        }
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        Object constant = constants.read(input);
        @Nullable Object[] values = new @Nullable Object[slots.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = slots[i].readValue(kryo, input);
        }
        // What holds the process it belongs to, such as its pid, is another one here: what was sent is not to change.
        if (constant != null && holds(constant, values)) {
            return constant;
        }
        try {
            return copies.of(kryo, values);
        } catch (Throwable e) {
            throw HookFailure.of(e);
        }
    }

    private boolean holds(Object constant, @Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Objects.equals(slots[i].get(constant), values[i])) {
                return false;
            }
        }
        return true;
    }
}
