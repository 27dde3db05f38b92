package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.lang.reflect.Field;
import java.util.List;

/**
 * An object with final transient fields that nobody makes at the other end: field by field, and those as far as they hold
 * {@link CertainData}. A connection, which does not travel, is null there.
 */
public final class DerivedBeanSerializer extends GraphSerializer<Object> {

    private final BeanSerializer rest;
    private final FieldSlot[] derived;

    /**
     * Creates one.
     *
     * @param rest what travels in any case
     * @param derived what travels if it can
     */
    public DerivedBeanSerializer(BeanSerializer rest, List<Field> derived) {
        this.rest = rest;
        this.derived = ClassFields.slots(derived);
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        rest.write(kryo, output, object);
        for (FieldSlot slot : derived) {
            Object value = slot.get(object);
            slot.writeValue(kryo, output, CertainData.is(kryo, value) ? value : null);
        }
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        Object object = rest.read(kryo, input, type);
        for (FieldSlot slot : derived) {
            slot.read(kryo, input, object);
        }
        return object;
    }
}
