package io.processexecutor.internal.protocol;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects a payload: what is small in memory, what is large in a file. If there is no room for the file it goes on in
 * memory. Not safe for use by several threads.
 */
public final class PayloadOutput extends OutputStream {

    /** What leaves room in a frame for all that is not payload. */
    private static final int MAX_BYTES = MessageCodec.MAX_BODY_BYTES - 64 * 1024;

    /** Up to this size the socket is faster, since the worker reads while the parent still writes. */
    private static final int FILE_FROM_BYTES = 4 * 1024 * 1024;

    private static final int FIRST_BYTES = 512;

    /** From here on an array is written by itself, and the rest of its graph follows. */
    private static final int LARGE_ARRAY_BYTES = 64 * 1024;

    private static final int REST_BYTES = 4096;

    private static final byte[] NOTHING = {};

    private final Phase phase;

    /** Where it may still put a file. */
    private PayloadFiles files;

    /** What comes after {@link #file}, if there is one. */
    private byte[] buffer = NOTHING;

    private int count;
    private @Nullable PayloadFile file;

    /**
     * Creates one.
     *
     * @param phase what is encoded, for the error when it is too large
     * @param files where it may put a file
     */
    public PayloadOutput(Phase phase, PayloadFiles files) {
        this.phase = phase;
        this.files = files;
    }

    @Override
    public void write(int b) {
        if (count == buffer.length || count >= FILE_FROM_BYTES) {
            write(new byte[] {(byte) b}, 0, 1);
        } else {
            buffer[count++] = (byte) b;
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (file == null && (long) count + length > FILE_FROM_BYTES && files != PayloadFiles.NONE) {
            begin();
        }
        if (file == null) {
            append(bytes, offset, length);
        } else if (length < PayloadFile.CHUNK_BYTES - count) {
            append(bytes, offset, length);
        } else {
            writeThrough(bytes, offset, length);
        }
    }

    /**
     * How much was written.
     *
     * @return in bytes
     */
    public long size() {
        return count + (file == null ? 0 : file.size());
    }

    /**
     * Ends the writing.
     *
     * @return all that was written; in memory a task, which may wait, has no slack that is much next to a copy
     */
    public Payload payload() {
        if (file != null) {
            writeThrough(buffer, 0, 0);
        }
        if (file != null) {
            try {
                return file.finish();
            } catch (IOException e) {
                backToMemory(0);
            }
        }
        boolean tight = buffer.length - count <= mostSlack();
        return Payload.of(ByteBuffer.wrap(tight ? buffer : Arrays.copyOf(buffer, count), 0, count));
    }

    private int mostSlack() {
        if (phase != Phase.ENCODE_TASK || count > FILE_FROM_BYTES) {
            return buffer.length / 4;
        }
        return count < LARGE_ARRAY_BYTES ? 0 : REST_BYTES;
    }

    /** To be called if there is no {@link #payload}, since the encoding failed: nothing is left of it. */
    public void discard() {
        if (file != null) {
            file.delete();
            file = null;
        }
        // A hook that is stuck on another thread may write on.
        files = PayloadFiles.NONE;
    }

    /**
     * Reads a payload that is in memory.
     *
     * @param payload the payload; not changed
     * @return its bytes
     */
    public static InputStream open(ByteBuffer payload) {
        return new ByteArrayInputStream(
                payload.array(), payload.arrayOffset() + payload.position(), payload.remaining());
    }

    private void append(byte[] bytes, int offset, int length) {
        makeRoom(length);
        System.arraycopy(bytes, offset, buffer, count, length);
        count += length;
    }

    private void makeRoom(int length) {
        long needed = (long) count + length;
        if (needed > MAX_BYTES) {
            throw tooLarge();
        }
        if (needed > buffer.length) {
            byte[] larger = allocate((int) Math.min(MAX_BYTES, roomy(needed, length)));
            System.arraycopy(buffer, 0, larger, 0, count);
            buffer = larger;
        }
    }

    private long roomy(long needed, int length) {
        if (length <= buffer.length) {
            return Math.max(needed, Math.max(FIRST_BYTES, 2L * buffer.length));
        }
        // What comes first is most often all. But after a large array comes the rest of its graph, for which what is
        // large must not be copied once more.
        boolean all = length < LARGE_ARRAY_BYTES || (count == 0 && length <= FILE_FROM_BYTES);
        return all ? needed : needed + REST_BYTES;
    }

    private void begin() {
        try {
            file = PayloadFile.create(files);
        } catch (IOException e) {
            files = PayloadFiles.NONE;
        }
    }

    private void writeThrough(byte[] bytes, int offset, int length) {
        PayloadFile target = Objects.requireNonNull(file);
        long before = target.size();
        try {
            target.write(buffer, 0, count);
            target.write(bytes, offset, length);
            count = 0;
        } catch (IOException e) {
            long written = target.size() - before;
            int ofBuffer = (int) Math.min(written, count);
            int ofBytes = (int) (written - ofBuffer);
            count -= ofBuffer;
            System.arraycopy(buffer, ofBuffer, buffer, 0, count);
            backToMemory(length - ofBytes);
            append(bytes, offset + ofBytes, length - ofBytes);
        }
    }

    /** There is no room for the file. What it has comes before what is in the buffer. */
    private void backToMemory(int more) {
        PayloadFile full = Objects.requireNonNull(file);
        long needed = full.size() + count + more;
        if (needed > MAX_BYTES) {
            throw tooLarge();
        }
        try {
            // The rest of its graph is to find room, too: else all would be copied once more for it.
            byte[] memory = allocate((int) Math.min(MAX_BYTES, needed + REST_BYTES));
            int inFile = (int) full.size();
            full.readFully(memory, inFile);
            System.arraycopy(buffer, 0, memory, inFile, count);
            buffer = memory;
            count += inFile;
        } catch (IOException e) {
            throw new TaskSerializationException(
                    phase, null, null, "what was written of it to a file cannot be read back: " + e.getMessage(), e);
        } finally {
            discard();
        }
    }

    /** It is one large array that finds no room, so that all else has as much as before. */
    private byte[] allocate(int bytes) {
        try {
            return new byte[bytes];
        } catch (OutOfMemoryError e) {
            if (bytes <= FILE_FROM_BYTES) {
                // Not for this array: there is no room for anything.
                throw e;
            }
            // Without its cause: all else has as much room as before, and a worker that failed for want of it is
            // replaced.
            throw new TaskSerializationException(
                    phase,
                    null,
                    null,
                    "its encoded form does not fit into the free heap of the process that encodes it (" + bytes
                            + " bytes were needed, max " + Runtime.getRuntime().maxMemory()
                            + "), and there is no room for a file of shared memory in its place; make /dev/shm larger, raise"
                            + " the max heap of that process, or pass a reference, such as a file name, in place of the data",
                    null);
        }
    }

    private TaskSerializationException tooLarge() {
        return new TaskSerializationException(
                phase,
                null,
                null,
                "its encoded form is larger than the limit of " + MAX_BYTES
                        + " bytes, and there is no room for a file of shared memory in its place; make /dev/shm larger,"
                        + " or pass a reference, such as a file name, in place of the data",
                null);
    }
}
