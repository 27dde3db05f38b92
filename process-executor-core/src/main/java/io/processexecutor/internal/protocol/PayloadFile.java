package io.processexecutor.internal.protocol;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A file that is being filled. It is not mapped, since writing to a mapping of a full file system is an error of the
 * virtual machine, and not written through a channel, which an interrupt would close.
 */
final class PayloadFile {

    /** As much as stays in the processor's cache: the JDK copies through memory of its own of this size. */
    static final int CHUNK_BYTES = 64 * 1024;

    private final PayloadFiles files;
    private final String name;
    private final RandomAccessFile file;
    private long size;

    private PayloadFile(PayloadFiles files, String name, RandomAccessFile file) {
        this.files = files;
        this.name = name;
        this.file = file;
    }

    static PayloadFile create(PayloadFiles files) throws IOException {
        String name = files.newName();
        Path path = files.create(name);
        try {
            return new PayloadFile(files, name, new RandomAccessFile(path.toFile(), "rw"));
        } catch (IOException e) {
            files.delete(name);
            throw e;
        }
    }

    /** How much is in it; after a failed write, how much of it can be relied on. */
    long size() {
        return size;
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int some = Math.min(CHUNK_BYTES, length - done);
            file.write(bytes, offset + done, some);
            done += some;
            size += some;
        }
    }

    /** Reads it from its beginning. */
    void readFully(byte[] target, int length) throws IOException {
        file.seek(0);
        for (int done = 0; done < length; ) {
            int some = Math.min(CHUNK_BYTES, length - done);
            file.readFully(target, done, some);
            done += some;
        }
    }

    Payload finish() throws IOException {
        file.close();
        return Payload.inFile(name, size);
    }

    void delete() {
        try {
            file.close();
        } catch (IOException e) {
            // It is deleted in any case.
        }
        files.delete(name);
    }
}
