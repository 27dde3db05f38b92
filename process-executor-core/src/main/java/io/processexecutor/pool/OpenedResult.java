package io.processexecutor.pool;

import io.processexecutor.internal.protocol.Message.Done;
import io.processexecutor.internal.protocol.PayloadFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a task returned, with its file open if it is in one: so it can be read even when the files of the pool are gone. To be
 * closed by who was to read it, which deletes the file.
 */
final class OpenedResult implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(OpenedResult.class);

    private final PayloadFiles files;
    private final Done done;
    private final @Nullable InputStream source;
    private final @Nullable Throwable failure;

    private OpenedResult(PayloadFiles files, Done done, @Nullable InputStream source, @Nullable Throwable failure) {
        this.files = files;
        this.done = done;
        this.source = source;
        this.failure = failure;
    }

    /** Never fails; {@link #source} does, where that is somebody's business. */
    static OpenedResult open(PayloadFiles files, Done done) {
        try {
            return new OpenedResult(files, done, files.open(done.result()), null);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            return new OpenedResult(files, done, null, e);
        }
    }

    Done done() {
        return done;
    }

    InputStream source() throws IOException {
        if (source == null) {
            throw new IOException("it could not be opened: " + failure, failure);
        }
        return source;
    }

    @Override
    public void close() {
        try {
            if (source != null) {
                source.close();
            }
        } catch (IOException e) {
            log.debug("Cannot close what was read", e);
        } finally {
            files.delete(done.result());
        }
    }
}
