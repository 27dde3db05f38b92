package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.policy.Limits;
import java.util.Arrays;

/** A growing buffer whose array serializers may fill by hand. */
public final class GraphOutput extends Output {

    private static final int INITIAL_BYTES = 4096;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final Limits limits;

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
        capacity = (int) Math.min(maxCapacity, Math.max(needed, 2L * capacity));
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
        limits.checkLength(text.length());
        writeString(text);
    }

    /**
     * Gives a large buffer back to the garbage collector.
     *
     * @param atMost the largest buffer worth keeping
     */
    public void shrink(int atMost) {
        if (capacity > atMost) {
            begin();
        }
        position = 0;
    }
}
