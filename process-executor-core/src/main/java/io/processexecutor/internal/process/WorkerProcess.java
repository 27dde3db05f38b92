package io.processexecutor.internal.process;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerVitals;
import io.processexecutor.internal.files.SharedFiles;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.PayloadFiles;
import io.processexecutor.internal.protocol.StatusPage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker that came up. Safe for use by many threads, but for {@link Connection#receive}. */
public final class WorkerProcess {

    private static final Logger log = LoggerFactory.getLogger(WorkerProcess.class);

    private final int workerId;
    private final ChildProcess child;
    private final Connection connection;
    private final StatusPage.Reader statusPage;
    private final WorkerDirectory directory;
    private final @Nullable SharedFiles sharedFiles;

    WorkerProcess(
            int workerId,
            ChildProcess child,
            Connection connection,
            StatusPage.Reader statusPage,
            WorkerDirectory directory,
            @Nullable SharedFiles sharedFiles) {
        this.workerId = workerId;
        this.child = child;
        this.connection = connection;
        this.statusPage = statusPage;
        this.directory = directory;
        this.sharedFiles = sharedFiles;
        // A process that a task started may hold the worker's end of the connection open.
        CompletableFuture<Void> unused =
                child.onExit().thenRunAsync(connection::peerDied, CompletableFuture.delayedExecutor(2, SECONDS));
    }

    /**
     * The worker's number.
     *
     * @return as it was launched with
     */
    public int workerId() {
        return workerId;
    }

    /**
     * The process id.
     *
     * @return the id the operating system gave it
     */
    public long pid() {
        return child.pid();
    }

    /**
     * How long it lives.
     *
     * @return since its launch
     */
    public Duration uptime() {
        return child.uptime();
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

    /**
     * What it takes.
     *
     * @return as of its last heartbeat, also after its death
     */
    public WorkerVitals vitals() {
        StatusPage.Snapshot status = status();
        if (status == null) {
            return WorkerVitals.UNKNOWN;
        }
        StatusPage.Memory memory = status.memory();
        StatusPage.Effort effort = status.effort();
        return new WorkerVitals(
                memory.rss(),
                memory.heap(),
                memory.metaspace(),
                effort.gcCount(),
                Duration.ofMillis(effort.gcMillis()),
                Duration.ofMillis(effort.cpuMillis()));
    }

    /**
     * The last lines of its standard error so far.
     *
     * @return oldest first
     */
    public List<String> lastOutput() {
        return child.lastOutput();
    }

    /** Asks the virtual machine to end, which runs its shutdown hooks; returns at once. */
    public void terminate() {
        child.terminate();
    }

    /** Kills the process and those it started; returns at once. */
    public void kill() {
        child.kill();
    }

    /**
     * Waits for the end of a worker whose connection ended, and kills it if it does not end by itself. Afterwards no
     * process of it is left; its status page can still be read.
     *
     * @param reason why it ends
     * @return how it ended
     */
    public WorkerExit awaitExit(WorkerExit.Reason reason) {
        return child.awaitExit(reason, this::vitals);
    }

    /** Waits for the end of a worker that was asked for it; returns whether it came in time. */
    boolean awaitEnd(Duration atMost) {
        try {
            Process unused = child.onExit().get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
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
        if (sharedFiles != null) {
            PayloadFiles.clearAfter(workerId, sharedFiles);
        }
    }

    /** Ends the connection, which the thread that receives takes for the worker's end. */
    private void disconnect() {
        try {
            connection.close();
        } catch (IOException e) {
            log.debug("Cannot close the connection of worker {}", workerId, e);
        }
    }
}
