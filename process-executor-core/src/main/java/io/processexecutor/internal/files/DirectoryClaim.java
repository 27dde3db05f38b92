package io.processexecutor.internal.files;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.processexecutor.internal.os.ProcessIdentity;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What tells the directory of a live pool from one that was left behind: a lock, which the system takes from whoever dies,
 * also where processes do not see each other but share the disk, as containers may. Logs nothing: an orphan that clears up
 * has no time to set up logging.
 *
 * @param directory the directory
 * @param marker what marks the processes of its pool
 * @param channel holds the lock
 * @param unlocked why there is no lock; null if there is
 */
record DirectoryClaim(
        Path directory,
        String marker,
        FileChannel channel,
        @Nullable Exception unlocked) implements AutoCloseable {

    private static final String LOCK = "lock";
    private static final String OWNER = "owner";
    private static final Pattern MARKER = Pattern.compile("[0-9a-f-]+(/[0-9a-f-]+)*");

    /** Once and for all: who has no file descriptor left to ask with would not know its own directories. */
    private static final String SELF =
            ProcessIdentity.of(ProcessHandle.current().pid()).toString();

    /** Claims a new directory. */
    static DirectoryClaim make(Path directory, String marker) throws IOException {
        FileChannel channel = FileChannel.open(directory.resolve(LOCK), CREATE, WRITE);
        DirectoryClaim claim = new DirectoryClaim(directory, marker, channel, tryLock(channel));
        try {
            // Last: who finds no owner leaves the directory alone.
            Files.writeString(directory.resolve(OWNER), SELF + "\n" + marker);
            return claim;
        } catch (IOException e) {
            claim.clear();
            throw e;
        }
    }

    private static @Nullable Exception tryLock(FileChannel channel) {
        try {
            if (channel.tryLock() == null) {
                return new IOException("somebody else has it");
            }
            return null;
        } catch (IOException | OverlappingFileLockException e) {
            // There are file systems without locks; what is left behind there stays.
            return e;
        }
    }

    /** Takes over a directory, if its owner is dead. */
    static @Nullable DirectoryClaim takeOver(Path directory) throws IOException {
        List<String> owner = Files.readAllLines(directory.resolve(OWNER));
        // Of this very process: to open and close its lock here would release it.
        if (owner.size() != 2
                || owner.get(0).equals(SELF)
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
        return lock == null ? null : new DirectoryClaim(directory, owner.get(1), channel, null);
    }

    /** Gives the claimed directory another name, under which nobody but the claimant looks for it. */
    DirectoryClaim moveTo(Path other) throws IOException {
        return new DirectoryClaim(Files.move(directory, other), marker, channel, unlocked);
    }

    /** Deletes the directory with all that is in it, if it is still there, with which the claim ends. */
    void clear() throws IOException {
        try (this) {
            if (!Files.isDirectory(directory)) {
                return;
            }
            // The claim last: who dies here leaves what the next one knows how to clear up.
            empty();
            Files.deleteIfExists(directory.resolve(OWNER));
            close();
            Files.deleteIfExists(directory.resolve(LOCK));
            Files.deleteIfExists(directory);
        }
    }

    /** Deletes what is in the directory, but for the claim. */
    void empty() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, DirectoryClaim::isNoPartOfClaim)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static boolean isNoPartOfClaim(Path file) {
        return !file.endsWith(LOCK) && !file.endsWith(OWNER);
    }
}
