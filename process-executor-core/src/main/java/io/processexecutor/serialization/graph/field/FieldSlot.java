package io.processexecutor.serialization.graph.field;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.Route;
import io.processexecutor.serialization.lambda.CapturedField;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One instance field on its way between an object and the bytes. Belongs to one engine. */
public final class FieldSlot {

    // A switch over a constant is cheaper here than a call through ten subclasses.
    private static final int BOOLEAN = 0;
    private static final int BYTE = 1;
    private static final int SHORT = 2;
    private static final int CHAR = 3;
    private static final int INT = 4;
    private static final int LONG = 5;
    private static final int FLOAT = 6;
    private static final int DOUBLE = 7;
    private static final int REFERENCE = 8;
    private static final long NO_OFFSET = -1;

    private final String owner;
    private final String name;
    private final Class<?> type;
    private final int kind;
    private final long offset;
    /** What the reader puts into the field by itself is of this type. */
    private Class<?> readAs;

    private @Nullable Field reflected;
    private @Nullable Route exact;
    private @Nullable Route latest;
    private boolean exactKnown;

    private FieldSlot(String owner, String name, Class<?> type, long offset, boolean mayBeExact) {
        this.owner = owner;
        this.name = name;
        this.type = type;
        this.kind = kindOf(type);
        this.offset = offset;
        this.readAs = mayBeExact ? type : Object.class;
        this.exactKnown = !(mayBeExact && kind == REFERENCE && isFinal(type));
    }

    /**
     * The slot of a field.
     *
     * @param field an instance field
     * @return its slot
     */
    public static FieldSlot of(Field field) {
        String owner = field.getDeclaringClass().getName();
        boolean deep = DeepAccess.available();
        FieldSlot slot = new FieldSlot(
                owner, field.getName(), field.getType(), deep ? DeepAccess.offset(field) : NO_OFFSET, true);
        if (!deep) {
            if (!field.trySetAccessible()) {
                throw new IllegalStateException("its field " + owner + "." + field.getName()
                        + " is closed to this library (" + DeepAccess.diagnose() + ")");
            }
            slot.reflected = field;
        }
        return slot;
    }

    /** Its class may take by hand what was written, also what the field cannot hold. */
    void readByHand() {
        readAs = Object.class;
    }

    /**
     * The slot of a value that a lambda captured. What it holds is written with its class, since the reader may only
     * know the kind of the value.
     *
     * @param lambda the class of the lambda
     * @param captured which value
     * @param position its position in the order of capture
     * @return its slot
     */
    public static FieldSlot of(Class<?> lambda, CapturedField captured, int position) {
        String name = "captured[" + position + "]";
        return new FieldSlot(lambda.getName(), name, captured.type(), captured.offset(), false);
    }

    /**
     * A slot without a field, for {@link #writeValue} and {@link #readValue} of what a lambda captured.
     *
     * @param type the primitive type, {@code Object} for any other
     * @return the slot
     */
    public static FieldSlot ofValue(Class<?> type) {
        return new FieldSlot("", "", type, NO_OFFSET, false);
    }

    /**
     * The name of the field.
     *
     * @return its name
     */
    public String name() {
        return name;
    }

    /**
     * Writes what the field holds.
     *
     * @param kryo the engine
     * @param output where to
     * @param holder the object
     */
    public void write(GraphKryo kryo, Output output, Object holder) {
        if (offset == NO_OFFSET) {
            writeValue(kryo, output, get(holder));
            return;
        }
        switch (kind) {
            case BOOLEAN -> output.writeBoolean(FieldAccess.getBoolean(holder, offset));
            case BYTE -> output.writeByte(FieldAccess.getByte(holder, offset));
            case SHORT -> output.writeShort(FieldAccess.getShort(holder, offset));
            case CHAR -> output.writeChar(FieldAccess.getChar(holder, offset));
            case INT -> output.writeVarInt(FieldAccess.getInt(holder, offset), false);
            case LONG -> output.writeVarLong(FieldAccess.getLong(holder, offset), false);
            case FLOAT -> output.writeInt(Float.floatToRawIntBits(FieldAccess.getFloat(holder, offset)));
            case DOUBLE -> output.writeLong(Double.doubleToRawLongBits(FieldAccess.getDouble(holder, offset)));
            default -> writeReference(kryo, output, FieldAccess.getReference(holder, offset));
        }
    }

