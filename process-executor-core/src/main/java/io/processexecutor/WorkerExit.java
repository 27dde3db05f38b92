package io.processexecutor;

import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** How and why a worker process ended. Immutable. */
public final class WorkerExit implements Serializable {

    /** Why a worker ended. */
    public enum Reason {
        /** It died and nobody asked it to. */
        CRASHED,
        /** It was killed because its task was cancelled and did not end. */
        CANCELLED,
        /** It was killed because its task ran out of time and did not end. */
        TIMED_OUT,
        /** It was idle for longer than the idle timeout. */
        IDLE,
        /** It was replaced after a task met a virtual machine error, such as running out of memory. */
        UNHEALTHY,
        /** It was killed because its heart stopped beating. */
        HUNG,
        /** It had run as many tasks as a worker may. */
        MAX_TASKS,
        /** It had lived as long as a worker may. */
        MAX_AGE,
        /** It held more memory than a worker may. */
        MAX_RSS,
        /** Its heap was fuller after a garbage collection than a worker's may be. */
        MAX_HEAP,
        /** Its classes took more memory than a worker's may. */
        MAX_METASPACE,
        /** It was to be replaced by a fresh one. */
        RECYCLED,
        /** The executor was given fewer workers. */
        RESIZED,
        /** The executor was shut down. */
        SHUTDOWN
    }

    @Serial
    private static final long serialVersionUID = 1L;

    private static final int LAST_WORDS = 200;
    private static final String HEAP_ADVICE = "Raise the worker's max heap, or give the task less at once";

    private final int workerId;
    private final long pid;
    private final Reason reason;
    private final @Nullable Integer exitCode;
    private final Duration uptime;
    private final String[] lastOutput;
    private final @Nullable String crashReport;
    private final @Nullable String evidence;
    private final WorkerVitals vitals;
    private final Instant time = Instant.now();

    /**
     * Creates one.
     *
     * @param workerId the worker's number in its executor
     * @param pid its process id
     * @param reason why it ended
     * @param exitCode its exit code, or {@code null} if the operating system did not tell in time
     * @param uptime how long it lived
     * @param lastOutput the last lines of its standard error
     * @param crashReport the path of the virtual machine's crash report, if it left one
     * @param evidence what is known of who ended it, beyond its exit code; {@code null} if nothing is
     * @param vitals what it took at its last heartbeat
     */
    public WorkerExit(
            int workerId,
            long pid,
            Reason reason,
            @Nullable Integer exitCode,
            Duration uptime,
            List<String> lastOutput,
            @Nullable String crashReport,
            @Nullable String evidence,
            WorkerVitals vitals) {
        this.workerId = workerId;
        this.pid = pid;
        this.reason = Objects.requireNonNull(reason, "reason");
        this.exitCode = exitCode;
        this.uptime = uptime;
        this.lastOutput = lastOutput.toArray(String[]::new);
        this.crashReport = crashReport;
        this.evidence = evidence;
        this.vitals = vitals;
    }

    /**
     * The worker's number.
     *
     * @return counted from 1 in its executor, never used twice
     */
    public int workerId() {
        return workerId;
    }

    /**
     * The process id.
     *
     * @return the id it had while it lived
     */
    public long pid() {
        return pid;
    }

    /**
     * Why it ended.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /**
     * The exit code.
     *
     * @return empty if the operating system did not tell in time
     */
    public OptionalInt exitCode() {
        return exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode);
    }

    /**
     * How long it lived.
     *
     * @return from its launch to its end
     */
    public Duration uptime() {
        return uptime;
    }

    /**
     * The last lines it wrote to its standard error.
     *
     * @return oldest first
     */
    public List<String> lastOutput() {
        return List.of(lastOutput);
    }

    /**
     * Where the virtual machine left its crash report.
     *
     * @return a path; empty if there is none
     */
    public Optional<String> crashReport() {
        return Optional.ofNullable(crashReport);
    }

    /**
     * When it ended.
     *
     * @return as this was made, at the end of the process or soon after
     */
    public Instant time() {
        return time;
    }

    /**
     * What it took.
     *
     * @return as of its last heartbeat
     */
    public WorkerVitals vitals() {
        return vitals;
    }

    /**
     * Says the exit code in words.
     *
     * @return such as {@code exit code 137 (killed by SIGKILL, ...)}
     */
    public String describe() {
        if (exitCode == null) {
            return "exit code unknown";
        }
        String meaning = reason == Reason.HUNG ? "killed since its heart had stopped beating" : meaning(exitCode);
        return "exit code " + exitCode + (meaning.isEmpty() ? "" : " (" + meaning + ")");
    }

    /**
     * Says what can be done about it.
     *
     * @return a sentence
     */
    public String advice() {
        if (crashReport != null) {
            return "The JVM or native code is at fault: see the crash report " + crashReport;
        }
        return switch (reason) {
            case CRASHED -> adviceOnCrash();
            case UNHEALTHY -> HEAP_ADVICE;
            case HUNG ->
                "Find out what stopped all of the process: memory so short that it is swapped, a halt of the machine, SIGSTOP";
            case CANCELLED, TIMED_OUT -> "Let the task heed interrupts: then its worker need not be killed";
            default -> "Nothing need be done";
        };
    }

    private String adviceOnCrash() {
        int code = exitCode == null ? -1 : exitCode;
        return switch (code) {
            case 0 -> "Look for System.exit in what the task calls";
            case 3 -> HEAP_ADVICE;
            case 137 ->
                "If memory is short: fewer workers, a smaller max heap, or a larger container; else find out who killed it";
            case 129, 130, 143 -> "Find out who sent it that signal: it was not the executor";
            case 134, 135, 139 -> "Native code is at fault: see which libraries the task loads";
            default ->
                lastOutput.length > 0
                        ? "Look for System.exit or Runtime.halt in what the task calls; its last words: " + lastWords()
                        : "Look for System.exit or Runtime.halt in what the task calls";
        };
    }

    private String lastWords() {
        String last = lastOutput[lastOutput.length - 1];
        return last.length() > LAST_WORDS ? last.substring(0, LAST_WORDS) + "..." : last;
    }

    @Override
    public String toString() {
        return "worker " + workerId + " (pid " + pid + ") " + reason + ", " + describe() + ", up " + uptime;
    }

    /**
     * A JVM that dies of a signal is seen as 128 plus the signal's number, as a shell would say it. What the executor did
     * itself needs no guess.
     */
    private String meaning(int exitCode) {
        boolean crashed = reason == Reason.CRASHED;
        return switch (exitCode) {
            case 0 -> crashed ? "something in it ended the JVM, as System.exit(0) does" : "";
            case 1 ->
                crashReport != null
                        ? "a crash of the JVM or of native code"
                        : "the JVM could not go on, or the task ended it";
            case 3 ->
                "the JVM ended itself, as it does on a fatal error such as running out of memory, or the task called"
                        + " System.exit(3)";
            case 129 -> "SIGHUP";
            case 130 -> "SIGINT";
            case 134 -> "SIGABRT, as after a crash of the JVM or of native code";
            case 135 -> "SIGBUS";
            case 137 -> "killed by SIGKILL" + killer(crashed);
            case 139 -> "SIGSEGV, a crash of native code";
            case 143 -> "SIGTERM";
            default -> exitCode > 128 && exitCode < 160 ? "signal " + (exitCode - 128) : "";
        };
    }

    private String killer(boolean crashed) {
        if (evidence != null) {
            return ", " + evidence;
        }
        return crashed ? ", probably by the kernel's OOM killer or by hand" : "";
    }
}
