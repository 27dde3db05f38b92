package io.processexecutor.serialization.graph.hooks;

import java.io.ObjectInputStream.GetField;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The named fields that a {@code readObject} takes by hand. */
final class GetFields extends GetField {

    private final ObjectStreamClass description;
    private final Map<String, @Nullable Object> values;
    private final HookInput source;

    GetFields(ObjectStreamClass description, Map<String, @Nullable Object> values, HookInput source) {
        this.source = source;
        this.description = description;
        this.values = values;
    }

    private @Nullable Object get(String name, Class<?> type, @Nullable Object otherwise) {
        ObjectStreamField field = description.getField(name);
        if (field == null || (type == Object.class ? field.isPrimitive() : field.getType() != type)) {
            throw new IllegalArgumentException(
                    "no such field " + name + " with type " + type.getName() + " in " + description.getName());
        }
        return values.containsKey(name) ? values.get(name) : otherwise;
    }

    @SuppressWarnings("NullAway") // A primitive is never null, neither the one read nor the one given.
    private <T> T primitive(String name, Class<?> type, T otherwise) {
        @SuppressWarnings("unchecked")
        T found = (T) get(name, type, otherwise);
        return found;
    }

    @Override
    public ObjectStreamClass getObjectStreamClass() {
        return description;
    }

    @Override
    public boolean defaulted(String name) {
        if (description.getField(name) == null) {
            throw new IllegalArgumentException("no such field " + name + " in " + description.getName());
        }
        return !values.containsKey(name);
    }

    @Override
    public boolean get(String name, boolean otherwise) {
        return primitive(name, boolean.class, otherwise);
    }

    @Override
    public byte get(String name, byte otherwise) {
        return primitive(name, byte.class, otherwise);
    }

    @Override
    public char get(String name, char otherwise) {
        return primitive(name, char.class, otherwise);
    }

    @Override
    public short get(String name, short otherwise) {
        return primitive(name, short.class, otherwise);
    }

    @Override
    public int get(String name, int otherwise) {
        return primitive(name, int.class, otherwise);
    }

    @Override
    public long get(String name, long otherwise) {
        return primitive(name, long.class, otherwise);
    }

    @Override
    public float get(String name, float otherwise) {
        return primitive(name, float.class, otherwise);
    }

    @Override
    public double get(String name, double otherwise) {
        return primitive(name, double.class, otherwise);
    }

    @Override
    public @Nullable Object get(String name, @Nullable Object otherwise) {
        Object value = get(name, Object.class, otherwise);
        source.giveAway(value, description.forClass());
        return value;
    }
}
