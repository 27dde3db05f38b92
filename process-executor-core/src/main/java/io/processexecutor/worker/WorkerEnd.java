package io.processexecutor.worker;

import io.processexecutor.internal.files.AbandonedDirectory;
import io.processexecutor.internal.os.ProcessTree;
import io.processexecutor.internal.protocol.Connection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The ways in which a worker ends that it has in its own hands. */
final class WorkerEnd {

    /** What a worker that lost its parent ends with; nobody is left to read it. */
    private static final int ORPHANED = 0;

    /** What is to be done first takes a moment; but on a busy machine, nobody else ends what the tasks started. */
    private static final long ORPHAN_GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How long the system may take to bury a parent that hung up. */
    private static final long BURIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** Shorter than the parent waits for the end of a worker that hung up. */
    private static final long HOOKS_GRACE_NANOS = TimeUnit.SECONDS.toNanos(4);

    private static final AtomicBoolean orphaned = new AtomicBoolean();

    private static volatile @Nullable AbandonedDirectory sharedFiles;
    private static volatile @Nullable AbandonedDirectory directory;

    /** Of whoever called {@code System.exit} it cannot be found out what they wanted to say. */
    private static volatile int exitCode = 1;

    private static volatile boolean hooks = true;

    private WorkerEnd() {}

    /**
     * For one that only rehearses, where nobody has registered any: what the orderly end of a virtual machine loads would
     * be loaded by every worker as it starts.
     */
    static void withoutHooks() {
        hooks = false;
    }

    /** Ends as asked, with the shutdown hooks that the tasks' libraries registered. */
    static void exit(int code) {
        if (!hooks) {
            // Of what an orderly end takes, the archive is to have this.
            Halt unused = new Halt(System.nanoTime(), code);
            Runtime.getRuntime().halt(code);
        }
        exitCode = code;
        System.exit(code);
    }

    /**
     * What an orphan does not leave behind.
     *
     * @param shared the pool's files in memory, if there are any
     * @param pool its other ones
     */
    static void files(@Nullable Path shared, Path pool) {
        sharedFiles = shared == null ? null : new AbandonedDirectory(shared);
        directory = new AbandonedDirectory(pool);
    }

    /** The parent is gone: so must be what the tasks started and then this process, whatever its threads are doing. */
    static void orphaned() {
        if (!orphaned.compareAndSet(false, true)) {
            // The other who noticed must not be cut short.
            while (true) {
                LockSupport.park();
            }
        }
        try {
            haltAfter(ORPHAN_GRACE_NANOS, ORPHANED);
            boolean cleared = clearFiles(0);
            String marker = System.getenv(ProcessTree.MARKER);
            if (marker != null) {
                new ProcessTree(ProcessHandle.current(), marker).killRemains();
            }
            if (!cleared) {
                boolean unused = clearFiles(BURIAL_NANOS);
            }
        } finally {
            Runtime.getRuntime().halt(ORPHANED);
        }
    }

    /** What is in memory first, of which there is less. */
    private static boolean clearFiles(long nanos) {
        AbandonedDirectory memory = sharedFiles;
        AbandonedDirectory disk = directory;
        boolean cleared = memory == null || memory.delete(nanos);
        // Whoever let go of the one is about to let go of the other.
        long patience = memory != null && cleared ? BURIAL_NANOS : nanos;
        return (disk == null || disk.empty(patience)) && cleared;
    }

    /** This process cannot go on, and the parent must see a crash rather than a worker that is silent for ever. */
    static void broken(Throwable failure) {
        try {
            failure.printStackTrace();
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }

    /**
     * From the first moment of a shutdown, whoever began it, the parent knows that no further task is taken here; and a
     * hook that hangs does not hold up the end for ever.
     */
    static void guardShutdown(Connection connection) {
        Runtime.getRuntime().addShutdownHook(new Thread(new Shutdown(connection), "process-executor-shutdown"));
    }

    private static void haltAfter(long nanos, int code) {
        Thread thread = new Thread(new Halt(System.nanoTime() + nanos, code), "process-executor-halt");
        thread.setDaemon(true);
        thread.start();
    }

    private record Shutdown(Connection connection) implements Runnable {

        @Override
        public void run() {
            haltAfter(HOOKS_GRACE_NANOS, exitCode);
            try {
                connection.endOutput();
            } catch (IOException e) {
                // The parent knows already.
            }
        }
    }

    private record Halt(long deadlineNanos, int code) implements Runnable {

        @Override
        public void run() {
            long left;
            while ((left = deadlineNanos - System.nanoTime()) > 0) {
                LockSupport.parkNanos(left);
            }
            try {
                System.err.println("The shutdown hooks did not end in time");
            } finally {
                Runtime.getRuntime().halt(code);
            }
        }
    }
}
