package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.wire.GraphOutput;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Boxed integers of a list as their distance from the smallest one, all in the same number of bytes. Works in chunks
 * through small methods: one loop over a million elements gets an unlucky compilation.
 */
final class PackedNumbers {

    private static final int CHUNK = 1024;
    private static final int LONGEST = 8;

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private PackedNumbers() {}

    /** Whether all elements are of one packable class, and if so how far apart they are. */
    static boolean measure(@Nullable Object[] elements, int size, boolean longs, long[] range) {
        range[0] = Long.MAX_VALUE;
        range[1] = Long.MIN_VALUE;
        for (int from = 0; from < size; from += CHUNK) {
            int to = Math.min(size, from + CHUNK);
            if (!(longs ? rangeOfLongs(elements, from, to, range) : rangeOfInts(elements, from, to, range))) {
                return false;
            }
        }
        return true;
    }

    static void write(GraphOutput output, @Nullable Object[] elements, int size, boolean longs, long[] range) {
        long base = range[0];
        int width = width(range[1] - base);
        output.writeVarLong(base, false);
        output.writeByte(width);
        long distances = 0;
        for (int from = 0; from < size; from += CHUNK) {
            int to = Math.min(size, from + CHUNK);
            output.ensure((to - from) * width + LONGEST);
            byte[] buffer = output.getBuffer();
            int position = output.position();
            distances |= longs
                    ? writeLongs(elements, from, to, base, width, buffer, position)
                    : writeInts(elements, from, to, (int) base, width, buffer, position);
            output.setPosition(position + (to - from) * width);
        }
        if (width < (longs ? Long.BYTES : Integer.BYTES) && (distances >>> (width * Byte.SIZE)) != 0) {
            // One was put in since they were measured, and cut off.
            throw ArrayListSerializer.changed();
        }
    }

    static @Nullable Object[] read(Input input, int size, boolean longs) {
        long base = input.readVarLong(false);
        int width = input.readByte();
        if (width < 1
                || width > (longs ? LONGEST : Integer.BYTES)
                || (long) size * width > input.limit() - input.position()) {
            throw new MalformedGraph(size + " numbers of " + width + " bytes");
        }
        @Nullable Object[] elements = new @Nullable Object[size];
        byte[] buffer = input.getBuffer();
        int position = input.position();
        for (int from = 0; from < size; from += CHUNK) {
            int to = Math.min(size, from + CHUNK);
            if (longs) {
                readLongs(elements, from, to, base, width, buffer, position);
            } else {
                readInts(elements, from, to, (int) base, width, buffer, position);
            }
            position += (to - from) * width;
        }
        input.setPosition(position);
        return elements;
    }

    private static int width(long range) {
        // A range beyond Long.MAX_VALUE shows as negative and takes all bytes.
        return range < 0 ? LONGEST : Math.max(1, LONGEST - Long.numberOfLeadingZeros(range) / Byte.SIZE);
    }

    private static boolean rangeOfInts(@Nullable Object[] elements, int from, int to, long[] range) {
        int low = Integer.MAX_VALUE;
        int high = Integer.MIN_VALUE;
        for (int i = from; i < to; i++) {
            if (!(elements[i] instanceof Integer value)) {
                return false;
            }
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        range[0] = Math.min(range[0], low);
        range[1] = Math.max(range[1], high);
        return true;
    }

    private static boolean rangeOfLongs(@Nullable Object[] elements, int from, int to, long[] range) {
        for (int i = from; i < to; i++) {
            if (!(elements[i] instanceof Long value)) {
                return false;
            }
            range[0] = Math.min(range[0], value);
            range[1] = Math.max(range[1], value);
        }
        return true;
    }

    /** Returns all bits that are set in any of the distances. */
    @SuppressWarnings("NullAway") // All were seen while measuring.
    private static int writeInts(
            @Nullable Object[] elements, int from, int to, int base, int width, byte[] buffer, int start) {
        int position = start;
        int distances = 0;
        switch (width) {
            case 1 -> {
                for (int i = from; i < to; i++) {
                    int distance = (Integer) elements[i] - base;
                    buffer[position++] = (byte) distance;
                    distances |= distance;
                }
            }
            case 2 -> {
                for (int i = from; i < to; i++, position += 2) {
                    int distance = (Integer) elements[i] - base;
                    SHORTS.set(buffer, position, (short) distance);
                    distances |= distance;
                }
            }
            case 3 -> {
                for (int i = from; i < to; i++, position += 3) {
                    int distance = (Integer) elements[i] - base;
                    SHORTS.set(buffer, position, (short) distance);
                    buffer[position + 2] = (byte) (distance >>> 16);
                    distances |= distance;
                }
            }
            default -> {
                for (int i = from; i < to; i++, position += 4) {
                    INTS.set(buffer, position, (Integer) elements[i] - base);
                }
            }
        }
        return distances;
    }

    @SuppressWarnings("NullAway")
    private static long writeLongs(
            @Nullable Object[] elements, int from, int to, long base, int width, byte[] buffer, int start) {
        int position = start;
        long distances = 0;
        for (int i = from; i < to; i++) {
            long distance = (Long) elements[i] - base;
            distances |= distance;
            for (int shift = 0; shift < width * Byte.SIZE; shift += Byte.SIZE) {
                buffer[position++] = (byte) (distance >>> shift);
            }
        }
        return distances;
    }

    private static void readInts(
            @Nullable Object[] elements, int from, int to, int base, int width, byte[] buffer, int start) {
        int position = start;
        switch (width) {
            case 1 -> {
                for (int i = from; i < to; i++) {
                    elements[i] = base + (buffer[position++] & 0xFF);
                }
            }
            case 2 -> {
                for (int i = from; i < to; i++, position += 2) {
                    elements[i] = base + ((short) SHORTS.get(buffer, position) & 0xFFFF);
                }
            }
            case 3 -> {
                for (int i = from; i < to; i++, position += 3) {
                    int low = (short) SHORTS.get(buffer, position) & 0xFFFF;
                    elements[i] = base + (low | (buffer[position + 2] & 0xFF) << 16);
                }
            }
            default -> {
                for (int i = from; i < to; i++, position += 4) {
                    elements[i] = base + (int) INTS.get(buffer, position);
                }
            }
        }
    }

    private static void readLongs(
            @Nullable Object[] elements, int from, int to, long base, int width, byte[] buffer, int start) {
        int position = start;
        for (int i = from; i < to; i++) {
            long distance = 0;
            for (int shift = 0; shift < width * Byte.SIZE; shift += Byte.SIZE) {
                distance |= (buffer[position++] & 0xFFL) << shift;
            }
            elements[i] = base + distance;
        }
    }
}
