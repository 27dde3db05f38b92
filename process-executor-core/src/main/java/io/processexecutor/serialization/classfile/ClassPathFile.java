package io.processexecutor.serialization.classfile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The file of a class that the platform's own loader found on the class path. Asked for it, that loader looks through the
 * modules of the JDK first: the first lambda of a cold JVM would wait several milliseconds for that. Jars stay open, as
 * they do in that loader. Thread-safe.
 */
final class ClassPathFile {

    private static final Map<Path, JarFile> JARS = new ConcurrentHashMap<>();
    private static final Opening OPENING = new Opening();

    private ClassPathFile() {}

    /**
     * Reads the file.
     *
     * @param type any class
     * @param name the name of its file below the entry of the class path
     * @return the bytes; empty if the class comes from elsewhere, or its file is not where it came from
     * @throws IOException if the file cannot be read
     */
    static Optional<byte[]> read(Class<?> type, String name) throws IOException {
        Path origin = origin(type);
        if (origin == null) {
            return Optional.empty();
        }
        if (Files.isDirectory(origin)) {
            Path file = origin.resolve(name);
            return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        }
        JarFile jar = open(origin);
        JarEntry entry = jar.getJarEntry(name);
        if (entry == null) {
            return Optional.empty();
        }
        try (InputStream in = jar.getInputStream(entry)) {
            return Optional.of(in.readAllBytes());
        }
    }

    /**
     * Whether the file is where the class came from.
     *
     * @param type any class
     * @param name the name of its file below the entry of the class path
     * @return false if the class comes from elsewhere, or its file is not there
     */
    static boolean isThere(Class<?> type, String name) {
        Path origin = origin(type);
        if (origin == null) {
            return false;
        }
        if (Files.isDirectory(origin)) {
            return Files.isRegularFile(origin.resolve(name));
        }
        try {
            return open(origin).getJarEntry(name) != null;
        } catch (IOException e) {
            return false;
        }
    }

    /** The entry of the class path; null where a class loader may find classes in a way of its own. */
    private static @Nullable Path origin(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        if (type.isHidden()
                || type.getModule().isNamed()
                || loader != ClassLoader.getSystemClassLoader()
                || loader.getClass().getModule() != Object.class.getModule()) {
            return null;
        }
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        if (location == null || !location.getProtocol().equals("file")) {
            return null;
        }
        try {
            return Path.of(location.toURI());
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }

    private static JarFile open(Path path) throws IOException {
        try {
            return JARS.computeIfAbsent(path, OPENING);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static final class Opening implements Function<Path, JarFile> {

        @Override
        public JarFile apply(Path path) {
            try {
                return new JarFile(path.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
