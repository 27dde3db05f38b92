package io.processexecutor.internal.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.processexecutor.WorkerStartException;
import io.processexecutor.internal.protocol.ClassPathFingerprint;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.ProcessIdentity;
import io.processexecutor.internal.protocol.StatusPage;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Launches the workers of one pool. Safe for use by many threads. */
public final class WorkerLauncher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkerLauncher.class);

    private final LaunchSettings settings;
    private final String serialization;
    private final String marker;
    private final Set<Process> launching = ConcurrentHashMap.newKeySet();
    private @Nullable WorkerDirectory directory;
    private @Nullable Deployment deployment;
    private long classPathFingerprint;
    private volatile boolean closed;

    /**
     * Creates one; touches neither disk nor processes.
     *
     * @param settings what all workers are launched with
     * @param serialization what their serializers are told, opaque here
     */
    public WorkerLauncher(LaunchSettings settings, String serialization) {
        this.serialization = serialization;
        this.settings = settings;
        String inherited = System.getenv(WorkerCommand.ENVIRONMENT_MARKER);
        this.marker = (inherited == null ? "" : inherited + "/") + UUID.randomUUID();
    }

    /**
     * Launches a worker and waits until it has proved itself.
     *
     * @param workerId its number
     * @return the worker, ready for its first task
     * @throws WorkerStartException if it does not come up in time; nothing of it is left then
     */
    public WorkerProcess launch(int workerId) {
        long launched = System.nanoTime();
        Process process = null;
        ProcessOutput output = null;
        List<String> command = List.of();
        try {
            WorkerDirectory files = directory();
            Deployment deployment = deployment();
            StatusPage.create(files.statusPage(workerId));
            try (Rendezvous rendezvous = new Rendezvous(files.socket(workerId))) {
                String workerMarker = marker + "-" + workerId;
                ProcessBuilder builder =
                        WorkerCommand.build(settings, deployment, workerId, workerMarker, files.argumentFile(workerId));
                command = builder.command();
                process = builder.start();
                register(process);
                output = new ProcessOutput(process, settings.poolName() + "-worker-" + workerId);
                settingsOf(workerId, rendezvous, files).writeTo(process.getOutputStream());
                long deadline = launched + Math.min(NANOSECONDS.convert(settings.startTimeout()), Long.MAX_VALUE / 4);
                Connection connection = new Connection(rendezvous.await(deadline, process::isAlive));
                try {
                    greet(connection, process, deadline);
                    StatusPage.Reader page = new StatusPage.Reader(files.statusPage(workerId));
                    ProcessTree tree = new ProcessTree(process.toHandle(), workerMarker);
                    WorkerProcess worker =
                            new WorkerProcess(workerId, process, tree, launched, connection, page, output, files);
                    // A process that a task started may hold the worker's end of the connection open.
                    CompletableFuture<Void> unused = process.onExit()
                            .thenRunAsync(worker::disconnect, CompletableFuture.delayedExecutor(2, SECONDS));
                    return worker;
                } catch (IOException | RuntimeException | Error e) {
                    connection.close();
                    throw e;
                }
            } finally {
                files.deleteLaunchFiles(workerId);
                if (process != null) {
                    launching.remove(process);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            throw failed(workerId, process, output, command, launched, e);
        }
    }

    /** Kills the workers that are being launched, so that nobody waits for them; later launches fail. */
    public void abandonLaunches() {
        closed = true;
        launching.forEach(Process::destroyForcibly);
    }

    /** Removes the pool's directory. To be called when the last worker is gone. */
    @Override
    public synchronized void close() {
        abandonLaunches();
        if (directory != null) {
            directory.close();
            directory = null;
        }
    }

    private synchronized WorkerDirectory directory() throws IOException {
        if (closed) {
            throw new IOException("the pool is being closed");
        }
        // Somebody may clear up in the directory for temporary files.
        if (directory == null || !directory.exists()) {
            directory = WorkerDirectory.create();
        }
        return directory;
    }

    /** Found out at the first launch, so that a jar which is replaced afterwards is noticed. */
    private synchronized Deployment deployment() {
        if (deployment == null) {
            deployment = settings.classPath().isEmpty()
                    ? Deployment.detect(settings.classLoader())
                    : Deployment.of(settings.classPath());
            classPathFingerprint = ClassPathFingerprint.of(deployment.classPath());
        }
        return deployment;
    }

    private synchronized long fingerprint() {
        return classPathFingerprint;
    }

    private void register(Process process) throws IOException {
        launching.add(process);
        if (closed) {
            throw new IOException("the pool is being closed");
        }
    }

    private WorkerSettings settingsOf(int workerId, Rendezvous rendezvous, WorkerDirectory files) throws IOException {
        ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid());
        return new WorkerSettings(
                workerId, rendezvous.address(), rendezvous.token(), files.statusPage(workerId), self, serialization);
    }

    private void greet(Connection connection, Process process, long deadlineNanos) throws IOException {
        if (!(connection.receiveWithin(deadlineNanos - System.nanoTime()) instanceof Message.Hello hello)) {
            throw new IOException("its first message was no greeting");
        }
        if (hello.protocolVersion() != Message.PROTOCOL_VERSION || hello.pid() != process.pid()) {
            throw new IOException("it greeted with protocol version " + hello.protocolVersion() + " and pid "
                    + hello.pid() + " where " + Message.PROTOCOL_VERSION + " and " + process.pid() + " were expected");
        }
        String vmVersion = System.getProperty("java.vm.version", "");
        if (!hello.vmVersion().equals(vmVersion)) {
            throw new IOException("it runs on Java " + hello.vmVersion() + " and the application on " + vmVersion
                    + ": the Java installation was replaced since the application started; restart the application");
        }
        if (hello.classPathFingerprint() != fingerprint()) {
            log.warn(
                    "{} - A jar of the class path was replaced since the first worker started. New workers run other"
                            + " code than this application: restart it",
                    settings.poolName());
        }
    }

    private WorkerStartException failed(
            int workerId,
            @Nullable Process process,
            @Nullable ProcessOutput output,
            List<String> command,
            long launched,
            Throwable cause) {
        StringBuilder message = new StringBuilder(settings.poolName() + " - Worker " + workerId);
        List<String> tail = List.of();
        if (process == null) {
            message.append(" could not be launched: ")
                    .append(cause instanceof IOException ? cause.getMessage() : cause.toString());
        } else {
            boolean ended = !process.isAlive();
            process.destroyForcibly();
            tail = output == null ? List.of() : output.awaitEnd(500);
            Duration after = Duration.ofNanos(System.nanoTime() - launched);
            message.append(" (pid ").append(process.pid()).append(") did not come up: ");
            message.append(cause instanceof IOException ? cause.getMessage() : cause.toString())
                    .append(", after ")
                    .append(after.toMillis())
                    .append(" ms (start timeout ");
            message.append(settings.startTimeout().toMillis()).append(" ms)");
            if (ended) {
                message.append(", exit code ").append(exitCode(process));
            }
            if (!tail.isEmpty()) {
                message.append("\nLast lines of its stderr:\n").append(String.join("\n", tail));
            }
        }
        synchronized (this) {
            if (directory != null) {
                directory.deleteAll(workerId);
            }
        }
        return new WorkerStartException(message.toString(), command, tail, cause);
    }

    private static String exitCode(Process process) {
        try {
            return process.waitFor(1, TimeUnit.SECONDS) ? Integer.toString(process.exitValue()) : "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
