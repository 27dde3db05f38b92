package io.processexecutor.internal.process;

import io.processexecutor.internal.os.ProcessTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The private directory of one pool: sockets, status pages and argument files of its workers. */
final class WorkerDirectory implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkerDirectory.class);
    private static final String PREFIX = "process-executor-";

    private final DirectoryClaim claim;

    private WorkerDirectory(DirectoryClaim claim) {
        this.claim = claim;
    }

    /**
     * Makes one, and clears up after pools whose processes were killed before they could.
     *
     * @param marker what marks the processes of the pool
     */
    static WorkerDirectory create(String marker) throws IOException {
        // Only its owner may enter it: who can reach the socket could try to pass for a worker.
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        Path path = Files.createTempDirectory(PREFIX, attributes).toAbsolutePath();
        WorkerDirectory created = new WorkerDirectory(DirectoryClaim.make(path, marker));
        created.sweep();
        return created;
    }

    /** This process's user. */
    UserPrincipal owner() throws IOException {
        return Files.getOwner(path(), LinkOption.NOFOLLOW_LINKS);
    }

    boolean exists() {
        return Files.isDirectory(path());
    }

    Path socket(int workerId) {
        return file(workerId, "sock");
    }

    Path statusPage(int workerId) {
        return file(workerId, "page");
    }

    Path argumentFile(int workerId) {
        return file(workerId, "args");
    }

    /** The socket and the argument file have served once the worker is up. */
    void deleteLaunchFiles(int workerId) {
        delete(socket(workerId));
        delete(argumentFile(workerId));
    }

    void deleteAll(int workerId) {
        deleteLaunchFiles(workerId);
        delete(statusPage(workerId));
    }

    @Override
    public void close() {
        try {
            if (exists()) {
                // The claim last: who dies here leaves what the next one knows how to clear up.
                try (DirectoryStream<Path> files = Files.newDirectoryStream(path(), DirectoryClaim::isNoPartOfClaim)) {
                    for (Path file : files) {
                        Files.deleteIfExists(file);
                    }
                }
                claim.delete();
                Files.deleteIfExists(path());
            }
            claim.close();
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
                log.info("Clearing up after a pool that was killed: {}", other);
                ProcessTree.killMarked(abandoned.marker());
                new WorkerDirectory(abandoned).close();
            }
        } catch (IOException | RuntimeException e) {
            log.debug("Not cleared up: {}", other, e);
        }
    }

    private Path path() {
        return claim.directory();
    }

    private Path file(int workerId, String extension) {
        return path().resolve("worker-" + workerId + "." + extension);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.debug("Could not delete {}", file, e);
        }
    }
}
