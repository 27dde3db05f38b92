package io.processexecutor.serialization.graph.hooks;

import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.Primitives;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import java.io.IOException;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream.PutField;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The named fields that a {@code writeObject} fills by hand. */
final class PutFields extends PutField {

    private final ObjectStreamClass description;
    private final Map<String, @Nullable Object> values = new HashMap<>();

    PutFields(ObjectStreamClass description) {
        this.description = description;
    }

    /** All fields, as the JDK does: what was not put is zero or null, and no longer missing. */
    void write(GraphKryo kryo, Output output) {
        ObjectStreamField[] fields = description.getFields();
        output.writeVarInt(fields.length, true);
        for (ObjectStreamField field : fields) {
            output.writeString(field.getName());
            Object value = values.get(field.getName());
            kryo.write(output, value == null && field.isPrimitive() ? Primitives.zero(field.getType()) : value);
        }
    }

    private void put(String name, Class<?> type, @Nullable Object value) {
        ObjectStreamField field = description.getField(name);
        boolean fits = field != null && (type == Object.class ? !field.isPrimitive() : field.getType() == type);
        if (!fits || (value != null && type == Object.class && !field.getType().isInstance(value))) {
            throw new IllegalArgumentException(
                    "no such field " + name + " with type " + type.getName() + " in " + description.getName());
        }
        values.put(name, value);
    }

    @Override
    public void put(String name, boolean value) {
        put(name, boolean.class, value);
    }

    @Override
    public void put(String name, byte value) {
        put(name, byte.class, value);
    }

    @Override
    public void put(String name, char value) {
        put(name, char.class, value);
    }

    @Override
    public void put(String name, short value) {
        put(name, short.class, value);
    }

    @Override
    public void put(String name, int value) {
        put(name, int.class, value);
    }

    @Override
    public void put(String name, long value) {
        put(name, long.class, value);
    }

    @Override
    public void put(String name, float value) {
        put(name, float.class, value);
    }

    @Override
    public void put(String name, double value) {
        put(name, double.class, value);
    }

    @Override
    public void put(String name, @Nullable Object value) {
        put(name, Object.class, value);
    }

    @Override
    @Deprecated
    public void write(ObjectOutput out) throws IOException {
        throw new IOException("use writeFields of the stream");
    }
}
