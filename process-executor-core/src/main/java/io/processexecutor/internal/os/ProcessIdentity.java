package io.processexecutor.internal.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A process, told apart from a later one with the same pid.
 *
 * @param pid the process id
 * @param startMark when it started, in a unit of the system's own; 0 if the system does not tell
 */
public record ProcessIdentity(long pid, long startMark) {

    private static final Path PROC = Path.of("/proc");
    private static final int START_TIME_FIELD = 22;
    private static final long NOT_RUNNING = 0;
    private static final long UNREADABLE = -1;

    /**
     * Identifies a running process.
     *
     * @param pid its id
     * @return its identity; with a start mark of 0 if it does not run
     */
    public static ProcessIdentity of(long pid) {
        return new ProcessIdentity(pid, Math.max(startMark(pid), NOT_RUNNING));
    }

    /**
     * The id of this process. {@link ProcessHandle} tells it too, but makes a thread pool first, for which a worker that
     * starts has no time.
     *
     * @return its pid
     */
    public static long ownPid() {
        try {
            return Long.parseLong(Files.readSymbolicLink(PROC.resolve("self")).toString());
        } catch (IOException | RuntimeException e) {
            return ProcessHandle.current().pid();
        }
    }

    /**
     * Tells whether a process runs, rather than waits to be buried.
     *
     * @param pid its id
     * @return false if there is none, or it has ended and nobody took its exit code
     */
    public static boolean runs(long pid) {
        return startMark(pid) != NOT_RUNNING;
    }

    /**
     * Tells whether this very process still runs.
     *
     * @return false if it ended, also if its pid is in use again
     */
    public boolean isAlive() {
        if (startMark == NOT_RUNNING) {
            return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }
        long mark = startMark(pid);
        return mark == startMark || mark == UNREADABLE;
    }

    /**
     * Tells whether it has a thread of a name.
     *
     * @param name of up to 15 characters, which is what Linux keeps of one
     * @return false also where this cannot be found out, as on other systems
     */
    public boolean hasThread(String name) {
        try (DirectoryStream<Path> threads =
                Files.newDirectoryStream(PROC.resolve(Long.toString(pid)).resolve("task"))) {
            for (Path each : threads) {
                if (Files.readString(each.resolve("comm")).equals(name + "\n")) {
                    return true;
                }
            }
        } catch (IOException | RuntimeException e) {
            // It is another system's process, or its threads come and go.
        }
        return false;
    }

    /**
     * On Linux the raw clock ticks since boot: the instant that the JDK makes of them moves when the wall clock is set.
     * See proc(5), /proc/pid/stat; the second field is a name in parentheses that may hold anything.
     */
    private static long startMark(long pid) {
        Path stat = PROC.resolve(Long.toString(pid)).resolve("stat");
        if (Files.isDirectory(PROC.resolve("self"))) {
            try {
                String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
                String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
                boolean zombie = fields[0].equals("Z") || fields[0].equals("X");
                return zombie ? NOT_RUNNING : Long.parseLong(fields[START_TIME_FIELD - 3]);
            } catch (IOException | RuntimeException e) {
                // A process that has used up its file descriptors can read nothing, yet still see whether it is there.
                return Files.exists(stat) ? UNREADABLE : NOT_RUNNING;
            }
        }
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().startInstant())
                .map(Instant::toEpochMilli)
                .orElse(NOT_RUNNING);
    }
}
