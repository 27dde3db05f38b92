package io.processexecutor.serialization.access;

import java.lang.invoke.MethodHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Plain reads and writes of instance fields by their offset ({@link DeepAccess#offset}), final fields of records and
 * hidden classes included. Backed by constant method handles, so that the compiler makes a single move of each call.
 *
 * <p><b>Nothing is checked</b> but that the holder is there: an offset of another class, or a reference of another type
 * than the field's, corrupts the heap. Whoever puts a reference asks {@link Class#isInstance} first.
 */
public final class FieldAccess {

    private static final MethodHandle GET_REFERENCE =
            DeepAccess.ofUnsafe("getReference", Object.class, Object.class, long.class);
    private static final MethodHandle GET_BOOLEAN =
            DeepAccess.ofUnsafe("getBoolean", boolean.class, Object.class, long.class);
    private static final MethodHandle GET_BYTE = DeepAccess.ofUnsafe("getByte", byte.class, Object.class, long.class);
    private static final MethodHandle GET_SHORT =
            DeepAccess.ofUnsafe("getShort", short.class, Object.class, long.class);
    private static final MethodHandle GET_CHAR = DeepAccess.ofUnsafe("getChar", char.class, Object.class, long.class);
    private static final MethodHandle GET_INT = DeepAccess.ofUnsafe("getInt", int.class, Object.class, long.class);
    private static final MethodHandle GET_LONG = DeepAccess.ofUnsafe("getLong", long.class, Object.class, long.class);
    private static final MethodHandle GET_FLOAT =
            DeepAccess.ofUnsafe("getFloat", float.class, Object.class, long.class);
    private static final MethodHandle GET_DOUBLE =
            DeepAccess.ofUnsafe("getDouble", double.class, Object.class, long.class);
    private static final MethodHandle PUT_REFERENCE =
            DeepAccess.ofUnsafe("putReference", void.class, Object.class, long.class, Object.class);
    private static final MethodHandle PUT_BOOLEAN =
            DeepAccess.ofUnsafe("putBoolean", void.class, Object.class, long.class, boolean.class);
    private static final MethodHandle PUT_BYTE =
            DeepAccess.ofUnsafe("putByte", void.class, Object.class, long.class, byte.class);
    private static final MethodHandle PUT_SHORT =
            DeepAccess.ofUnsafe("putShort", void.class, Object.class, long.class, short.class);
    private static final MethodHandle PUT_CHAR =
            DeepAccess.ofUnsafe("putChar", void.class, Object.class, long.class, char.class);
    private static final MethodHandle PUT_INT =
            DeepAccess.ofUnsafe("putInt", void.class, Object.class, long.class, int.class);
    private static final MethodHandle PUT_LONG =
            DeepAccess.ofUnsafe("putLong", void.class, Object.class, long.class, long.class);
    private static final MethodHandle PUT_FLOAT =
            DeepAccess.ofUnsafe("putFloat", void.class, Object.class, long.class, float.class);
    private static final MethodHandle PUT_DOUBLE =
            DeepAccess.ofUnsafe("putDouble", void.class, Object.class, long.class, double.class);

    private FieldAccess() {}

    /**
     * Reads a reference field.
     *
     * @param holder the object
     * @param offset where its field is
     * @return what the field holds
     */
    public static @Nullable Object getReference(Object holder, long offset) {
        try {
            return (Object) GET_REFERENCE.invokeExact(Objects.requireNonNull(holder), offset);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Reads a boolean field.
     *
     * @param holder the object
     * @param offset where its field is
     * @return what the field holds
     */
    public static boolean getBoolean(Object holder, long offset) {
        try {
            return (boolean) GET_BOOLEAN.invokeExact(Objects.requireNonNull(holder), offset);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Reads a byte field.
     *
     * @param holder the object
     * @param offset where its field is
     * @return what the field holds
     */
    public static byte getByte(Object holder, long offset) {
        try {
            return (byte) GET_BYTE.invokeExact(Objects.requireNonNull(holder), offset);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Reads a short field.
     *
     * @param holder the object
     * @param offset where its field is
     * @return what the field holds
     */
    public static short getShort(Object holder, long offset) {
        try {
            return (short) GET_SHORT.invokeExact(Objects.requireNonNull(holder), offset);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Reads a char field.
     *
     * @param holder the object
     * @param offset where its field is
     * @return what the field holds
     */
    public static char getChar(Object holder, long offset) {
        try {
            return (char) GET_CHAR.invokeExact(Objects.requireNonNull(holder), offset);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Reads an int field.
     *
     * @param holder the object
     * @param offset where its field is
     * @return what the field holds
     */
    public static int getInt(Object holder, long offset) {
        try {
            return (int) GET_INT.invokeExact(Objects.requireNonNull(holder), offset);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Reads a long field.
     *
     * @param holder the object
     * @param offset where its field is
     * @return what the field holds
     */
    public static long getLong(Object holder, long offset) {
        try {
            return (long) GET_LONG.invokeExact(Objects.requireNonNull(holder), offset);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Reads a float field.
     *
     * @param holder the object
     * @param offset where its field is
     * @return what the field holds
     */
    public static float getFloat(Object holder, long offset) {
        try {
            return (float) GET_FLOAT.invokeExact(Objects.requireNonNull(holder), offset);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Reads a double field.
     *
     * @param holder the object
     * @param offset where its field is
     * @return what the field holds
     */
    public static double getDouble(Object holder, long offset) {
        try {
            return (double) GET_DOUBLE.invokeExact(Objects.requireNonNull(holder), offset);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Writes a reference field.
     *
     * @param holder the object
     * @param offset where its field is
     * @param value what the field shall hold; the caller has checked its type
     */
    public static void putReference(Object holder, long offset, @Nullable Object value) {
        try {
            PUT_REFERENCE.invokeExact(Objects.requireNonNull(holder), offset, value);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Writes a boolean field.
     *
     * @param holder the object
     * @param offset where its field is
     * @param value what the field shall hold
     */
    public static void putBoolean(Object holder, long offset, boolean value) {
        try {
            PUT_BOOLEAN.invokeExact(Objects.requireNonNull(holder), offset, value);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Writes a byte field.
     *
     * @param holder the object
     * @param offset where its field is
     * @param value what the field shall hold
     */
    public static void putByte(Object holder, long offset, byte value) {
        try {
            PUT_BYTE.invokeExact(Objects.requireNonNull(holder), offset, value);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Writes a short field.
     *
     * @param holder the object
     * @param offset where its field is
     * @param value what the field shall hold
     */
    public static void putShort(Object holder, long offset, short value) {
        try {
            PUT_SHORT.invokeExact(Objects.requireNonNull(holder), offset, value);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Writes a char field.
     *
     * @param holder the object
     * @param offset where its field is
     * @param value what the field shall hold
     */
    public static void putChar(Object holder, long offset, char value) {
        try {
            PUT_CHAR.invokeExact(Objects.requireNonNull(holder), offset, value);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Writes an int field.
     *
     * @param holder the object
     * @param offset where its field is
     * @param value what the field shall hold
     */
    public static void putInt(Object holder, long offset, int value) {
        try {
            PUT_INT.invokeExact(Objects.requireNonNull(holder), offset, value);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Writes a long field.
     *
     * @param holder the object
     * @param offset where its field is
     * @param value what the field shall hold
     */
    public static void putLong(Object holder, long offset, long value) {
        try {
            PUT_LONG.invokeExact(Objects.requireNonNull(holder), offset, value);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Writes a float field.
     *
     * @param holder the object
     * @param offset where its field is
     * @param value what the field shall hold
     */
    public static void putFloat(Object holder, long offset, float value) {
        try {
            PUT_FLOAT.invokeExact(Objects.requireNonNull(holder), offset, value);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    /**
     * Writes a double field.
     *
     * @param holder the object
     * @param offset where its field is
     * @param value what the field shall hold
     */
    public static void putDouble(Object holder, long offset, double value) {
        try {
            PUT_DOUBLE.invokeExact(Objects.requireNonNull(holder), offset, value);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }
}
