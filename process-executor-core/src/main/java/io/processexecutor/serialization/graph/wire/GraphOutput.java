package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.policy.Limits;
import java.util.Arrays;

/** A growing buffer whose array serializers may fill by hand. */
public final class GraphOutput extends Output {

    private static final int INITIAL_BYTES = 4096;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    /** Part of what a buffer that was given back had, at which the next graph is taken to be as large. */
    private static final int PART = 8;

    private final Limits limits;

    /** As much as the graph took whose buffer was given back last, and a little more. */
    private int expected;

    /**
     * Creates an empty one.
     *
     * @param limits how large it may get, and what is in it
     */
    public GraphOutput(Limits limits) {
        this.limits = limits;
        begin();
    }

    private void begin() {
        int most = Math.min(limits.bytes(), LARGEST_ARRAY);
        setBuffer(new byte[Math.min(INITIAL_BYTES, most)], most);
    }

    /**
     * Makes room, so that the next bytes can be written into {@link #getBuffer()} from {@link #position()} on.
     *
     * @param bytes how many
     */
    public void ensure(int bytes) {
        require(bytes);
    }

    // Not Kryo's own, which doubles 1 GB to a negative size.
    @Override
    protected boolean require(int required) {
        if (capacity - position >= required) {
            return false;
        }
        long needed = (long) position + required;
        if (needed > maxCapacity) {
            throw limits.bytes() >= LARGEST_ARRAY
                    ? new KryoBufferOverflowException("more than " + maxCapacity + " bytes")
                    : limits.tooLarge("at least " + needed);
        }
        long larger = Math.max(needed, 2L * capacity);
        if (larger < expected && expected / PART <= capacity) {
            larger = expected;
        }
        capacity = (int) Math.min(maxCapacity, larger);
        buffer = Arrays.copyOf(buffer, capacity);
        return true;
    }

    /** How large it may get. */
    Limits limits() {
        return limits;
    }

    /**
     * Writes the length of an array, a string or a collection.
     *
     * @param length the length
     */
    public void writeLength(int length) {
        limits.checkLength(length);
        writeVarInt(length, true);
    }

    /**
     * Writes a string of the graph, which is held to the limit, unlike names.
     *
     * @param text the string
     */
    public void writeText(String text) {
        int length = text.length();
        limits.checkLength(length);
        if (length > capacity - position && length > GraphInput.SHORT_TEXT) {
            // At once, and not by doubling. One bit of what stands before the text says that it is the length of it.
            require(length + varIntLength(2 * (length + 1), true));
        }
        writeString(text);
    }

    /**
     * Gives a large buffer back to the garbage collector.
     *
     * @param atMost the largest buffer worth keeping
     */
    public void shrink(int atMost) {
        if (capacity > atMost) {
            expected = (int) Math.min(LARGEST_ARRAY, position + position / 16L);
            begin();
        }
        position = 0;
    }
}
