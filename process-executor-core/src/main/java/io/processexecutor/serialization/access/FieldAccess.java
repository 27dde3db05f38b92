package io.processexecutor.serialization.access;

import java.lang.invoke.MethodHandle;
import java.util.List;
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

    private static volatile boolean bound;

    private FieldAccess() {}

    /**
     * Binds all that is not bound yet: the JVM makes classes for most of it, which takes 20 ms together. Where there is time for
     * that it is better done before anything is read or written, since what is bound in the middle of a graph, with the heap
     * full or the stack used up, is lost to this JVM if that fails.
     */
    public static void bindAll() {
        if (!bound) {
            List<MethodHandle> unused = List.of(
                    GetReference.HANDLE,
                    GetBoolean.HANDLE,
                    GetByte.HANDLE,
                    GetShort.HANDLE,
                    GetChar.HANDLE,
                    GetInt.HANDLE,
                    GetLong.HANDLE,
                    GetFloat.HANDLE,
                    GetDouble.HANDLE,
                    PutReference.HANDLE,
                    PutBoolean.HANDLE,
                    PutByte.HANDLE,
                    PutShort.HANDLE,
                    PutChar.HANDLE,
                    PutInt.HANDLE,
                    PutLong.HANDLE,
                    PutFloat.HANDLE,
                    PutDouble.HANDLE);
            bound = true;
        }
    }

    private static MethodHandle getter(String name, Class<?> kind) {
        return DeepAccess.ofUnsafe(name, kind, Object.class, long.class);
    }

    private static MethodHandle putter(String name, Class<?> kind) {
        return DeepAccess.ofUnsafe(name, void.class, Object.class, long.class, kind);
    }

    /**
     * Reads a reference field.
     *
     * @param holder the object
     * @param offset where its field is
     * @return what the field holds
     */
    public static @Nullable Object getReference(Object holder, long offset) {
        try {
            return (Object) GetReference.HANDLE.invokeExact(Objects.requireNonNull(holder), offset);
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
            return (boolean) GetBoolean.HANDLE.invokeExact(Objects.requireNonNull(holder), offset);
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
            return (byte) GetByte.HANDLE.invokeExact(Objects.requireNonNull(holder), offset);
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
            return (short) GetShort.HANDLE.invokeExact(Objects.requireNonNull(holder), offset);
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
            return (char) GetChar.HANDLE.invokeExact(Objects.requireNonNull(holder), offset);
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
            return (int) GetInt.HANDLE.invokeExact(Objects.requireNonNull(holder), offset);
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
            return (long) GetLong.HANDLE.invokeExact(Objects.requireNonNull(holder), offset);
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
            return (float) GetFloat.HANDLE.invokeExact(Objects.requireNonNull(holder), offset);
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
            return (double) GetDouble.HANDLE.invokeExact(Objects.requireNonNull(holder), offset);
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
            PutReference.HANDLE.invokeExact(Objects.requireNonNull(holder), offset, value);
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
            PutBoolean.HANDLE.invokeExact(Objects.requireNonNull(holder), offset, value);
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
            PutByte.HANDLE.invokeExact(Objects.requireNonNull(holder), offset, value);
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
            PutShort.HANDLE.invokeExact(Objects.requireNonNull(holder), offset, value);
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
            PutChar.HANDLE.invokeExact(Objects.requireNonNull(holder), offset, value);
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
            PutInt.HANDLE.invokeExact(Objects.requireNonNull(holder), offset, value);
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
            PutLong.HANDLE.invokeExact(Objects.requireNonNull(holder), offset, value);
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
            PutFloat.HANDLE.invokeExact(Objects.requireNonNull(holder), offset, value);
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
            PutDouble.HANDLE.invokeExact(Objects.requireNonNull(holder), offset, value);
        } catch (Throwable e) {
            throw DeepAccess.rethrown(e);
        }
    }

    // One class for each, so that a first task waits for what it needs only.

    private static final class GetReference {
        static final MethodHandle HANDLE = getter("getReference", Object.class);
    }

    private static final class GetBoolean {
        static final MethodHandle HANDLE = getter("getBoolean", boolean.class);
    }

    private static final class GetByte {
        static final MethodHandle HANDLE = getter("getByte", byte.class);
    }

    private static final class GetShort {
        static final MethodHandle HANDLE = getter("getShort", short.class);
    }

    private static final class GetChar {
        static final MethodHandle HANDLE = getter("getChar", char.class);
    }

    private static final class GetInt {
        static final MethodHandle HANDLE = getter("getInt", int.class);
    }

    private static final class GetLong {
        static final MethodHandle HANDLE = getter("getLong", long.class);
    }

    private static final class GetFloat {
        static final MethodHandle HANDLE = getter("getFloat", float.class);
    }

    private static final class GetDouble {
        static final MethodHandle HANDLE = getter("getDouble", double.class);
    }

    private static final class PutReference {
        static final MethodHandle HANDLE = putter("putReference", Object.class);
    }

    private static final class PutBoolean {
        static final MethodHandle HANDLE = putter("putBoolean", boolean.class);
    }

    private static final class PutByte {
        static final MethodHandle HANDLE = putter("putByte", byte.class);
    }

    private static final class PutShort {
        static final MethodHandle HANDLE = putter("putShort", short.class);
    }

    private static final class PutChar {
        static final MethodHandle HANDLE = putter("putChar", char.class);
    }

    private static final class PutInt {
        static final MethodHandle HANDLE = putter("putInt", int.class);
    }

    private static final class PutLong {
        static final MethodHandle HANDLE = putter("putLong", long.class);
    }

    private static final class PutFloat {
        static final MethodHandle HANDLE = putter("putFloat", float.class);
    }

    private static final class PutDouble {
        static final MethodHandle HANDLE = putter("putDouble", double.class);
    }
}
