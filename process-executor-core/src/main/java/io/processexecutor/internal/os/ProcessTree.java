package io.processexecutor.internal.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A process and every process it started. Those outlive it with another parent; on Linux they are found by a marker they
 * inherited in their environment, elsewhere by what the system last knew to descend from it. One that was started with an
 * environment of its own and let go of by who started it is found by neither.
 */
public final class ProcessTree {

    /** The environment variable that holds the marker. That of a nested tree continues its root's, after a slash. */
    public static final String MARKER = "PROCESS_EXECUTOR_WORKER";

    private static final Path PROC = Path.of("/proc");

    /** Who starts processes faster than this many looks find them is not to be caught up with. */
    private static final int MAX_LOOKS = 20;

    private final ProcessHandle root;
    private final String marker;
    private volatile List<ProcessHandle> lastKnown = List.of();

    /**
     * Creates one.
     *
     * @param root the process
     * @param marker the value of its {@link #MARKER}
     */
    public ProcessTree(ProcessHandle root, String marker) {
        this.root = root;
        this.marker = marker;
    }

    /** Notes what descends from the root, for it may lose that parent now. */
    public void remember() {
        lastKnown = root.descendants().toList();
    }

    /** Kills the root and what descends from it; returns at once. */
    public void kill() {
        List<ProcessHandle> now = root.descendants().toList();
        root.destroyForcibly();
        now.forEach(ProcessHandle::destroyForcibly);
        lastKnown.forEach(ProcessHandle::destroyForcibly);
    }

    /** Kills all but the root: to be called after its end, or by itself before. */
    public void killRemains() {
        lastKnown.forEach(ProcessHandle::destroyForcibly);
        root.descendants().forEach(ProcessHandle::destroyForcibly);
        killMarked(marker);
    }

    /**
     * Kills every process but this one that has a marker, or one that continues it. Does nothing where the system does not
     * tell the environment of processes.
     *
     * @param marker the marker
     */
    public static void killMarked(String marker) {
        if (!Files.isReadable(PROC.resolve("self/environ"))) {
            return;
        }
        byte[] variable = (MARKER + "=" + marker).getBytes(StandardCharsets.UTF_8);
        Set<ProcessHandle> killed = new HashSet<>();
        // One of them may have started another behind the back of the look that found it.
        for (int looks = 0; looks < MAX_LOOKS && killNew(variable, killed); looks++) {}
    }

    private static boolean killNew(byte[] variable, Set<ProcessHandle> killed) {
        int before = killed.size();
        long self = ProcessHandle.current().pid();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != self && isMarked(process, variable)) {
                    // And once more: the handle knows the start time, so that a pid in use again meanwhile is left
                    // alone.
                    ProcessHandle.of(pid).filter(handle -> isMarked(process, variable)).stream()
                            .filter(killed::add)
                            .forEach(ProcessHandle::destroyForcibly);
                }
            }
        } catch (IOException e) {
            // Without /proc there is nothing more to find.
            return false;
        }
        return killed.size() > before;
    }

    private static boolean isMarked(Path process, byte[] variable) {
        byte[] environment;
        try {
            environment = Files.readAllBytes(process.resolve("environ"));
        } catch (IOException e) {
            // It ended, or it is another user's.
            return false;
        }
        for (int start = 0; start < environment.length; start++) {
            if (start == 0 || environment[start - 1] == 0) {
                int end = start + variable.length;
                if (end <= environment.length
                        && Arrays.equals(environment, start, end, variable, 0, variable.length)
                        && (end == environment.length || environment[end] == 0 || environment[end] == '/')) {
                    return true;
                }
            }
        }
        return false;
    }
}
