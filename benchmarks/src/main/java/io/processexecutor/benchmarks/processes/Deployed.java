package io.processexecutor.benchmarks.processes;

import io.processexecutor.ProcessTask;
import io.processexecutor.pool.ProcessPoolExecutor;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** This class path as that of an application in production: jars only, and an archive of the classes of the workers. */
final class Deployed implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final List<Path> classPath = new ArrayList<>();

    private Deployed(Path directory) {
        this.directory = directory;
    }

    static Deployed jars() throws IOException {
        Deployed deployed = new Deployed(Files.createTempDirectory("deployed"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (Files.exists(path)) {
                deployed.classPath.add(Files.isDirectory(path) ? deployed.jar(path) : path);
            }
        }
        return deployed;
    }

    private Path jar(Path classes) throws IOException {
        Path jar = directory.resolve(classPath.size() + ".jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream to = new JarOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                to.putNextEntry(new JarEntry(classes.relativize(each).toString().replace(File.separatorChar, '/')));
                Files.copy(each, to);
            }
        }
        return jar;
    }

    String classPath() {
        return String.join(
                File.pathSeparator, classPath.stream().map(Path::toString).toList());
    }

    /**
     * A pool makes the archive some seconds after its first worker came up.
     *
     * @param task what runs before, as at the last start of the same application
     */
    void awaitArchive(ProcessTask<?> task) throws IOException, InterruptedException {
        try (ProcessPoolExecutor executor = pool().build()) {
            executor.submit(task).join();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!hasArchive()) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("No archive within " + PATIENCE);
                }
                Thread.sleep(100);
            }
        }
    }

    private boolean hasArchive() throws IOException {
        Path archives = archives();
        if (!Files.isDirectory(archives)) {
            return false;
        }
        try (Stream<Path> files = Files.list(archives)) {
            return files.anyMatch(file -> file.toString().matches(".*\\.(jsa|aot)"));
        }
    }

    private Path archives() {
        return directory.resolve("archives");
    }

    ProcessPoolExecutor.Builder pool() {
        return ProcessPoolExecutor.builder().workers(1).classPath(classPath).classDataArchiveDirectory(archives());
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(Deployed::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
