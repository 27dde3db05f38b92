package io.processexecutor.serialization.graph.wire;

import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.failure.SinkFailure;
import io.processexecutor.serialization.policy.Limits;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The large arrays of primitives in a graph. Their content does not go through the engine's buffer: it stands before the
 * graph, in the order in which the graph has them, and is written straight from the arrays. So a reader has them complete
 * before it reads the graph, and neither side needs a second copy.
 *
 * <p>What the arrays hold is written at the end, so that a graph that is done again from its root costs them once; but
 * before a hook of the application runs, and from then on at once, since hooks may change what they have written.
 */
public final class LargeArrays {

    /** Smaller ones are copied faster than they are kept apart. */
    private static final int FROM_BYTES = 64 * 1024;

    /** Before the content of an array: its type, its length. */
    public static final byte ARRAY = 0x52;

    /** What stands before it belongs to a graph that was given up. */
    public static final byte ANEW = 0x53;

    /** What stands before the content: a mark, the number of the type, the length. */
    static final int HEADER_BYTES = 1 + 1 + Integer.BYTES;

    private final List<Object> waiting = new ArrayList<>();
    private @Nullable OutputStream sink;
    private boolean atOnce;
    private boolean written;
    private long bytes;
    private List<Object> arrived = List.of();
    private int next;

    LargeArrays() {}

    /**
     * Tells whether an array travels like this.
     *
     * @param bytes how many its content takes
     * @return whether that is many
     */
    public static boolean isLarge(long bytes) {
        return bytes >= FROM_BYTES;
    }

    // ---- writing

    /**
     * Begins with a graph.
     *
     * @param to where it goes
     */
    public void begin(OutputStream to) {
        sink = to;
    }

    /** A large array stands in the graph where the writer is. */
    void write(Object array, long size, long graphSoFar, Limits limits) {
        bytes += HEADER_BYTES + size;
        check(graphSoFar, limits);
        waiting.add(array);
        if (atOnce) {
            flush();
        }
    }

    /**
     * Fails unless there are few enough bytes.
     *
     * @param graph how many are in the graph
     * @param limits how many there may be
     */
    public void check(long graph, Limits limits) {
        if (bytes > 0 && !limits.isUnbounded() && bytes + graph > limits.bytes()) {
            throw limits.tooLarge("at least " + (bytes + graph));
        }
    }

    /** A hook is about to run. */
    void userCodeRuns() {
        if (!atOnce) {
            atOnce = true;
            flush();
        }
    }

    /** Writes what was not written yet. */
    public void flush() {
        OutputStream to = sink;
        if (to == null || waiting.isEmpty()) {
            return;
        }
        written = true;
        try {
            for (Object array : waiting) {
                to.write(header(array));
                ArrayContent.write(array, to);
            }
        } catch (IOException | RuntimeException e) {
            throw new SinkFailure(e);
        }
        waiting.clear();
    }

    /**
     * Tells whether something went to the sink already.
     *
     * @return false if a graph may be done again as if nothing had been
     */
    public boolean hasWritten() {
        return written;
    }

    /**
     * How much there is of the arrays, with what stands before each.
     *
     * @return in bytes
     */
    public long bytes() {
        return bytes;
    }

    private static byte[] header(Object array) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .put(ARRAY)
                .put(ArrayContent.number(array.getClass().getComponentType()))
                .putInt(Array.getLength(array))
                .array();
    }

    // ---- reading

    /**
     * Those of the graph that is about to be read.
     *
     * @param arrays complete, in the order in which the graph has them
     */
    public void arrived(List<Object> arrays) {
        arrived = arrays;
    }

    /**
     * The large array that stands in the graph where the reader is.
     *
     * @param component its type
     * @param length its length
     * @return the array
     */
    public Object next(Class<?> component, int length) {
        Object array = next < arrived.size() ? arrived.get(next++) : null;
        if (array == null || array.getClass().getComponentType() != component || Array.getLength(array) != length) {
            throw new MalformedGraph("an array of " + length + " " + component + " did not come before the graph");
        }
        return array;
    }

    /** The graph is done, or is done again. */
    void reset() {
        waiting.clear();
        atOnce = false;
        written = false;
        bytes = 0;
        next = 0;
    }

    /** Holds on to nothing any more. */
    public void end() {
        reset();
        sink = null;
        arrived = List.of();
    }
}
