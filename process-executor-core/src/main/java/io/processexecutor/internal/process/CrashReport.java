package io.processexecutor.internal.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a worker's virtual machine leaves a report if it crashes: in the user's place, or one that outlives the pool. */
final class CrashReport {

    private static final String OPTION = "-XX:ErrorFile=";

    private CrashReport() {}

    /** The option for a worker; one of the user's, which comes later on the command line, prevails. */
    static String option() {
        return OPTION + defaultPattern();
    }

    /**
     * Looks for the report of a worker that ended.
     *
     * @param pid how the worker knew itself
     * @param uptime since when a report can be its own: another may have had that pid before
     */
    static Optional<String> find(LaunchSettings settings, long pid, Duration uptime) {
        Path report = directory(settings.setup().workingDirectory())
                .resolve(pattern(settings.jvmArgs())
                        .replace("%p", Long.toString(pid))
                        .replace("%%", "%"));
        try {
            Instant written = Files.getLastModifiedTime(report).toInstant();
            boolean own = written.isAfter(Instant.now().minus(uptime).minusSeconds(1));
            return own ? Optional.of(report.toString()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String pattern(List<String> jvmArgs) {
        return jvmArgs.stream()
                .filter(argument -> argument.startsWith(OPTION))
                .reduce((earlier, later) -> later)
                .map(argument -> argument.substring(OPTION.length()))
                .orElseGet(CrashReport::defaultPattern);
    }

    private static String defaultPattern() {
        return Path.of(System.getProperty("java.io.tmpdir"))
                        .toAbsolutePath()
                        .toString()
                        .replace("%", "%%") + "/hs_err_pid%p.log";
    }

    private static Path directory(@Nullable Path workingDirectory) {
        return workingDirectory == null ? Path.of("").toAbsolutePath() : workingDirectory;
    }
}