    /**
     * Reads into the field.
     *
     * @param kryo the engine
     * @param input where from
     * @param holder the object
     */
    public void read(GraphKryo kryo, Input input, Object holder) {
        if (offset == NO_OFFSET) {
            put(holder, readValue(kryo, input));
            return;
        }
        switch (kind) {
            case BOOLEAN -> FieldAccess.putBoolean(holder, offset, input.readBoolean());
            case BYTE -> FieldAccess.putByte(holder, offset, input.readByte());
            case SHORT -> FieldAccess.putShort(holder, offset, input.readShort());
            case CHAR -> FieldAccess.putChar(holder, offset, input.readChar());
            case INT -> FieldAccess.putInt(holder, offset, input.readVarInt(false));
            case LONG -> FieldAccess.putLong(holder, offset, input.readVarLong(false));
            case FLOAT -> FieldAccess.putFloat(holder, offset, Float.intBitsToFloat(input.readInt()));
            case DOUBLE -> FieldAccess.putDouble(holder, offset, Double.longBitsToDouble(input.readLong()));
            default -> put(holder, readReference(kryo, input));
        }
    }

    /**
     * Writes a value as if it stood in the field.
     *
     * @param kryo the engine
     * @param output where to
     * @param value the value, boxed if the field is primitive
     */
    public void writeValue(GraphKryo kryo, Output output, @Nullable Object value) {
        if (kind == REFERENCE) {
            writeReference(kryo, output, value);
            return;
        }
        Object boxed = value == null ? Primitives.zero(type) : value;
        switch (kind) {
            case BOOLEAN -> output.writeBoolean((Boolean) boxed);
            case BYTE -> output.writeByte((Byte) boxed);
            case SHORT -> output.writeShort((Short) boxed);
            case CHAR -> output.writeChar((Character) boxed);
            case INT -> output.writeVarInt((Integer) boxed, false);
            case LONG -> output.writeVarLong((Long) boxed, false);
            case FLOAT -> output.writeInt(Float.floatToRawIntBits((Float) boxed));
            default -> output.writeLong(Double.doubleToRawLongBits((Double) boxed));
        }
    }

    /**
     * Reads what {@link #write} or {@link #writeValue} wrote, and puts it nowhere.
     *
     * @param kryo the engine
     * @param input where from
     * @return the value, boxed if the field is primitive
     */
    public @Nullable Object readValue(GraphKryo kryo, Input input) {
        return switch (kind) {
            case BOOLEAN -> input.readBoolean();
            case BYTE -> input.readByte();
            case SHORT -> input.readShort();
            case CHAR -> input.readChar();
            case INT -> input.readVarInt(false);
            case LONG -> input.readVarLong(false);
            case FLOAT -> Float.intBitsToFloat(input.readInt());
            case DOUBLE -> Double.longBitsToDouble(input.readLong());
            default -> readReference(kryo, input);
        };
    }

    /**
     * What the field holds.
     *
     * @param holder the object
     * @return the value, boxed if the field is primitive
     */
    public @Nullable Object get(Object holder) {
        if (offset == NO_OFFSET) {
            return getReflected(holder);
        }
        return switch (kind) {
            case BOOLEAN -> FieldAccess.getBoolean(holder, offset);
            case BYTE -> FieldAccess.getByte(holder, offset);
            case SHORT -> FieldAccess.getShort(holder, offset);
            case CHAR -> FieldAccess.getChar(holder, offset);
            case INT -> FieldAccess.getInt(holder, offset);
            case LONG -> FieldAccess.getLong(holder, offset);
            case FLOAT -> FieldAccess.getFloat(holder, offset);
            case DOUBLE -> FieldAccess.getDouble(holder, offset);
            default -> FieldAccess.getReference(holder, offset);
        };
    }

