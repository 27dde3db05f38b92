package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.io.Output;
import java.util.Arrays;

/** A growing buffer whose array serializers may fill by hand. */
public final class GraphOutput extends Output {

    private static final int INITIAL_BYTES = 4096;

    /** Creates an empty one. */
    public GraphOutput() {
        super(INITIAL_BYTES, -1);
    }

    /**
     * Makes room, so that the next bytes can be written into {@link #getBuffer()} from {@link #position()} on.
     *
     * @param bytes how many
     */
    public void ensure(int bytes) {
        require(bytes);
    }

    // Kryo's own doubles 1 GB to a negative size.
    @Override
    protected boolean require(int required) {
        if (capacity - position >= required) {
            return false;
        }
        long needed = (long) position + required;
        if (needed > maxCapacity) {
            throw new KryoBufferOverflowException("more than " + maxCapacity + " bytes");
        }
        capacity = (int) Math.min(maxCapacity, Math.max(needed, 2L * capacity));
        buffer = Arrays.copyOf(buffer, capacity);
        return true;
    }

    /**
     * Gives a large buffer back to the garbage collector.
     *
     * @param atMost the largest buffer worth keeping
     */
    public void shrink(int atMost) {
        if (capacity > atMost) {
            setBuffer(new byte[INITIAL_BYTES], -1);
        }
        position = 0;
    }
}
