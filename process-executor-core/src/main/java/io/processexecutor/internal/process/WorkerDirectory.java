package io.processexecutor.internal.process;

import io.processexecutor.internal.files.PrivateDirectory;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The private directory of one pool: sockets, status pages, argument files and the like of its workers. */
final class WorkerDirectory implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkerDirectory.class);

    private static final String LOADED = "classes";

    /** As the virtual machine renames it. */
    private static final String LOADED_BEFORE = LOADED + ".0";

    private final PrivateDirectory directory;

    private WorkerDirectory(PrivateDirectory directory) {
        this.directory = directory;
    }

    /**
     * Makes one.
     *
     * @param marker what marks the processes of the pool
     */
    static WorkerDirectory create(String marker) throws IOException {
        return new WorkerDirectory(PrivateDirectory.create(null, marker));
    }

    /** This process's user. */
    UserPrincipal owner() throws IOException {
        return directory.owner();
    }

    Path path() {
        return directory.path();
    }

    boolean exists() {
        return directory.exists();
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

    /** Where a worker writes down what it loads. */
    Path classLoadLog(int workerId) {
        return file(workerId, LOADED);
    }

    /** What workers have loaded, of those that were to write it down and have not ended. */
    List<String> loadedClasses() {
        Set<String> names = new LinkedHashSet<>();
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(directory.path(), "worker-*." + LOADED + "*")) {
            for (Path each : logs) {
                ClassLoadLog.classes(each).forEach(names::add);
            }
        } catch (IOException | DirectoryIteratorException e) {
            log.debug("Could not find out what workers have loaded", e);
        }
        return List.copyOf(names);
    }

    Path createFile(String name) throws IOException {
        return Files.createFile(directory.path().resolve(name));
    }

    /** The socket and the argument file have served once the worker is up. */
    void deleteLaunchFiles(int workerId) {
        delete(socket(workerId));
        delete(argumentFile(workerId));
    }

    void deleteAll(int workerId) {
        deleteLaunchFiles(workerId);
        delete(statusPage(workerId));
        delete(classLoadLog(workerId));
        delete(file(workerId, LOADED_BEFORE));
    }

    @Override
    public void close() {
        directory.close();
    }

    private Path file(int workerId, String extension) {
        return directory.path().resolve("worker-" + workerId + "." + extension);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.debug("Could not delete {}", file, e);
        }
    }
}