    /**
     * Whether the field holds a value.
     *
     * @param holder the object
     * @param value the value, boxed if the field is primitive
     * @return whether it is that very object, or that primitive value
     */
    public boolean holds(Object holder, @Nullable Object value) {
        Object held = get(holder);
        return kind == REFERENCE ? held == value : Objects.equals(held, value);
    }

    /**
     * Makes the field hold a value.
     *
     * @param holder the object
     * @param value the value, boxed if the field is primitive
     */
    public void put(Object holder, @Nullable Object value) {
        if (kind == REFERENCE && value != null && !type.isInstance(value)) {
            throw new ClassCastException("cannot assign instance of "
                    + value.getClass().getName() + " to field "
                    + owner + "." + name + " of type " + type.getName());
        }
        if (offset == NO_OFFSET) {
            putReflected(holder, value);
        } else if (kind == REFERENCE) {
            FieldAccess.putReference(holder, offset, value);
        } else {
            putPrimitive(holder, value == null ? Primitives.zero(type) : value);
        }
    }

    private @Nullable Object getReflected(Object holder) {
        try {
            return Objects.requireNonNull(reflected).get(holder);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private void putReflected(Object holder, @Nullable Object value) {
        try {
            Objects.requireNonNull(reflected)
                    .set(holder, value == null && kind != REFERENCE ? Primitives.zero(type) : value);
        } catch (IllegalAccessException | IllegalArgumentException e) {
            throw new IllegalStateException("cannot put into " + owner + "." + name, e);
        }
    }

    private void putPrimitive(Object holder, Object boxed) {
        switch (kind) {
            case BOOLEAN -> FieldAccess.putBoolean(holder, offset, (Boolean) boxed);
            case BYTE -> FieldAccess.putByte(holder, offset, (Byte) boxed);
            case SHORT -> FieldAccess.putShort(holder, offset, (Short) boxed);
            case CHAR -> FieldAccess.putChar(holder, offset, (Character) boxed);
            case INT -> FieldAccess.putInt(holder, offset, (Integer) boxed);
            case LONG -> FieldAccess.putLong(holder, offset, (Long) boxed);
            case FLOAT -> FieldAccess.putFloat(holder, offset, (Float) boxed);
            default -> FieldAccess.putDouble(holder, offset, (Double) boxed);
        }
    }

    private void writeReference(GraphKryo kryo, Output output, @Nullable Object value) {
        Route route = exact(kryo);
        if (route == null) {
            latest = kryo.write(output, value, latest, readAs);
        } else {
            kryo.writeExact(output, value, route);
        }
    }

    private @Nullable Object readReference(GraphKryo kryo, Input input) {
        Route route = exact(kryo);
        return route == null ? kryo.read(input) : kryo.readExact(input, route);
    }

    private @Nullable Route exact(GraphKryo kryo) {
        if (!exactKnown) {
            Route route = kryo.route(type);
            exact = route.exact() ? route : null;
            exactKnown = true;
        }
        return exact;
    }

    private static boolean isFinal(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        // An array class is final by its modifiers, and yet a String[] stands where an Object[] is declared.
        return Modifier.isFinal(element.getModifiers());
    }

    private static int kindOf(Class<?> type) {
        if (!type.isPrimitive()) {
            return REFERENCE;
        }
        if (type == boolean.class) {
            return BOOLEAN;
        } else if (type == byte.class) {
            return BYTE;
        } else if (type == short.class) {
            return SHORT;
        } else if (type == char.class) {
            return CHAR;
        } else if (type == int.class) {
            return INT;
        } else if (type == long.class) {
            return LONG;
        }
        return type == float.class ? FLOAT : DOUBLE;
    }
}
