package io.processexecutor.internal.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A worker and every process it started. Those outlive it with another parent; on Linux they are found by a marker they
 * inherited in their environment, elsewhere by what the system last knew to descend from the worker.
 */
final class ProcessTree {

    private static final Path PROC = Path.of("/proc");

    private final ProcessHandle root;
    private final byte[] marker;
    private volatile List<ProcessHandle> lastKnown = List.of();

    ProcessTree(ProcessHandle root, String marker) {
        this.root = root;
        this.marker = (WorkerCommand.ENVIRONMENT_MARKER + "=" + marker).getBytes(StandardCharsets.UTF_8);
    }

    /** Asks the root to end; returns at once. What descends from it is noted, for it may lose that parent now. */
    void terminate() {
        lastKnown = root.descendants().toList();
        root.destroy();
    }

    /** Kills the root and what descends from it; returns at once. */
    void kill() {
        List<ProcessHandle> now = root.descendants().toList();
        root.destroyForcibly();
        now.forEach(ProcessHandle::destroyForcibly);
        lastKnown.forEach(ProcessHandle::destroyForcibly);
    }

    /** Kills what the root left behind. To be called after its end. */
    void killRemains() {
        lastKnown.forEach(ProcessHandle::destroyForcibly);
        if (!Files.isReadable(PROC.resolve("self/environ"))) {
            return;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                killIfMarked(process);
            }
        } catch (IOException e) {
            // Without /proc there is nothing more to find.
        }
    }

    private void killIfMarked(Path process) {
        // The handle first: it knows the start time, so that a pid which is used again meanwhile is left alone.
        ProcessHandle.of(Long.parseLong(process.getFileName().toString())).ifPresent(handle -> {
            try {
                if (isMarked(Files.readAllBytes(process.resolve("environ")))) {
                    handle.destroyForcibly();
                }
            } catch (IOException e) {
                // It ended, or it is another user's.
            }
        });
    }

    /** A nested worker's marker continues that of the worker it descends from. */
    private boolean isMarked(byte[] environment) {
        for (int start = 0; start < environment.length; start++) {
            if (start == 0 || environment[start - 1] == 0) {
                int end = start + marker.length;
                if (end <= environment.length
                        && Arrays.equals(environment, start, end, marker, 0, marker.length)
                        && (end == environment.length || environment[end] == 0 || environment[end] == '/')) {
                    return true;
                }
            }
        }
        return false;
    }
}
