package io.processexecutor.internal.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files through which the parent and the workers of one pool pass what is large: in memory, where the system has a
 * place for that, else among the temporary files. Only their user may read them. Whoever makes a file sees to it that it is
 * deleted; what is left goes with the pool. Safe for use by many threads.
 */
public final class SharedFiles implements AutoCloseable {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String MEMORY_TYPE = "tmpfs";

    private static final int LONGEST_NAME = 64;

    private final Path directory;
    private final @Nullable PrivateDirectory own;
    private boolean closed;

    private SharedFiles(Path directory, @Nullable PrivateDirectory own) {
        this.directory = directory;
        this.own = own;
    }

    /**
     * Makes the directory of a pool, for its parent.
     *
     * @param marker what marks the processes of the pool
     * @return its files, none yet
     * @throws IOException if it cannot be made
     */
    public static SharedFiles forPool(String marker) throws IOException {
        PrivateDirectory own = PrivateDirectory.create(isMemory() ? MEMORY : null, marker);
        return new SharedFiles(own.path(), own);
    }

    /**
     * Finds the files of a pool, for its workers.
     *
     * @param directory what {@link #directory} is in the parent
     * @return the files
     */
    public static SharedFiles in(Path directory) {
        return new SharedFiles(directory, null);
    }

    /**
     * Where they are.
     *
     * @return the absolute path of the directory
     */
    public Path directory() {
        return directory;
    }

    /**
     * Makes an empty file that only its owner may read and write.
     *
     * @param name its name: lower case letters, digits and dashes, and no file has it
     * @return its path
     * @throws IOException if it cannot be made, for example since the pool ended
     */
    public synchronized Path create(String name) throws IOException {
        if (closed) {
            throw new IOException("the pool has ended");
        }
        return Files.createFile(find(name), OwnerOnly.file());
    }

    /**
     * The path of a file, which need not exist.
     *
     * @param name its name
     * @return its path, in the directory
     * @throws IOException if that is no name of a file in it
     */
    public Path find(String name) throws IOException {
        if (!isName(name)) {
            throw new IOException("no name of a shared file: " + name);
        }
        return directory.resolve(name);
    }

    /**
     * Deletes a file if it is there. Who has it open or mapped keeps what is in it.
     *
     * @param name its name
     */
    public void delete(String name) {
        try {
            Files.deleteIfExists(find(name));
        } catch (IOException e) {
            // It goes with the directory.
        }
    }

    /**
     * Gives a file another name.
     *
     * @param name its name
     * @param other the other
     * @return whether it was there
     */
    public boolean rename(String name, String other) {
        try {
            Path unused = Files.move(find(name), find(other));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Deletes the files whose maker is dead.
     *
     * @param prefix what their names begin with
     */
    public void deleteAll(String prefix) {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory, find(prefix).getFileName() + "*")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // They go with the directory.
        }
    }

    /** Deletes the directory with all that is in it, if it was made here; no file can be made in it any more. */
    @Override
    public synchronized void close() {
        closed = true;
        if (own != null) {
            own.close();
        }
    }

    /** Names come from the other process, and must not lead out of the directory. */
    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char each = name.charAt(i);
            if (each != '-' && (each < 'a' || each > 'z') && (each < '0' || each > '9')) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= LONGEST_NAME;
    }

    private static boolean isMemory() {
        try {
            return Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).type().equals(MEMORY_TYPE);
        } catch (IOException e) {
            return false;
        }
    }
}
