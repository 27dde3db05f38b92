package io.processexecutor.internal.files;

import io.processexecutor.internal.os.ProcessTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of one pool that only its user may enter. It is deleted with the pool; if the pool is killed, by the next one
 * that is made in the same place.
 */
public final class PrivateDirectory implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PrivateDirectory.class);
    private static final String PREFIX = "process-executor-";

    /** Workers that have just lost their parent clear up elsewhere, too. */
    private static final long ORPHANS_END_NANOS = TimeUnit.MILLISECONDS.toNanos(750);

    private final DirectoryClaim claim;

    private PrivateDirectory(DirectoryClaim claim) {
        this.claim = claim;
    }

    /**
     * Makes one, and clears up after pools whose processes were killed before they could.
     *
     * @param place where; {@code null} for the directory for temporary files
     * @param marker what marks the processes of the pool
     * @return the directory
     * @throws IOException if it cannot be made
     */
    public static PrivateDirectory create(@Nullable Path place, String marker) throws IOException {
        // Only its owner may enter it: who can reach the socket could try to pass for a worker.
        FileAttribute<?>[] attributes = OwnerOnly.directory();
        Path path = place == null
                ? Files.createTempDirectory(PREFIX, attributes)
                : Files.createTempDirectory(place, PREFIX, attributes);
        PrivateDirectory created = new PrivateDirectory(claim(path.toAbsolutePath(), marker));
        if (created.claim.unlocked() != null) {
            log.debug("No lock in {}", path, created.claim.unlocked());
        }
        created.sweep();
        return created;
    }

    private static DirectoryClaim claim(Path path, String marker) throws IOException {
        try {
            return DirectoryClaim.make(path, marker);
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /**
     * Where it is.
     *
     * @return its absolute path
     */
    public Path path() {
        return claim.directory();
    }

    /**
     * Whether it is still there: somebody may clear up among the temporary files.
     *
     * @return false if it was deleted
     */
    public boolean exists() {
        return Files.isDirectory(path());
    }

    /**
     * Whose it is.
     *
     * @return this process's user
     * @throws IOException if it cannot be found out
     */
    public UserPrincipal owner() throws IOException {
        return Files.getOwner(path(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Deletes it with all that is in it. */
    @Override
    public void close() {
        try {
            claim.clear();
        } catch (IOException e) {
            log.warn("Could not delete the directory {}", path(), e);
        }
    }

    private void sweep() {
        try (DirectoryStream<Path> others =
                Files.newDirectoryStream(Objects.requireNonNull(path().getParent()), PREFIX + "*")) {
            for (Path other : others) {
                sweep(other);
            }
        } catch (IOException e) {
            log.debug("Could not look for what killed pools left behind", e);
        }
    }

    /** What is another user's is theirs to clear up: what stands in it is not to be trusted. */
    private void sweep(Path other) {
        try {
            if (!Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
                    || !Files.getOwner(other, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(path()))) {
                return;
            }
            DirectoryClaim abandoned = DirectoryClaim.takeOver(other);
            if (abandoned != null) {
                log.info("Clearing up after a pool that was not closed: {}", other);
                ProcessTree.killMarkedAfter(abandoned.marker(), ORPHANS_END_NANOS);
                abandoned.clear();
            }
        } catch (IOException | RuntimeException e) {
            log.debug("Not cleared up: {}", other, e);
        }
    }
}
