package io.processexecutor.internal.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What was encoded, on its way to the other process.
 *
 * @param bytes the bytes that travel in the frame; none if they are in a file
 * @param file the name of the file with the bytes; null if they are in the frame
 * @param size how many bytes there are in one or the other
 */
public record Payload(ByteBuffer bytes, @Nullable String file, long size) {

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

    /** Nothing. */
    public static final Payload EMPTY = of(NO_BYTES);

    /**
     * In memory.
     *
     * @param bytes the bytes
     * @return the payload
     */
    public static Payload of(ByteBuffer bytes) {
        return new Payload(bytes, null, bytes.remaining());
    }

    /**
     * In a file.
     *
     * @param name its name
     * @param size its size in bytes
     * @return the payload
     */
    public static Payload inFile(String name, long size) {
        return new Payload(NO_BYTES, name, size);
    }

    /**
     * The bytes, if they are all of an array.
     *
     * @return the array; null if there is more in it, or they are in a file
     */
    public byte @Nullable [] asArray() {
        boolean all = file == null && bytes.arrayOffset() == 0 && bytes.remaining() == bytes.array().length;
        return all ? bytes.array() : null;
    }

    /**
     * Whether there is nothing.
     *
     * @return true if there is not a byte
     */
    public boolean isEmpty() {
        return size == 0;
    }
}
