package io.processexecutor.serialization.graph.wire;

import io.processexecutor.serialization.graph.failure.MalformedGraph;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The elements of an array of primitives as bytes, every bit of a NaN kept. */
public final class ArrayContent {

    /** As much as stays in the processor's cache. */
    private static final int CHUNK_BYTES = 64 * 1024;

    /** Each has the number of its place. */
    private static final List<Class<?>> COMPONENTS = List.of(
            byte.class, boolean.class, short.class, char.class, int.class, float.class, long.class, double.class);

    private ArrayContent() {}

    /**
     * How many bytes an element takes.
     *
     * @param component its primitive type
     * @return 1, 2, 4 or 8
     */
    public static int bytesEach(Class<?> component) {
        return 1 << (COMPONENTS.indexOf(component) / 2);
    }

    /**
     * Writes elements into a buffer.
     *
     * @param array the array
     * @param from the first element
     * @param count how many
     * @param target has room for them; its position moves only if the elements are bytes or booleans
     */
    public static void put(Object array, int from, int count, ByteBuffer target) {
        target.order(ByteOrder.LITTLE_ENDIAN);
        if (array instanceof byte[] values) {
            target.put(values, from, count);
        } else if (array instanceof int[] values) {
            target.asIntBuffer().put(values, from, count);
        } else if (array instanceof long[] values) {
            target.asLongBuffer().put(values, from, count);
        } else if (array instanceof double[] values) {
            target.asDoubleBuffer().put(values, from, count);
        } else if (array instanceof char[] values) {
            target.asCharBuffer().put(values, from, count);
        } else if (array instanceof float[] values) {
            target.asFloatBuffer().put(values, from, count);
        } else if (array instanceof short[] values) {
            target.asShortBuffer().put(values, from, count);
        } else {
            boolean[] values = (boolean[]) array;
            for (int i = from; i < from + count; i++) {
                target.put((byte) (values[i] ? 1 : 0));
            }
        }
    }

    /**
     * Reads elements from a buffer.
     *
     * @param source has them; its position moves only if the elements are bytes or booleans
     * @param array the array
     * @param from the first element
     * @param count how many
     */
    public static void get(ByteBuffer source, Object array, int from, int count) {
        source.order(ByteOrder.LITTLE_ENDIAN);
        if (array instanceof byte[] values) {
            source.get(values, from, count);
        } else if (array instanceof int[] values) {
            source.asIntBuffer().get(values, from, count);
        } else if (array instanceof long[] values) {
            source.asLongBuffer().get(values, from, count);
        } else if (array instanceof double[] values) {
            source.asDoubleBuffer().get(values, from, count);
        } else if (array instanceof char[] values) {
            source.asCharBuffer().get(values, from, count);
        } else if (array instanceof float[] values) {
            source.asFloatBuffer().get(values, from, count);
        } else if (array instanceof short[] values) {
            source.asShortBuffer().get(values, from, count);
        } else {
            boolean[] values = (boolean[]) array;
            for (int i = from; i < from + count; i++) {
                values[i] = source.get() != 0;
            }
        }
    }

    /** The number by which {@link #component} finds the type. */
    static byte number(Class<?> component) {
        return (byte) COMPONENTS.indexOf(component);
    }

    /**
     * The type of a number that came with the bytes.
     *
     * @param number the number
     * @return the primitive type
     */
    public static Class<?> component(int number) {
        if (number < 0 || number >= COMPONENTS.size()) {
            throw new MalformedGraph("no primitive type has number " + number);
        }
        return COMPONENTS.get(number);
    }

    /** Writes all elements, bytes straight from the array. */
    static void write(Object array, OutputStream sink) throws IOException {
        if (array instanceof byte[] bytes) {
            sink.write(bytes, 0, bytes.length);
            return;
        }
        int length = Array.getLength(array);
        int bytesEach = bytesEach(array.getClass().getComponentType());
        int atOnce = CHUNK_BYTES / bytesEach;
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (int from = 0, count; from < length; from += count) {
            count = Math.min(atOnce, length - from);
            put(array, from, count, chunk.clear());
            sink.write(chunk.array(), 0, count * bytesEach);
        }
    }

    /**
     * Reads a whole array, bytes straight into it.
     *
     * @param source where from; is known to have as much
     * @param component its type
     * @param length its length
     * @return the array
     * @throws IOException if the source fails, or there is no room for the array
     */
    public static Object read(InputStream source, Class<?> component, int length) throws IOException {
        Object array = newArray(component, length);
        if (array instanceof byte[] bytes) {
            complete(source.readNBytes(bytes, 0, length), length);
            return bytes;
        }
        int bytesEach = bytesEach(component);
        int atOnce = CHUNK_BYTES / bytesEach;
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (int from = 0, count; from < length; from += count) {
            count = Math.min(atOnce, length - from);
            complete(source.readNBytes(chunk.array(), 0, count * bytesEach), count * bytesEach);
            get(chunk.clear(), array, from, count);
        }
        return array;
    }

    /**
     * Reads a whole array from a stream that may have less: no more memory is taken than bytes come.
     *
     * @param source where from
     * @param component its type
     * @param length its length
     * @return the array
     * @throws IOException if the source fails
     */
    public static Object readUnmeasured(InputStream source, Class<?> component, int length) throws IOException {
        long size = (long) length * bytesEach(component);
        if (size > Integer.MAX_VALUE - 8) {
            throw new MalformedGraph("an array of " + size + " bytes, which only a file can hold");
        }
        byte[] bytes = source.readNBytes((int) size);
        complete(bytes.length, (int) size);
        if (component == byte.class) {
            return bytes;
        }
        Object array = Array.newInstance(component, length);
        get(ByteBuffer.wrap(bytes), array, 0, length);
        return array;
    }

    /** It is one large array that finds no room, so that all else has as much as before. */
    private static Object newArray(Class<?> component, int length) throws IOException {
        try {
            return Array.newInstance(component, length);
        } catch (OutOfMemoryError e) {
            throw new IOException("an array of " + (long) length * bytesEach(component) + " bytes does not fit into the"
                    + " free heap of the process that is to read it (max "
                    + Runtime.getRuntime().maxMemory() + "); raise the max heap of that");
        }
    }

    private static void complete(int there, int expected) {
        if (there < expected) {
            throw new MalformedGraph("the bytes end too early");
        }
    }
}
