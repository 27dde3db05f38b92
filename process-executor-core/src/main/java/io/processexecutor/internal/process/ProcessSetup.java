package io.processexecutor.internal.process;

import io.processexecutor.internal.os.ProcessTree;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The surroundings of a worker process.
 *
 * @param environment environment variables in addition to the inherited ones; {@code null} takes one away
 * @param systemProperties system properties
 * @param workingDirectory its working directory; {@code null} for the application's own
 * @param commandPrefix what its command is put after, such as {@code nice}
 */
public record ProcessSetup(
        Map<String, @Nullable String> environment,
        Map<String, String> systemProperties,
        @Nullable Path workingDirectory,
        List<String> commandPrefix) {

    /** Nothing special. */
    public static final ProcessSetup NONE = new ProcessSetup(Map.of(), Map.of(), null, List.of());

    /**
     * Refuses what no process could be started with.
     *
     * @param environment environment variables
     * @param systemProperties system properties
     * @param workingDirectory its working directory
     * @param commandPrefix what its command is put after
     */
    public ProcessSetup {
        environment.forEach((name, value) -> {
            refuse(
                    name.isEmpty() || name.contains("=") || name.contains("\0"),
                    "environment must have names that are neither empty nor hold '='",
                    name);
            refuse(value != null && value.contains("\0"), "environment must have values without a zero byte", name);
            refuse(
                    name.equals(ProcessTree.MARKER),
                    "environment must leave the variable alone that marks what the workers start",
                    name);
        });
        systemProperties.forEach((name, value) -> refuse(
                name.isEmpty() || name.contains("=") || name.equals(WorkerSettings.WORKER_PROPERTY),
                "systemProperties must have names that are neither empty nor hold '=' nor are the worker's own",
                name));
        refuse(
                workingDirectory != null && !Files.isDirectory(workingDirectory),
                "workingDirectory must be a directory that exists",
                workingDirectory);
        refuse(
                !commandPrefix.isEmpty() && commandPrefix.get(0).isBlank(),
                "commandPrefix must begin with a program",
                commandPrefix);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        systemProperties = Map.copyOf(systemProperties);
        commandPrefix = List.copyOf(commandPrefix);
    }

    /**
     * Replaces the environment.
     *
     * @param environment environment variables in addition to the inherited ones; {@code null} takes one away
     * @return the changed setup
     */
    public ProcessSetup withEnvironment(Map<String, ? extends @Nullable String> environment) {
        return new ProcessSetup(new LinkedHashMap<>(environment), systemProperties, workingDirectory, commandPrefix);
    }

    /**
     * Replaces the system properties.
     *
     * @param systemProperties system properties
     * @return the changed setup
     */
    public ProcessSetup withSystemProperties(Map<String, String> systemProperties) {
        return new ProcessSetup(environment, systemProperties, workingDirectory, commandPrefix);
    }

    /**
     * Replaces the working directory.
     *
     * @param workingDirectory a directory
     * @return the changed setup
     */
    public ProcessSetup withWorkingDirectory(Path workingDirectory) {
        return new ProcessSetup(environment, systemProperties, workingDirectory.toAbsolutePath(), commandPrefix);
    }

    /**
     * Replaces the command prefix.
     *
     * @param commandPrefix a program and its arguments
     * @return the changed setup
     */
    public ProcessSetup withCommandPrefix(List<String> commandPrefix) {
        return new ProcessSetup(environment, systemProperties, workingDirectory, commandPrefix);
    }

    void applyTo(ProcessBuilder builder) {
        environment.forEach((name, value) -> {
            if (value == null) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        if (workingDirectory != null) {
            builder.directory(workingDirectory.toFile());
        }
    }

    private static void refuse(boolean bad, String rule, @Nullable Object value) {
        if (bad) {
            throw new IllegalArgumentException(rule + ", was " + value);
        }
    }
}
