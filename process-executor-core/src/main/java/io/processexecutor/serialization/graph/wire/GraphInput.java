package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.io.Input;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.policy.Limits;

/** The bytes of one graph. Believes no length that they claim: what they cannot hold is not reserved. */
public final class GraphInput extends Input {

    private final Limits limits;

    /**
     * Creates an empty one.
     *
     * @param limits how much may be in it
     */
    public GraphInput(Limits limits) {
        this.limits = limits;
    }

    /**
     * How many bytes are still to be read.
     *
     * @return the number
     */
    public int left() {
        return limit - position;
    }

    /**
     * Reads a count of things that take bytes each.
     *
     * @param bytesEach the least bytes that each takes
     * @return the count
     */
    public int readCount(int bytesEach) {
        int count = readVarInt(true);
        checkLeft(count, bytesEach);
        return count;
    }

    /**
     * Fails unless as many bytes are left as things that take bytes each need.
     *
     * @param count how many there are said to be
     * @param bytesEach the least bytes that each takes
     */
    public void checkLeft(int count, int bytesEach) {
        if (count < 0 || (long) count * bytesEach > left()) {
            throw claimed(count);
        }
    }

    /**
     * Reads the length of an array or a collection.
     *
     * @param bytesEach the least bytes that each element takes
     * @return the length
     */
    public int readLength(int bytesEach) {
        int length = readCount(bytesEach);
        limits.checkLength(length);
        return length;
    }

    /**
     * Reads a length of which the caller knows how many bytes it takes.
     *
     * @return the length
     */
    public int readLength() {
        int length = readVarInt(true);
        limits.checkLength(length);
        return length;
    }

    /**
     * Reads a string of the graph, which is held to the limit, unlike names.
     *
     * @return the string
     */
    public String readText() {
        String text = readString();
        if (text == null) {
            throw new MalformedGraph("no text where one must be");
        }
        limits.checkLength(text.length());
        return text;
    }

    @Override
    public String readString() {
        int start = position;
        if (readVarIntFlag()) {
            // One more than the characters, of which each takes a byte or more.
            int claimed = readVarIntFlag(true) - 1;
            if (claimed > left()) {
                throw claimed(claimed);
            }
            position = start;
        }
        return super.readString();
    }

    @Override
    public byte[] readBytes(int length) {
        if (length < 0 || length > left()) {
            throw claimed(length);
        }
        return super.readBytes(length);
    }

    private MalformedGraph claimed(int count) {
        return new MalformedGraph("a count of " + count + " where " + left() + " bytes are left");
    }
}
