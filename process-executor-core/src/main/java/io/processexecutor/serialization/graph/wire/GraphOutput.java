package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.io.Output;

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
