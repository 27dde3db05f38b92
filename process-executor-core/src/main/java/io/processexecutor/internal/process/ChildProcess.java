package io.processexecutor.internal.process;

import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerVitals;
import io.processexecutor.internal.os.OomKills;
import io.processexecutor.internal.os.ProcessIdentity;
import io.processexecutor.internal.os.ProcessTree;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The process of a worker and what it starts. With a command prefix that forks, such as a shell, the worker itself is a
 * descendant of the process that was started.
 */
final class ChildProcess {

    /** Longer than a worker lets its shutdown hooks take, by more than it may be held up on a busy machine. */
    private static final long EXIT_WAIT_MILLIS = 8000;

    /** How often one that is to be killed is, and for how long: without a free file descriptor the system kills nothing. */
    private static final long KILL_AGAIN_MILLIS = 500;

    private static final int KILLS = 60;

    /** How often, and how long in between, it is looked for what it left behind. */
    private static final int LOOKS = 50;

    private static final long LOOK_AGAIN_MILLIS = 100;

    /** It is only read to its end, unless somebody who escaped has it open as well. */
    private static final long OUTPUT_WAIT_MILLIS = 2500;

    private static final int SIGKILLED = 128 + 9;

    private final LaunchSettings settings;
    private final int workerId;
    private final long launchedNanos;
    private final Process process;
    private final ProcessTree tree;
    private final ProcessOutput output;

    private volatile ProcessHandle worker;
    private volatile long ownPid;
    private volatile OomKills oomKills;
    private volatile boolean killed;

    private ChildProcess(LaunchSettings settings, int workerId, long launchedNanos, Process process, String marker) {
        this.settings = settings;
        this.workerId = workerId;
        this.launchedNanos = launchedNanos;
        this.process = process;
        this.worker = process.toHandle();
        this.ownPid = process.pid();
        this.oomKills = OomKills.from(process.pid());
        this.tree = new ProcessTree(process.toHandle(), marker);
        this.output = new ProcessOutput(
                process, settings.poolName() + "-worker-" + workerId, workerId == WorkerLauncher.TRAINEE);
    }

    static ChildProcess start(
            LaunchSettings settings, int workerId, long launchedNanos, ProcessBuilder command, String marker)
            throws IOException {
        Process process = null;
        try {
            process = command.start();
            return new ChildProcess(settings, workerId, launchedNanos, process, marker);
        } catch (Throwable e) {
            abandon(process, marker, e);
            throw e;
        }
    }

    /** It may run already, and nobody else knows of it. */
    private static void abandon(@Nullable Process process, String marker, Throwable why) {
        try {
            if (process != null) {
                process.destroyForcibly();
                process.getOutputStream().close();
                process.getInputStream().close();
                process.getErrorStream().close();
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            why.addSuppressed(e);
        }
        if (why instanceof OutOfMemoryError) {
            // Nor does the JDK itself, if it was that which found no thread.
            ProcessTree.killMarked(marker);
        }
    }

    /**
     * The worker says its own pid.
     *
     * @throws IOException if it cannot be the worker that was started
     */
    void introduces(long pid) throws IOException {
        if (settings.setup().commandPrefix().isEmpty()) {
            if (pid != process.pid()) {
                throw new IOException("it greeted with pid " + pid + " where " + process.pid() + " was expected");
            }
            return;
        }
        if (pid != process.pid()) {
            // In a pid namespace of its own it knows itself by another number; what was started stands for it then.
            worker = process.descendants()
                    .filter(descendant -> descendant.pid() == pid)
                    .findFirst()
                    .orElse(worker);
        }
        ownPid = pid;
        oomKills = OomKills.from(worker.pid());
    }

    long pid() {
        return worker.pid();
    }

    Duration uptime() {
        return Duration.ofNanos(System.nanoTime() - launchedNanos);
    }

    Process process() {
        return process;
    }

    List<String> lastOutput() {
        return output.tail();
    }

    /** On which the virtual machine says why it cannot start. */
    List<String> lastStandardOutput() {
        return output.standardOutputTail();
    }

    CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    void terminate() {
        tree.remember();
        worker.destroy();
    }

    void kill() {
        killed |= process.isAlive();
        tree.kill();
    }

    /** Waits for its end a little; what follows an end, such as a broken pipe, may be noticed before that. */
    boolean isAboutToEnd() {
        return waitFor(EXIT_WAIT_MILLIS) != null;
    }

    /** Waits for its end, and kills it if it does not end by itself; afterwards nothing of it is left. */
    WorkerExit awaitExit(WorkerExit.Reason reason, Supplier<WorkerVitals> lastVitals) {
        Integer exitCode = waitFor(EXIT_WAIT_MILLIS);
        // The JDK's own thread that buries processes may have died of a full heap.
        for (int kills = 0; exitCode == null && kills < KILLS && ProcessIdentity.runs(pid()); kills++) {
            kill();
            exitCode = waitFor(KILL_AGAIN_MILLIS);
        }
        for (int looks = 1; !tree.tryKillRemains() && looks < LOOKS; looks++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_AGAIN_MILLIS));
        }
        List<String> lastOutput = output.awaitEnd(OUTPUT_WAIT_MILLIS);
        return new WorkerExit(
                workerId,
                pid(),
                reason,
                exitCode,
                uptime(),
                lastOutput,
                CrashReport.find(settings, ownPid, uptime()).orElse(null),
                exitCode != null && exitCode == SIGKILLED ? killer() : null,
                lastVitals.get());
    }

    private @Nullable String killer() {
        if (killed) {
            return "by the executor";
        }
        OptionalLong strikes = oomKills.count();
        if (strikes.isEmpty()) {
            return null;
        }
        return strikes.getAsLong() == 0
                ? "by hand or by another program, for the kernel's OOM killer did not strike in its control group"
                : "by the kernel's OOM killer, which struck " + strikes.getAsLong()
                        + " times in its control group while it lived";
    }

    private @Nullable Integer waitFor(long millis) {
        boolean interrupted = false;
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            while (true) {
                try {
                    boolean ended = process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    return ended ? process.exitValue() : null;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
