package io.processexecutor.internal.process;

import io.processexecutor.WorkerExit;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.StatusPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker that came up. Safe for use by many threads, but for {@link Connection#receive}. */
public final class WorkerProcess {

    private static final Logger log = LoggerFactory.getLogger(WorkerProcess.class);

    private static final long EXIT_WAIT_MILLIS = 2000;
    private static final long OUTPUT_WAIT_MILLIS = 500;

    private final int workerId;
    private final Process process;
    private final ProcessTree tree;
    private final long launchedNanos;
    private final Connection connection;
    private final StatusPage.Reader statusPage;
    private final ProcessOutput output;
    private final WorkerDirectory directory;

    WorkerProcess(
            int workerId,
            Process process,
            ProcessTree tree,
            long launchedNanos,
            Connection connection,
            StatusPage.Reader statusPage,
            ProcessOutput output,
            WorkerDirectory directory) {
        this.workerId = workerId;
        this.process = process;
        this.tree = tree;
        this.launchedNanos = launchedNanos;
        this.connection = connection;
        this.statusPage = statusPage;
        this.output = output;
        this.directory = directory;
    }

    /**
     * The process id.
     *
     * @return the id the operating system gave it
     */
    public long pid() {
        return process.pid();
    }

    /**
     * How long it lives.
     *
     * @return since its launch
     */
    public Duration uptime() {
        return Duration.ofNanos(System.nanoTime() - launchedNanos);
    }

    /**
     * The way to talk to it.
     *
     * @return its connection
     */
    public Connection connection() {
        return connection;
    }

    /**
     * Reads its status page, also after its death.
     *
     * @return what stands there, or {@code null} if it cannot be read any more
     */
    public StatusPage.@Nullable Snapshot status() {
        try {
            return statusPage.read();
        } catch (IOException e) {
            log.debug("Cannot read the status page of worker {}", workerId, e);
            return null;
        }
    }

    /** Asks the virtual machine to end, which runs its shutdown hooks; returns at once. */
    public void terminate() {
        tree.terminate();
    }

    /** Kills the process and those it started; returns at once. */
    public void kill() {
        tree.kill();
    }

    /**
     * Waits for the end of a worker whose connection ended, and kills it if it does not end by itself. Afterwards no
     * process of it is left; its status page can still be read.
     *
     * @param reason why it ends
     * @return how it ended
     */
    public WorkerExit awaitExit(WorkerExit.Reason reason) {
        Integer exitCode = waitFor();
        if (exitCode == null) {
            kill();
            exitCode = waitFor();
        }
        tree.killRemains();
        List<String> lastOutput = output.awaitEnd(OUTPUT_WAIT_MILLIS);
        Path report = WorkerCommand.crashReport(Long.toString(pid()));
        return new WorkerExit(
                workerId,
                pid(),
                reason,
                exitCode,
                uptime(),
                lastOutput,
                Files.exists(report) ? report.toString() : null);
    }

    private @Nullable Integer waitFor() {
        boolean interrupted = false;
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EXIT_WAIT_MILLIS);
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

    /** Ends the connection, which the thread that receives takes for the worker's end. */
    void disconnect() {
        try {
            connection.close();
        } catch (IOException e) {
            log.debug("Cannot close the connection of worker {}", workerId, e);
        }
    }

    /** Gives back what this process held for it. */
    public void release() {
        disconnect();
        try {
            statusPage.close();
        } catch (IOException e) {
            log.debug("Cannot close the status page of worker {}", workerId, e);
        }
        directory.deleteAll(workerId);
    }
}
