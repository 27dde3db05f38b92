package io.processexecutor.internal.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
