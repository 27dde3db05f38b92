package io.processexecutor.internal.protocol;

import io.processexecutor.internal.os.ProcessIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StreamCorruptedException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What a worker is told on its standard input, which nobody else can read, after its {@link Token}.
 *
 * @param workerId the worker's number
 * @param address where its parent listens
 * @param statusPage its status page
 * @param sharedFiles the directory of the files through which large payloads travel; null if there is none
 * @param parent its parent process
 * @param serialization what its serializers are told, opaque here
 * @param expected what its first task is likely to need, opaque here; empty if that is not known
 */
public record WorkerSettings(
        int workerId,
        String address,
        Path statusPage,
        @Nullable Path sharedFiles,
        ProcessIdentity parent,
        String serialization,
        String expected) {

    /** Set to true in a worker that only loads what tasks need, and runs nothing of the application's. */
    public static final String REHEARSAL_PROPERTY = "process-executor.worker.rehearsal";

    /** Set in every worker, to its number; nowhere else. */
    public static final String WORKER_PROPERTY = "process-executor.worker";

    /**
     * Set in a worker whose heap is limited, in bytes: when its heap is fuller than this, a collection tells what is really
     * held.
     */
    public static final String COLLECT_ABOVE_PROPERTY = "process-executor.worker.collect-above";

    /**
     * As much of a worker's heap is free after a full collection, unless the user says something of the heap. With 85 a list
     * of a million numbers, with 90 one of two million can settle where each task fills the heap for a full collection in
     * between, at three times the cost.
     */
    public static final int WORKING_FREE_PERCENT = 95;

    /** Names the class behind {@code SocketChannel}, so that a worker need not look for one; removed once that has served. */
    public static final String SELECTOR_PROVIDER_PROPERTY = "java.nio.channels.spi.SelectorProvider";

    /**
     * Tells whether this virtual machine is a worker.
     *
     * @return true in a worker
     */
    public static boolean inWorker() {
        return System.getProperty(WORKER_PROPERTY) != null;
    }

    /**
     * Writes the settings and closes the stream.
     *
     * @param stdin the worker's standard input
     * @throws IOException if the worker is gone
     */
    public void writeTo(OutputStream stdin) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("worker-id", Integer.toString(workerId));
        properties.setProperty("address", address);
        properties.setProperty("status-page", statusPage.toString());
        if (sharedFiles != null) {
            properties.setProperty("shared-files", sharedFiles.toString());
        }
        properties.setProperty("parent-pid", Long.toString(parent.pid()));
        properties.setProperty("parent-start", Long.toString(parent.startMark()));
        properties.setProperty("serialization", serialization);
        properties.setProperty("expected", expected);
        try (Writer writer = new OutputStreamWriter(stdin, StandardCharsets.UTF_8)) {
            properties.store(writer, null);
        }
    }

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @param stdin this worker's standard input
     * @return the settings
     * @throws IOException if they are not there
     */
    public static WorkerSettings readFrom(InputStream stdin) throws IOException {
        Properties properties = new Properties();
        properties.load(new InputStreamReader(stdin, StandardCharsets.UTF_8));
        String sharedFiles = properties.getProperty("shared-files");
        return new WorkerSettings(
                Integer.parseInt(required(properties, "worker-id")),
                required(properties, "address"),
                Path.of(required(properties, "status-page")),
                sharedFiles == null ? null : Path.of(sharedFiles),
                new ProcessIdentity(
                        Long.parseLong(required(properties, "parent-pid")),
                        Long.parseLong(required(properties, "parent-start"))),
                required(properties, "serialization"),
                required(properties, "expected"));
    }

    private static String required(Properties properties, String key) throws IOException {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new StreamCorruptedException("no " + key + " on standard input: a worker is started by its parent"
                    + " process only, not by hand");
        }
        return value;
    }
}
