package io.processexecutor.internal.process;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.processexecutor.internal.os.ProcessIdentity;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What tells the directory of a live pool from one that was left behind: a lock, which the system takes from whoever dies,
 * also where processes do not see each other but share the disk, as containers may.
 *
 * @param directory the directory
 * @param marker what marks the processes of its pool
 */
record DirectoryClaim(
        Path directory, String marker, @Nullable FileChannel channel) implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DirectoryClaim.class);
    private static final String LOCK = "lock";
    private static final String OWNER = "owner";
    private static final Pattern MARKER = Pattern.compile("[0-9a-f-]+(/[0-9a-f-]+)*");

    /** Claims a new directory. */
    static DirectoryClaim make(Path directory, String marker) throws IOException {
        FileChannel channel = FileChannel.open(directory.resolve(LOCK), CREATE, WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new IOException("somebody else claimed " + directory);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // There are file systems without locks; what is left behind there stays.
            log.debug("No lock in {}", directory, e);
        }
        // Last: who finds no owner leaves the directory alone.
        Files.writeString(directory.resolve(OWNER), self() + "\n" + marker);
        return new DirectoryClaim(directory, marker, channel);
    }

    /** Takes over a directory, if its owner is dead. */
    static @Nullable DirectoryClaim takeOver(Path directory) throws IOException {
        List<String> owner = Files.readAllLines(directory.resolve(OWNER));
        // Of this very process: to open and close its lock here would release it.
        if (owner.size() != 2
                || owner.get(0).equals(self())
                || !MARKER.matcher(owner.get(1)).matches()) {
            return null;
        }
        FileChannel channel = FileChannel.open(directory.resolve(LOCK), WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return lock == null ? null : new DirectoryClaim(directory, owner.get(1), channel);
    }

    /** Tells the files in the directory that are none of a claim's. */
    static boolean isNoPartOfClaim(Path file) {
        return !file.endsWith(LOCK) && !file.endsWith(OWNER);
    }

    /** Deletes its files, with which the claim ends. */
    void delete() throws IOException {
        Files.deleteIfExists(directory.resolve(OWNER));
        close();
        Files.deleteIfExists(directory.resolve(LOCK));
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    private static String self() {
        return ProcessIdentity.of(ProcessHandle.current().pid()).toString();
    }
}
