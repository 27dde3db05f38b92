package io.processexecutor.pool;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of what the executors of this process share. */
final class SharedFilesOnDisk {

    private SharedFilesOnDisk() {}

    /** A task gives back what it uses a moment after its future is done. */
    static void awaitNone() {
        await().pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(40)).until(() -> all().isEmpty());
    }

    static List<Path> all() throws IOException {
        return startingWith("shared-");
    }

    /** Those whose names begin in some way. */
    static List<Path> startingWith(String prefix) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path place : List.of(Path.of("/dev/shm"), Path.of(System.getProperty("java.io.tmpdir")))) {
            if (!Files.isDirectory(place)) {
                continue;
            }
            try (Stream<Path> directories = Files.list(place)) {
                for (Path each : directories.filter(SharedFilesOnDisk::isOurs).toList()) {
                    try (Stream<Path> files = Files.list(each)) {
                        files.filter(file -> file.getFileName().toString().startsWith(prefix))
                                .forEach(found::add);
                    } catch (NoSuchFileException e) {
                        // Its pool ended a moment ago.
                    }
                }
            }
        }
        return found;
    }

    private static boolean isOurs(Path directory) {
        try {
            return directory.getFileName().toString().startsWith("process-executor-")
                    && Files.readString(directory.resolve("owner"))
                            .contains("pid=" + ProcessHandle.current().pid() + ",");
        } catch (IOException e) {
            return false;
        }
    }
}
