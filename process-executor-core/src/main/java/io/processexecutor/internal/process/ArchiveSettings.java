package io.processexecutor.internal.process;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether and where class-data archives of workers are kept.
 *
 * @param enabled whether workers are to use them
 * @param directory where they are kept; {@code null} for a directory of this user's among the temporary files
 * @param trainAfter how long after its first worker came up a pool makes one that is missing, so that an application that
 *     starts, or does not live long, has nothing to do with it
 */
public record ArchiveSettings(boolean enabled, @Nullable Path directory, Duration trainAfter) {

    /** In the usual place. */
    public static final ArchiveSettings DEFAULTS = new ArchiveSettings(true, null, Duration.ofSeconds(10));

    /**
     * Switches it.
     *
     * @param enabled whether workers are to use archives
     * @return the changed settings
     */
    public ArchiveSettings withEnabled(boolean enabled) {
        return new ArchiveSettings(enabled, directory, trainAfter);
    }

    /**
     * Replaces the directory.
     *
     * @param directory where archives are kept; made if it is missing
     * @return the changed settings
     */
    public ArchiveSettings withDirectory(Path directory) {
        return new ArchiveSettings(enabled, directory.toAbsolutePath(), trainAfter);
    }

    /**
     * Replaces the delay.
     *
     * @param trainAfter how long after its first worker came up a pool makes an archive
     * @return the changed settings
     */
    public ArchiveSettings withTrainAfter(Duration trainAfter) {
        return new ArchiveSettings(enabled, directory, trainAfter);
    }

    Path place() {
        return directory != null
                ? directory
                : Path.of(
                                System.getProperty("java.io.tmpdir"),
                                "process-executor.cache-" + System.getProperty("user.name"))
                        .toAbsolutePath();
    }
}
