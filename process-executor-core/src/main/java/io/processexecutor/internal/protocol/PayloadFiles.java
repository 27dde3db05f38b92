package io.processexecutor.internal.protocol;

import io.processexecutor.internal.files.FileInput;
import io.processexecutor.internal.files.SharedFiles;
import io.processexecutor.internal.protocol.Message.Done;
import io.processexecutor.internal.protocol.Message.Failed;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where one process puts payloads that are large, and finds those of the others. The parent deletes them all: what it sent
 * once the task is done, what it was sent once that is decoded or the worker is dead. Safe for use by many threads.
 */
public final class PayloadFiles {

    private static final String TAKEN = "taken-";

    /** For those who need no files. */
    public static final PayloadFiles NONE = new PayloadFiles(null, null, "");

    private final @Nullable Supplier<@Nullable SharedFiles> maker;
    private final @Nullable SharedFiles known;
    private final String prefix;
    private final AtomicLong last = new AtomicLong();

    private PayloadFiles(@Nullable Supplier<@Nullable SharedFiles> maker, @Nullable SharedFiles known, String prefix) {
        this.maker = maker;
        this.known = known;
        this.prefix = prefix;
    }

    /**
     * Those of the parent.
     *
     * @param directory makes the directory when it is first asked for; gives null if there is none
     * @return the files
     */
    public static PayloadFiles ofParent(Supplier<@Nullable SharedFiles> directory) {
        return new PayloadFiles(directory, null, "task-");
    }

    /**
     * Those of a worker.
     *
     * @param workerId the worker
     * @param directory null if there is none
     * @return the files
     */
    public static PayloadFiles ofWorker(int workerId, @Nullable SharedFiles directory) {
        return new PayloadFiles(null, directory, prefixOf(workerId));
    }

    /**
     * Deletes what a dead worker left: what it had not finished or could not say that it had.
     *
     * @param directory where
     * @param workerId the worker
     */
    public static void clearAfter(int workerId, SharedFiles directory) {
        directory.deleteAll(prefixOf(workerId));
    }

    /**
     * Opens a payload.
     *
     * @param payload the payload; not changed
     * @return its bytes; to be closed
     * @throws IOException if its file is not there, is not what it is said to be, or has more in it than can ever fit into
     *     the heap of this process
     */
    public InputStream open(Payload payload) throws IOException {
        String name = payload.file();
        if (name == null) {
            return PayloadOutput.open(payload.bytes());
        }
        long most = Runtime.getRuntime().maxMemory();
        if (payload.size() > most) {
            // To try would cost the process its health, for one task.
            throw new IOException("its encoded form of " + payload.size() + " bytes does not fit into the heap of the"
                    + " process that is to read it (max " + most + "); raise the max heap of that, or pass a reference,"
                    + " such as a file name, in place of the data");
        }
        return new FileInput(required().find(name), payload.size());
    }

    /**
     * Deletes the file of a payload, if it is in one.
     *
     * @param payload the payload; never to be opened again
     */
    public void delete(Payload payload) {
        String name = payload.file();
        if (name != null) {
            delete(name);
        }
    }

    /**
     * Takes over the file of a reply, which is from here on not deleted with what its worker leaves behind.
     *
     * @param message what arrived
     * @return the same if it has no file
     */
    public Message take(Message message) {
        if (message instanceof Done done && done.result().file() != null) {
            return new Done(done.taskId(), done.timings(), take(done.result()));
        }
        if (message instanceof Failed failed && failed.throwable().file() != null) {
            return new Failed(
                    failed.taskId(),
                    failed.timings(),
                    failed.unhealthy(),
                    failed.fault(),
                    failed.copy(),
                    take(failed.throwable()));
        }
        return message;
    }

    private Payload take(Payload payload) {
        SharedFiles files = directory();
        String name = payload.file();
        boolean renamed = files != null && name != null && files.rename(name, TAKEN + name);
        // Who opens it says what is the matter.
        return renamed ? Payload.inFile(TAKEN + name, payload.size()) : payload;
    }

    /** A name that nobody else has. */
    String newName() {
        return prefix + last.incrementAndGet();
    }

    /** Makes a new file. */
    Path create(String name) throws IOException {
        return required().create(name);
    }

    void delete(String name) {
        SharedFiles files = directory();
        if (files != null) {
            files.delete(name);
        }
    }

    private @Nullable SharedFiles directory() {
        return maker == null ? known : maker.get();
    }

    private SharedFiles required() throws IOException {
        SharedFiles files = directory();
        if (files == null) {
            throw new FileNotFoundException("there is no directory for large payloads");
        }
        return files;
    }

    private static String prefixOf(int workerId) {
        return "result-" + workerId + "-";
    }
}
