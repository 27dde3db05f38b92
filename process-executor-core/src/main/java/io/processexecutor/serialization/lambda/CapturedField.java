package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.classfile.Descriptors;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * One captured value of the lambdas of a class. With deep access an engine reads and writes it unboxed, by
 * {@link FieldAccess} at {@link #offset()}; without, it can still be read. Immutable and thread-safe.
 */
public final class CapturedField {

    private final Field field;
    private final char kind;
    private final long offset;

    CapturedField(Field field) {
        this.field = field;
        this.kind = Descriptors.kind(field.getType().descriptorString());
        this.offset = DeepAccess.available() ? DeepAccess.offset(field) : -1;
    }

    /**
     * The declared type of the value.
     *
     * @return the type
     */
    public Class<?> type() {
        return field.getType();
    }

    /**
     * How the value is held.
     *
     * @return {@code L} for a reference, else the descriptor of the primitive type
     */
    public char kind() {
        return kind;
    }

    /**
     * Where the value is in a lambda of the class.
     *
     * @return the offset; -1 if there is no deep access
     */
    public long offset() {
        return offset;
    }

    /**
     * Reads the value.
     *
     * @param lambda a lambda of the class
     * @return the value, boxed if it is primitive
     */
    public @Nullable Object get(Object lambda) {
        if (offset < 0) {
            return getReflectively(lambda);
        }
        checkLambda(lambda);
        return switch (kind) {
            case 'Z' -> FieldAccess.getBoolean(lambda, offset);
            case 'B' -> FieldAccess.getByte(lambda, offset);
            case 'S' -> FieldAccess.getShort(lambda, offset);
            case 'C' -> FieldAccess.getChar(lambda, offset);
            case 'I' -> FieldAccess.getInt(lambda, offset);
            case 'J' -> FieldAccess.getLong(lambda, offset);
            case 'F' -> FieldAccess.getFloat(lambda, offset);
            case 'D' -> FieldAccess.getDouble(lambda, offset);
            default -> FieldAccess.getReference(lambda, offset);
        };
    }

    /**
     * Writes the value into a lambda that nobody has called yet. Needs deep access.
     *
     * @param lambda a lambda of the class
     * @param value the value, boxed if it is primitive; a {@link ClassCastException} if it is of another type
     */
    public void put(Object lambda, @Nullable Object value) {
        if (offset < 0) {
            throw new IllegalStateException("Cannot fill in a lambda: " + DeepAccess.diagnose());
        }
        checkLambda(lambda);
        if (kind == 'L') {
            FieldAccess.putReference(lambda, offset, field.getType().cast(value));
        } else if (value == null) {
            throw new ClassCastException("null is not a " + field.getType());
        } else {
            putPrimitive(lambda, value);
        }
    }

    private void putPrimitive(Object lambda, Object value) {
        switch (kind) {
            case 'Z' -> FieldAccess.putBoolean(lambda, offset, (Boolean) value);
            case 'B' -> FieldAccess.putByte(lambda, offset, (Byte) value);
            case 'S' -> FieldAccess.putShort(lambda, offset, (Short) value);
            case 'C' -> FieldAccess.putChar(lambda, offset, (Character) value);
            case 'I' -> FieldAccess.putInt(lambda, offset, (Integer) value);
            case 'J' -> FieldAccess.putLong(lambda, offset, (Long) value);
            case 'F' -> FieldAccess.putFloat(lambda, offset, (Float) value);
            default -> FieldAccess.putDouble(lambda, offset, (Double) value);
        }
    }

    private void checkLambda(Object lambda) {
        if (lambda.getClass() != field.getDeclaringClass()) {
            throw new ClassCastException(lambda.getClass().getName() + " is not "
                    + field.getDeclaringClass().getName());
        }
    }

    private @Nullable Object getReflectively(Object lambda) {
        try {
            if (field.trySetAccessible()) {
                return field.get(lambda);
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        String name = field.getDeclaringClass().getName();
        throw new UnreadableLambdaException(
                name,
                "Cannot read what the lambda " + name + " captured: its module does not open the package to this"
                        + " library (" + DeepAccess.diagnose() + ").",
                null);
    }
}
