package io.processexecutor.internal.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How often the kernel's OOM killer strikes in the control group of a process, from a moment on. See "memory.events" in
 * the kernel's documentation of control groups; in version 1 it is "memory.oom_control".
 */
public final class OomKills {

    private static final Path GROUPS = Path.of("/sys/fs/cgroup");
    private static final String COUNT = "oom_kill ";

    private final @Nullable Path events;
    private final long before;

    private OomKills(@Nullable Path events, long before) {
        this.events = events;
        this.before = before;
    }

    /**
     * Begins to count.
     *
     * @param pid a process that runs
     * @return the count for its control group
     */
    public static OomKills from(long pid) {
        List<String> groups;
        try {
            groups = Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return new OomKills(null, 0);
        }
        return from(GROUPS, groups);
    }

    static OomKills from(Path root, List<String> groups) {
        for (Path events : candidates(root, groups)) {
            OptionalLong count = read(events);
            if (count.isPresent()) {
                return new OomKills(events, count.getAsLong());
            }
        }
        return new OomKills(null, 0);
    }

    /**
     * Counts.
     *
     * @return how often it struck meanwhile; empty where the system does not tell
     */
    public OptionalLong count() {
        OptionalLong now = events == null ? OptionalLong.empty() : read(events);
        return now.isPresent() ? OptionalLong.of(now.getAsLong() - before) : now;
    }

    /** A container may see the path that its group has outside, while its own group is mounted as the root. */
    private static List<Path> candidates(Path root, List<String> groups) {
        List<Path> candidates = new ArrayList<>();
        for (String group : groups) {
            String[] parts = group.split(":", 3);
            if (parts.length == 3) {
                String path = parts[2].substring(parts[2].startsWith("/") ? 1 : 0);
                if (Arrays.asList(parts[1].split(",", -1)).contains("memory")) {
                    candidates.add(root.resolve("memory").resolve(path).resolve("memory.oom_control"));
                    candidates.add(root.resolve("memory/memory.oom_control"));
                } else if (parts[0].equals("0")) {
                    candidates.add(root.resolve(path).resolve("memory.events"));
                    candidates.add(root.resolve("memory.events"));
                }
            }
        }
        return candidates;
    }

    private static OptionalLong read(Path events) {
        try {
            return Files.readAllLines(events, StandardCharsets.US_ASCII).stream()
                    .filter(line -> line.startsWith(COUNT))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(COUNT.length()).strip()))
                    .findFirst();
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
