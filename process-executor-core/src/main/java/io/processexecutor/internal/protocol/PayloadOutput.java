package io.processexecutor.internal.protocol;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Collects a payload in memory and gives it away without copying what is large. */
public final class PayloadOutput extends ByteArrayOutputStream {

    /** What leaves room in a frame for all that is not payload. */
    private static final int MAX_BYTES = MessageCodec.MAX_BODY_BYTES - 64 * 1024;

    private final Phase phase;

    /**
     * Creates one.
     *
     * @param phase what is encoded, for the error when it is too large
     */
    public PayloadOutput(Phase phase) {
        super(512);
        this.phase = phase;
    }

    @Override
    public synchronized void write(int b) {
        checkRoom(1);
        super.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        checkRoom(length);
        super.write(bytes, offset, length);
    }

    /**
     * Ends the writing.
     *
     * @return all that was written; without slack, unless that is small next to a copy
     */
    public synchronized ByteBuffer payload() {
        boolean tight = count > buf.length - buf.length / 4;
        return tight ? ByteBuffer.wrap(buf, 0, count) : ByteBuffer.wrap(toByteArray());
    }

    /**
     * Reads a payload.
     *
     * @param payload the payload; not changed
     * @return its bytes
     */
    public static InputStream open(ByteBuffer payload) {
        return new ByteArrayInputStream(
                payload.array(), payload.arrayOffset() + payload.position(), payload.remaining());
    }

    private void checkRoom(int length) {
        if ((long) count + length > MAX_BYTES) {
            throw new TaskSerializationException(
                    phase,
                    null,
                    null,
                    "its encoded form is larger than the limit of " + MAX_BYTES
                            + " bytes; pass a reference, such as a file name, in place of the data",
                    null);
        }
    }
}
