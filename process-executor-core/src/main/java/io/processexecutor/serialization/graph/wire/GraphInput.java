package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.io.Input;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.policy.Limits;
import java.nio.charset.StandardCharsets;

/** The bytes of one graph. Believes no length that they claim: what they cannot hold is not reserved. */
public final class GraphInput extends Input {

    /** Longer text has its length in front. */
    static final int SHORT_TEXT = 32;

    /** As much of a text as is decoded at once, and the most characters that stay here. */
    private static final int PIECE = 8192;

    private static final byte[] NOTHING = {};

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
            if (claimed > SHORT_TEXT) {
                return readLongText(claimed);
            }
            position = start;
        }
        return super.readString();
    }

    // Kryo decodes a text as a whole into characters that it keeps, which are twice as large and larger than the text.
    private String readLongText(int length) {
        if (isAscii(length)) {
            String text = new String(buffer, position, length, StandardCharsets.ISO_8859_1);
            position += length;
            return text;
        }
        if (length <= PIECE) {
            decodeText(length);
            return new String(chars, 0, length);
        }
        StringBuilder text = new StringBuilder(length);
        for (int left = length; left > 0; ) {
            int piece = Math.min(PIECE, left);
            decodeText(piece);
            text.append(chars, 0, piece);
            left -= piece;
        }
        return text.toString();
    }

    private boolean isAscii(int length) {
        byte[] bytes = buffer;
        int end = position + length;
        for (int i = position; i < end; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** As Kryo writes them: each of a surrogate pair by itself. */
    private void decodeText(int count) {
        if (chars.length < count) {
            chars = new char[count];
        }
        char[] target = chars;
        byte[] bytes = buffer;
        int at = position;
        for (int i = 0; i < count; i++) {
            if (at >= limit) {
                throw endsTooEarly();
            }
            int first = bytes[at++];
            if (first >= 0) {
                target[i] = (char) first;
            } else {
                int more = following(first);
                if (more > limit - at) {
                    throw endsTooEarly();
                }
                int second = bytes[at] & 0x3F;
                target[i] = (char)
                        (more == 1
                                ? ((first & 0x1F) << 6) | second
                                : ((first & 0x0F) << 12) | (second << 6) | (bytes[at + 1] & 0x3F));
                at += more;
            }
        }
        position = at;
    }

    private static int following(int first) {
        if ((first & 0xE0) == 0xC0) {
            return 1;
        }
        if ((first & 0xF0) == 0xE0) {
            return 2;
        }
        throw new MalformedGraph("no character begins with byte " + (first & 0xFF));
    }

    private static MalformedGraph endsTooEarly() {
        return new MalformedGraph("the bytes end too early");
    }

    /** Holds on to nothing any more. */
    public void clear() {
        setBuffer(NOTHING, 0, 0);
        if (chars.length > PIECE) {
            // Damaged bytes can have a short text without an end.
            chars = new char[SHORT_TEXT];
        }
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
