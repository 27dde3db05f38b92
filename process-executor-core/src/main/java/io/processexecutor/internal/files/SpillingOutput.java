package io.processexecutor.internal.files;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file, and goes on with it in another place when there is no more room in the first, which is in memory. Deletes
 * it again unless it was {@linkplain #done done}. Is not interrupted. For one thread.
 */
public final class SpillingOutput extends OutputStream {

    /** Where to go on. */
    public interface Place {

        /**
         * Creates a file there.
         *
         * @return the file, empty
         * @throws IOException if there is no room either
         */
        Path create() throws IOException;
    }

    private static final int PIECE_BYTES = 64 * 1024;

    private final Place other;
    private final byte[] single = new byte[1];
    private Path file;
    private RandomAccessFile output;
    private @Nullable IOException noRoom;
    private boolean done;

    /**
     * Begins to write.
     *
     * @param file the file, which is there
     * @param other where to go on when there is no more room
     * @throws IOException if it cannot be opened
     */
    public SpillingOutput(Path file, Place other) throws IOException {
        this.file = file;
        this.other = other;
        this.output = open(file);
    }

    @Override
    public void write(int value) throws IOException {
        single[0] = (byte) value;
        write(single, 0, 1);
    }

    /** In pieces, since the JDK copies each to outside of the heap. */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int end = offset + length;
        int from = offset;
        while (from < end) {
            int count = Math.min(PIECE_BYTES, end - from);
            long before = output.getFilePointer();
            try {
                put(bytes, from, count);
            } catch (IOException e) {
                if (noRoom != null) {
                    throw nowhere(noRoom, e);
                }
                spill(before, e);
                continue;
            }
            from += count;
        }
    }

    /**
     * All was written.
     *
     * @return the file that has it, which {@link #close} leaves alone now
     */
    public Path done() {
        done = true;
        return file;
    }

    @Override
    public void close() throws IOException {
        output.close();
        if (!done) {
            Files.deleteIfExists(file);
        }
    }

    private void spill(long written, IOException why) throws IOException {
        noRoom = why;
        RandomAccessFile full = output;
        Path before = file;
        try (full) {
            file = other.create();
            output = open(file);
            byte[] piece = new byte[PIECE_BYTES];
            full.seek(0);
            for (long left = written; left > 0; ) {
                int count = full.read(piece, 0, (int) Math.min(piece.length, left));
                put(piece, 0, count);
                left -= count;
            }
        } catch (IOException e) {
            throw nowhere(why, e);
        } finally {
            Files.deleteIfExists(before);
        }
    }

    /** Who is told of the second place only would not know that the first is the one to make larger. */
    private static IOException nowhere(IOException first, IOException second) {
        IOException nowhere = new IOException(
                first.getMessage() + ", and then " + second.getMessage() + "; make one of the two file systems larger",
                second);
        nowhere.addSuppressed(first);
        return nowhere;
    }

    /** What fails here would not say by itself which file has no room. */
    private void put(byte[] bytes, int offset, int length) throws IOException {
        try {
            output.write(bytes, offset, length);
        } catch (IOException e) {
            FileSystemException named = new FileSystemException(file.toString(), null, e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    private static RandomAccessFile open(Path file) throws IOException {
        return new RandomAccessFile(file.toFile(), "rw");
    }
}
