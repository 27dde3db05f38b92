package io.processexecutor.internal.process;

import io.processexecutor.WorkerStartException;
import io.processexecutor.internal.files.SharedFiles;
import io.processexecutor.internal.os.ProcessTree;
import io.processexecutor.internal.protocol.ClassPathFingerprint;
import io.processexecutor.internal.protocol.Message.Hello;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Launches the workers of one pool. Safe for use by many threads. */
public final class WorkerLauncher implements AutoCloseable {

    /** The number of a worker that makes an archive; those of the pool count from one. */
    static final int TRAINEE = 0;

    private static final Logger log = LoggerFactory.getLogger(WorkerLauncher.class);

    private static final String REHEARSES = "-D" + WorkerSettings.REHEARSAL_PROPERTY + "=true";

    private final LaunchSettings settings;
    private final String serialization;
    private final Supplier<String> expected;
    private final Rehearsals rehearsals;
    private final ArchiveTraining training;
    private final String marker;
    private final Set<WorkerLaunch> launching = ConcurrentHashMap.newKeySet();
    private final AtomicLong refusals = new AtomicLong();
    private @Nullable WorkerDirectory directory;
    private @Nullable SharedFiles sharedFiles;
    private boolean soughtSharedFiles;
    private @Nullable Deployment deployment;
    private @Nullable ClassArchive archive;
    private boolean soughtArchive;
    private long classPathFingerprint;
    private volatile boolean closed;

    /**
     * Creates one; touches neither disk nor processes.
     *
     * @param settings what all workers are launched with
     * @param serialization what their serializers are told, opaque here
     * @param expected what the first task of one that is launched now is likely to need, opaque here; empty if that is
     *     not known
     * @param rehearsals what makes a worker load what others will, for an archive of that
     */
    public WorkerLauncher(
            LaunchSettings settings, String serialization, Supplier<String> expected, Rehearsals rehearsals) {
        this.rehearsals = rehearsals;
        this.training = new ArchiveTraining(settings, rehearsals);
        this.serialization = serialization;
        this.expected = expected;
        this.settings = settings;
        String inherited = System.getenv(ProcessTree.MARKER);
        this.marker = (inherited == null ? "" : inherited + "/") + UUID.randomUUID();
    }

    /**
     * Launches a worker and waits until it has proved itself and was introduced.
     *
     * @param workerId its number
     * @param introduction what is to be done before it is up
     * @return the worker, ready for its first task
     * @throws WorkerStartException if it does not come up in time; nothing of it is left then
     */
    public WorkerProcess launch(int workerId, WorkerIntroduction introduction) {
        ClassArchive archive = archive();
        if (archive == null) {
            return launch(workerId, introduction, List.of(), null);
        }
        ClassArchive best = rehearsals.prepare() ? archive.ofPrepared() : archive;
        List<String> options = best.useOptions();
        boolean bestIsMade = !options.isEmpty();
        ClassArchive used = bestIsMade ? best : archive;
        if (!bestIsMade) {
            options = new ArrayList<>(used.useOptions());
        }
        ClassArchive mapped = options.isEmpty() ? null : used;
        if (!bestIsMade && best.ours()) {
            options.addAll(classLoadLog(workerId));
        }
        WorkerProcess worker = launch(workerId, introduction, options, mapped);
        try {
            training.consider(used, more -> {
                List<String> all = new ArrayList<>(more);
                all.add(REHEARSES);
                // What tasks load is for the other archive, if there is to be one.
                List<String> classes = rehearsals.prepare() ? List.of() : loadedClasses();
                return launch(TRAINEE, rehearsals.unprepared(classes), all, null);
            });
        } catch (OutOfMemoryError e) {
            // The worker is up, and whoever launched it must be given it. There will be no archive.
        }
        return worker;
    }

    /** A worker has been prepared: from now on what that loads is worth an archive. */
    public void prepared() {
        ClassArchive archive = archive();
        if (archive != null && rehearsals.prepare()) {
            training.consider(
                    archive.ofPrepared(), more -> launch(TRAINEE, rehearsals.prepared(loadedClasses()), more, null));
        }
    }

    /** Has a worker write down what it loads, for the archive that there is not yet. */
    private List<String> classLoadLog(int workerId) {
        // Who has a worker run elsewhere, as another user say, may have it write nowhere, which the virtual machine
        // does not forgive.
        if (!settings.setup().commandPrefix().isEmpty()) {
            return List.of();
        }
        try {
            return ClassLoadLog.options(directory().classLoadLog(workerId));
        } catch (IOException e) {
            // The launch says what is the matter.
            return List.of();
        }
    }

