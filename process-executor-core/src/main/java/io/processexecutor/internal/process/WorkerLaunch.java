package io.processexecutor.internal.process;

import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerStartException;
import io.processexecutor.WorkerVitals;
import io.processexecutor.internal.files.SharedFiles;
import io.processexecutor.internal.os.ProcessIdentity;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Hello;
import io.processexecutor.internal.protocol.StatusPage;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One attempt to bring up a worker, and what there is to say if it fails. */
final class WorkerLaunch {

    /** How the virtual machine ends when it finds itself broken. */
    private static final int SIGABRT = 128 + 6;

    private final LaunchSettings settings;
    private final WorkerDirectory files;
    private final int workerId;
    private final String marker;
    private final long beganNanos = System.nanoTime();

    private List<String> command = List.of();
    private @Nullable SharedFiles sharedFiles;
    private volatile @Nullable ChildProcess child;
    private @Nullable WorkerProcess worker;
    private @Nullable Integer exitCode;

    WorkerLaunch(LaunchSettings settings, WorkerDirectory files, int workerId, String marker) {
        this.settings = settings;
        this.files = files;
        this.workerId = workerId;
        this.marker = marker;
    }

    /** Starts the process and tells it what it must know. */
    void start(
            Deployment deployment,
            List<String> options,
            Rendezvous rendezvous,
            Supplier<@Nullable SharedFiles> sharing,
            String serialization,
            String expected)
            throws IOException {
        StatusPage.create(files.statusPage(workerId));
        WorkerCommand tried =
                WorkerCommand.build(settings, deployment, options, workerId, marker, files.argumentFile(workerId));
        command = tried.words();
        ChildProcess started = ChildProcess.start(settings, workerId, beganNanos, tried.builder(), marker);
        child = started;
        // While the virtual machine starts.
        SharedFiles shared = sharing.get();
        sharedFiles = shared;
        WorkerSettings told = new WorkerSettings(
                workerId,
                rendezvous.address(),
                files.statusPage(workerId),
                shared == null ? null : shared.directory(),
                ProcessIdentity.of(ProcessHandle.current().pid()),
                serialization,
                expected);
        tell(started, rendezvous, told);
    }

    /** Who does not read what it is told, such as a prefix that keeps its standard input, must not be waited for. */
    private void tell(ChildProcess started, Rendezvous rendezvous, WorkerSettings told) throws IOException {
        CompletableFuture<Void> heard = new CompletableFuture<>();
        CompletableFuture<Void> unused = heard.orTimeout(deadlineNanos() - System.nanoTime(), TimeUnit.NANOSECONDS)
                .whenComplete((nothing, tooLate) -> {
                    if (tooLate != null) {
                        started.kill();
                    }
                });
        try {
            rendezvous.token().writeTo(started.process().getOutputStream());
            told.writeTo(started.process().getOutputStream());
        } catch (IOException e) {
            if (heard.isDone()) {
                throw new IOException("it did not read its standard input in time", e);
            }
            throw started.isAboutToEnd() ? new IOException(Rendezvous.NEVER_CONNECTED, e) : e;
        } finally {
            heard.complete(null);
        }
    }

    private long deadlineNanos() {
        return beganNanos + Math.min(TimeUnit.NANOSECONDS.convert(settings.startTimeout()), Long.MAX_VALUE / 4);
    }

    /** Waits until it has proved itself. */
    Hello meet(Rendezvous rendezvous) throws IOException {
        ChildProcess started = started();
        long deadline = deadlineNanos();
        Connection connection = new Connection(
                rendezvous.await(deadline, () -> started.process().isAlive()));
        try {
            if (!(connection.receiveWithin(deadline - System.nanoTime()) instanceof Hello hello)) {
                throw new IOException("its first message was no greeting");
            }
            if (hello.protocolVersion() != Message.PROTOCOL_VERSION) {
                throw new IOException("it greeted with protocol version " + hello.protocolVersion() + " where "
                        + Message.PROTOCOL_VERSION + " was expected");
            }
            started.introduces(hello.pid());
            StatusPage.Reader page = new StatusPage.Reader(files.statusPage(workerId));
            worker = new WorkerProcess(workerId, started, connection, page, files, sharedFiles);
            return hello;
        } catch (IOException | RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    WorkerProcess worker() {
        WorkerProcess up = worker;
        if (up == null) {
            throw new IllegalStateException("worker " + workerId + " did not come up");
        }
        return up;
    }

    /** Kills what was started so far; who waits for it gives up. */
    void kill() {
        ChildProcess started = child;
        if (started != null) {
            started.kill();
        }
    }

    /** Clears up, and says what happened. */
    WorkerStartException failed(Throwable cause) {
        String why = cause instanceof IOException ? cause.getMessage() : cause.toString();
        StringBuilder message = new StringBuilder(settings.poolName() + " - Worker " + workerId);
        List<String> tail = List.of();
        ChildProcess started = child;
        if (started == null) {
            message.append(" could not be launched with its files in ")
                    .append(files.path())
                    .append(": ")
                    .append(why);
        } else {
            WorkerExit exit = end(started, cause);
            tail = exit.lastOutput();
            exitCode = exit.exitCode().isPresent() ? exit.exitCode().getAsInt() : null;
            message.append(" (pid ")
                    .append(exit.pid())
                    .append(") did not come up: ")
                    .append(why);
            message.append(", after ").append(exit.uptime().toMillis()).append(" ms (start timeout ");
            message.append(settings.startTimeout().toMillis()).append(" ms), ").append(exit.describe());
            exit.crashReport()
                    .ifPresent(report -> message.append("\nCrash report: ").append(report));
            append(message, "stderr", tail);
            if (worker == null) {
                // The virtual machine says there why it cannot start; later it is only what tasks print.
                List<String> printed = started.lastStandardOutput();
                append(message, "stdout", printed);
                tail = Stream.concat(tail.stream(), printed.stream()).toList();
            }
        }
        files.deleteAll(workerId);
        return new WorkerStartException(message.toString(), command, tail, cause);
    }

    private static void append(StringBuilder message, String stream, List<String> lines) {
        if (!lines.isEmpty()) {
            message.append("\nLast lines of its ").append(stream).append(":\n").append(String.join("\n", lines));
        }
    }

    /** Whether the virtual machine itself failed, before it had run anything that could be to blame. */
    boolean hasCrashedAtOnce() {
        return worker == null && exitCode != null && exitCode == SIGABRT;
    }

    private WorkerExit end(ChildProcess started, Throwable cause) {
        // One that hung up is about to end by itself, and its exit code tells more than that of a kill.
        if (!(cause instanceof EOFException)) {
            started.kill();
        }
        WorkerExit exit = started.awaitExit(WorkerExit.Reason.CRASHED, () -> WorkerVitals.UNKNOWN);
        if (worker != null) {
            worker.release();
        }
        return exit;
    }

    private ChildProcess started() {
        ChildProcess started = child;
        if (started == null) {
            throw new IllegalStateException("worker " + workerId + " was not started");
        }
        return started;
    }
}
