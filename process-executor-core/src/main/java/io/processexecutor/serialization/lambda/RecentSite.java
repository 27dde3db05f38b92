package io.processexecutor.serialization.lambda;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The call site that was written last: most likely that of the task for which a worker is being started, which can link it
 * before the task arrives. Thread-safe.
 */
public final class RecentSite {

    private volatile byte @Nullable [] encoded;

    /** Creates one that knows of none. */
    public RecentSite() {}

    /**
     * Notes that a site was written.
     *
     * @param written the bytes of {@link LambdaSite#encoded}
     */
    public void note(byte[] written) {
        // The same again and again, mostly: then threads that write do not contend for it.
        if (encoded != written) {
            encoded = written;
        }
    }

    /**
     * The site.
     *
     * @return its bytes, not to be changed; empty if none was written yet
     */
    public Optional<byte[]> encoded() {
        return Optional.ofNullable(encoded);
    }
}