    private List<String> loadedClasses() {
        try {
            return directory().loadedClasses();
        } catch (IOException e) {
            // So the training is about to say.
            return List.of();
        }
    }

    private WorkerProcess launch(
            int workerId, WorkerIntroduction introduction, List<String> options, @Nullable ClassArchive used) {
        WorkerDirectory files;
        try {
            files = directory();
        } catch (IOException e) {
            String message = settings.poolName() + " - Worker " + workerId
                    + " could not be launched, for there is no place for its files among the temporary ones (java.io.tmpdir="
                    + System.getProperty("java.io.tmpdir") + "): " + e;
            throw new WorkerStartException(message, List.of(), List.of(), e);
        }
        WorkerLaunch launch = new WorkerLaunch(settings, files, workerId, marker + "/" + workerId);
        launching.add(launch);
        try {
            try (Rendezvous rendezvous = new Rendezvous(files.socket(workerId), this::refused)) {
                launch.start(deployment(), options, rendezvous, this::sharedFiles, serialization, expected.get());
                if (closed) {
                    // Before its files are gone, which it would complain of.
                    launch.kill();
                    throw new IOException("the pool is being closed");
                }
                check(launch.meet(rendezvous));
            } finally {
                files.deleteLaunchFiles(workerId);
            }
            introduction.run(launch.worker());
            return launch.worker();
        } catch (IOException | RuntimeException | Error e) {
            WorkerStartException failure = launch.failed(e);
            if (used == null || closed || !launch.hasCrashedAtOnce()) {
                throw failure;
            }
            log.info(
                    "{} - Workers do without {}, which one did not survive", settings.poolName(), used.file(), failure);
            discard(used);
        } finally {
            launching.remove(launch);
        }
        return launch(workerId, introduction, List.of(), null);
    }

    /**
     * How many connections were turned away, since they did not present a worker's token.
     *
     * @return the count since this launcher was made
     */
    public long refusals() {
        return refusals.get();
    }

    /** Kills the workers that are being launched, so that nobody waits for them; later launches fail. */
    public void abandonLaunches() {
        closed = true;
        launching.forEach(WorkerLaunch::kill);
    }

    /** Removes the pool's directory. To be called when the last worker is gone. */
    @Override
    public void close() {
        abandonLaunches();
        // It has files in the directory.
        training.close();
        closeDirectory();
    }

    /**
     * Through which large payloads travel. Made with the first worker or before, since all workers must know them.
     *
     * @return the files; {@code null} if there is no place for any
     */
    public synchronized @Nullable SharedFiles sharedFiles() {
        if (!soughtSharedFiles && !closed) {
            soughtSharedFiles = true;
            try {
                sharedFiles = SharedFiles.forPool(marker);
            } catch (IOException e) {
                log.warn(
                        "{} - Large payloads go through the sockets of the workers, which takes longer: no directory for"
                                + " shared files could be made",
                        settings.poolName(),
                        e);
            }
        }
        return sharedFiles;
    }

    /**
     * Makes an empty file on disk, which goes with the pool at the latest.
     *
     * @param name its name, which no other file has
     * @return its path
     * @throws IOException if it cannot be made, for example since the pool ended
     */
    public synchronized Path createFile(String name) throws IOException {
        return directory().createFile(name);
    }

    private synchronized void closeDirectory() {
        if (sharedFiles != null) {
            sharedFiles.close();
        }
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
            if (directory != null) {
                directory.close();
            }
            directory = WorkerDirectory.create(marker);
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

    private synchronized @Nullable ClassArchive archive() {
        if (!soughtArchive) {
            try {
                archive = ClassArchive.of(settings, deployment(), directory().owner())
                        .orElse(null);
                soughtArchive = true;
            } catch (IOException e) {
                // The launch says what is the matter.
                return null;
            }
        }
        return archive;
    }

    private synchronized void discard(ClassArchive used) {
        used.discard();
        archive = null;
    }

    private synchronized long fingerprint() {
        return classPathFingerprint;
    }

    private void check(Hello hello) throws IOException {
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

    /** One who tries it again and again must not fill the log. */
    private void refused() {
        long count = refusals.incrementAndGet();
        if (count == 1) {
            log.warn(
                    "{} - Turned away a connection that did not present a worker's token. Further ones are counted only",
                    settings.poolName());
        } else {
            log.debug("{} - Turned away connection {}", settings.poolName(), count);
        }
    }
}
