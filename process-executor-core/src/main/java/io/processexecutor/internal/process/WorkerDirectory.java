package io.processexecutor.internal.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The private directory of one pool: sockets, status pages and argument files of its workers. */
final class WorkerDirectory implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkerDirectory.class);

    private final Path path;

    private WorkerDirectory(Path path) {
        this.path = path;
    }

    /** Only its owner may enter it: who can reach the socket could try to pass for a worker. */
    static WorkerDirectory create() throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        return new WorkerDirectory(Files.createTempDirectory("process-executor-", attributes));
    }

    boolean exists() {
        return Files.isDirectory(path);
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
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(path);
        } catch (IOException | UncheckedIOException e) {
            log.warn("Could not delete the directory {}", path, e);
        }
    }

    private Path file(int workerId, String extension) {
        return path.resolve("worker-" + workerId + "." + extension);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.debug("Could not delete {}", file, e);
        }
    }
}
