package io.processexecutor.serialization.corpus;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Makes jars of compiled classes. */
final class CorpusJar {

    private CorpusJar() {}

    /** Makes a jar of the classes below some folders. */
    static Path of(Path jar, String prefix, List<Path> folders) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Path folder : folders) {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        String name = folder.relativize(file).toString().replace('\\', '/');
                        if (name.startsWith(prefix) || name.equals("module-info.class")) {
                            out.putNextEntry(new ZipEntry(name));
                            Files.copy(file, out);
                            out.closeEntry();
                        }
                    }
                }
            }
        }
        return jar;
    }

    /** Where a class comes from: a folder of classes or a jar. */
    static Path source(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
