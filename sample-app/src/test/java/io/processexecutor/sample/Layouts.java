package io.processexecutor.sample;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Makes the layouts in which applications are deployed. */
final class Layouts {

    private Layouts() {}

    static Path moveOutOf(Path jar, String prefix, Path to) throws Exception {
        try (FileSystem inside = FileSystems.newFileSystem(jar);
                Stream<Path> libraries = Files.list(inside.getPath("BOOT-INF/lib"))) {
            Path found = libraries
                    .filter(each -> each.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow();
            Path target = to.resolve(found.getFileName().toString());
            Files.copy(found, target);
            Files.delete(found);
            return target;
        }
    }

    static void copyAll(Path from, Path to) throws Exception {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                Files.createDirectories(target.getParent());
                Files.copy(each, target);
            }
        }
    }
}
