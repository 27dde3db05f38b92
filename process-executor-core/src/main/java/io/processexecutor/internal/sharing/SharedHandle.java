package io.processexecutor.internal.sharing;

import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.runtime.Encoded;
import io.processexecutor.serialization.shared.SharedReference;
import io.processexecutor.serialization.shared.SharedUse;
import java.io.Serial;
import java.io.Serializable;
import java.lang.ref.Cleaner;
import java.util.Collection;

/** What a user has of something that was shared. In a graph that travels a reference takes its place. */
abstract class SharedHandle implements SharedUse, Serializable {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient SharedObject shared;
    private final transient SharedReference reference;
    private final transient Cleaner.Cleanable discarded;

    SharedHandle(SharedObject shared, SharedReference reference) {
        this.shared = shared;
        this.reference = reference;
        this.discarded = shared.watch(this);
    }

    /** May be called by anybody, at any time. */
    public void close() {
        shared.close();
        discarded.clean();
    }

    final IllegalStateException closed() {
        return new IllegalStateException(shared.name() + " is closed");
    }

    @Override
    public final boolean retain() {
        return shared.retain();
    }

    @Override
    public final void release() {
        shared.release();
    }

    @Override
    public final boolean needsPreparedWorker() {
        Encoded encoded = shared.encoded();
        return encoded != null && encoded.needsPreparedWorker();
    }

    @Override
    public final byte[] definitions(Collection<String> names) {
        Encoded encoded = shared.encoded();
        return encoded == null ? new byte[0] : encoded.definitions(names);
    }

    @Serial
    final Object writeReplace() {
        String refusal = shared.refusal(this);
        if (refusal != null) {
            throw Refusal.of(Refusal.Kind.SHARED, this, refusal);
        }
        return reference;
    }

    @Override
    public final String toString() {
        return shared.name();
    }
}
