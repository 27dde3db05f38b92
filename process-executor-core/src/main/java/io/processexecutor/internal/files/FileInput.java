package io.processexecutor.internal.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads a file of a known size from its beginning. It is not mapped: whoever cuts it short gives the reader an exception
 * and not a signal; and it is not read through a channel, which an interrupt would close. What is asked for in one piece
 * goes straight into the caller's array. Not safe for use by several threads.
 */
public final class FileInput extends InputStream {

    /** As much as stays in the processor's cache: the JDK copies through memory of its own of this size. */
    private static final int CHUNK_BYTES = 64 * 1024;

    private final RandomAccessFile file;
    private final byte[] buffer = new byte[CHUNK_BYTES];
    private int position;
    private int limit;

    /** What was not read from the file yet. */
    private long unread;

    /** What was left when it was marked. */
    private long leftAtMark;

    /**
     * Opens a file.
     *
     * @param path where it is
     * @param size its size in bytes
     * @throws IOException if it is not there or has another size
     */
    public FileInput(Path path, long size) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "r");
        this.unread = size;
        this.leftAtMark = size;
        try {
            long actual = file.length();
            if (actual != size) {
                throw new IOException(path + " has " + actual + " bytes in place of " + size);
            }
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * How much is to be read.
     *
     * @return in bytes; 0 at the end
     */
    public long left() {
        return limit - position + unread;
    }

    @Override
    public int available() {
        return (int) Math.min(left(), Integer.MAX_VALUE);
    }

    @Override
    public int read() throws IOException {
        if (left() == 0) {
            return -1;
        }
        if (position == limit) {
            fill();
        }
        return buffer[position++] & 0xFF;
    }

    /** Reads all that is asked for, or all that is left. */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int count = (int) Math.min(length, left());
        if (count == 0) {
            return length == 0 ? 0 : -1;
        }
        int done = 0;
        while (done < count) {
            if (position == limit && count - done >= CHUNK_BYTES) {
                done += readSome(bytes, offset + done);
                continue;
            }
            if (position == limit) {
                fill();
            }
            int some = Math.min(limit - position, count - done);
            System.arraycopy(buffer, position, bytes, offset + done, some);
            position += some;
            done += some;
        }
        return count;
    }

    @Override
    public byte[] readNBytes(int length) throws IOException {
        byte[] bytes = allocate((int) Math.min(length, left()));
        int unused = read(bytes, 0, bytes.length);
        return bytes;
    }

    /** It is one large array that finds no room, so that all else has as much as before. */
    private static byte[] allocate(int length) throws IOException {
        try {
            return new byte[length];
        } catch (OutOfMemoryError e) {
            if (length <= CHUNK_BYTES) {
                // Not for this array: there is no room for anything.
                throw e;
            }
            throw new IOException(
                    "its encoded form of " + length + " bytes does not fit into the free heap of the process that is to"
                            + " read it (max " + Runtime.getRuntime().maxMemory() + "); raise the max heap of that");
        }
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    /** As inherited; whatever the limit, the mark stays valid. */
    @Override
    public void mark(int limit) {
        leftAtMark = left();
    }

    @Override
    public void reset() throws IOException {
        file.seek(file.getFilePointer() + unread - leftAtMark);
        position = 0;
        limit = 0;
        unread = leftAtMark;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void fill() throws IOException {
        position = 0;
        limit = 0;
        limit = readSome(buffer, 0);
    }

    private int readSome(byte[] bytes, int offset) throws IOException {
        int count = file.read(bytes, offset, (int) Math.min(CHUNK_BYTES, unread));
        if (count <= 0) {
            throw new EOFException("the file was cut short by " + unread + " bytes");
        }
        unread -= count;
        return count;
    }
}
