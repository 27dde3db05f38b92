package io.processexecutor.internal.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

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

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

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
        List<ProcessHandle> now = descendants();
        if (now != null) {
            lastKnown = now;
        }
    }

    /**
     * Kills the root and what descends from it; returns at once, and never fails. Without a free file descriptor the system
     * neither tells of descendants nor kills anything, so this may have to be done again.
     */
    public void kill() {
        List<ProcessHandle> now = descendants();
        kill(root);
        if (now != null) {
            killAll(now);
        }
        killAll(lastKnown);
    }

    /** Kills all but the root: to be called after its end, or by itself before. */
    public void killRemains() {
        boolean unused = tryKillRemains();
    }

    /**
     * As {@link #killRemains}, and never fails.
     *
     * @return false if the system did not tell what there is, so that it is worth trying again
     */
    public boolean tryKillRemains() {
        killAll(lastKnown);
        List<ProcessHandle> now = descendants();
        if (now != null) {
            killAll(now);
        }
        try {
            return killAllMarked(marker) && now != null;
        } catch (RuntimeException | OutOfMemoryError e) {
            return false;
        }
    }

    /** What descends from the root; {@code null} if the system does not tell, for want of memory or a file descriptor. */
    private @Nullable List<ProcessHandle> descendants() {
        try {
            return root.descendants().toList();
        } catch (RuntimeException | OutOfMemoryError e) {
            return null;
        }
    }

    private static void killAll(List<ProcessHandle> processes) {
        for (int i = 0; i < processes.size(); i++) {
            kill(processes.get(i));
        }
    }

    private static void kill(ProcessHandle process) {
        try {
            process.destroyForcibly();
        } catch (RuntimeException | OutOfMemoryError e) {
            // The others are to be killed all the same.
        }
    }

    /**
     * Kills every process but this one that has a marker, or one that continues it. Does nothing where the system does not
     * tell the environment of processes.
     *
     * @param marker the marker
     */
    public static void killMarked(String marker) {
        boolean unused = killAllMarked(marker);
    }

    /**
     * The same, once they have had the time to end by themselves.
     *
     * @param marker the marker
     * @param nanos how much time
     */
    public static void killMarkedAfter(String marker, long nanos) {
        byte[] variable = variable(marker);
        long began = System.nanoTime();
        while (isAnyMarked(variable) && System.nanoTime() - began < nanos) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        killMarked(marker);
    }

    private static boolean isAnyMarked(byte[] variable) {
        try {
            return !marked(variable).isEmpty();
        } catch (IOException e) {
            // It is another system's, or cannot be looked at now: who kills them will find out.
            return false;
        }
    }

    private static byte[] variable(String marker) {
        return (MARKER + "=" + marker).getBytes(StandardCharsets.UTF_8);
    }

    private static boolean killAllMarked(String marker) {
        if (!Files.isReadable(PROC.resolve("self/environ"))) {
            return true;
        }
        byte[] variable = variable(marker);
        Set<ProcessHandle> killed = new HashSet<>();
        // One of them may have started another behind the back of the look that found it.
        try {
            for (int looks = 0; looks < MAX_LOOKS && killNew(variable, killed); looks++) {}
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean killNew(byte[] variable, Set<ProcessHandle> killed) throws IOException {
        int before = killed.size();
        for (ProcessHandle each : marked(variable)) {
            if (killed.add(each)) {
                each.destroyForcibly();
            }
        }
        return killed.size() > before;
    }

    /** Every process but this one that has it. */
    private static List<ProcessHandle> marked(byte[] variable) throws IOException {
        List<ProcessHandle> found = new ArrayList<>();
        long self = ProcessHandle.current().pid();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != self && isMarked(process, variable)) {
                    // And once more: the handle knows the start time, so that a pid in use again meanwhile is left
                    // alone.
                    ProcessHandle.of(pid)
                            .filter(handle -> isMarked(process, variable))
                            .ifPresent(found::add);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
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
