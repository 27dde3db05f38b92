package io.processexecutor.pool;

import io.processexecutor.internal.files.SharedFiles;
import io.processexecutor.internal.files.SpillingOutput;
import io.processexecutor.internal.process.WorkerLauncher;
import io.processexecutor.internal.protocol.Message.Release;
import io.processexecutor.internal.sharing.SharedStorage;
import io.processexecutor.serialization.shared.FileSource;
import io.processexecutor.serialization.shared.SharedSource;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In a file for each, which the workers find by its path when they decode the first task that refers to it: so a worker
 * that is late, or replaces another, needs nothing to be sent to it.
 *
 * @param launcher has the places for files
 * @param workers all there are
 */
record PoolStorage(WorkerLauncher launcher, Set<PooledWorker> workers) implements SharedStorage {

    private static final Logger log = LoggerFactory.getLogger(PoolStorage.class);
    private static final int BUFFER_BYTES = 64 * 1024;

    @Override
    public SharedSource store(long id, Content content) throws IOException {
        String name = "shared-" + id;
        try (SpillingOutput output = new SpillingOutput(create(name), () -> launcher.createFile(name))) {
            OutputStream sink = new BufferedOutputStream(output, BUFFER_BYTES);
            content.writeTo(sink);
            sink.flush();
            return new FileSource(output.done());
        }
    }

    private Path create(String name) throws IOException {
        SharedFiles memory = launcher.sharedFiles();
        if (memory != null) {
            try {
                return memory.create(name);
            } catch (IOException e) {
                // Somebody cleared up there, as some systems do when a user logs out, or there is no room for one more.
                log.debug("No file in {}", memory.directory(), e);
            }
        }
        return launcher.createFile(name);
    }

    @Override
    public void drop(long id) {
        workers.forEach(worker -> worker.send(new Release(id)));
    }
}
