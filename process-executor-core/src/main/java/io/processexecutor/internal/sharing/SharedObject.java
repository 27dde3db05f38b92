package io.processexecutor.internal.sharing;

import io.processexecutor.serialization.runtime.Encoded;
import io.processexecutor.serialization.shared.KnownHandles;
import io.processexecutor.serialization.shared.SharedSource;
import io.processexecutor.serialization.shared.SharedUse;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was shared, apart from the handle that the user has: held by the handle until it is closed, and by each task that
 * uses it until that is done. With the last of them its bytes are deleted, and whoever received it drops it.
 *
 * <p>As a {@link Runnable} it is what is done when nobody can reach the handle any more.
 */
final class SharedObject implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(SharedObject.class);
    private static final Cleaner CLEANER = Cleaner.create();

    private final long id;
    private final String name;
    private final SharedObjects owner;
    private final SharedSource source;
    private final @Nullable Encoded encoded;
    private final Throwable creation = new Throwable("It was made here");
    private final AtomicInteger holders = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Creates it, with its handle as its holder.
     *
     * @param name how messages call it
     * @param encoded what else travels for it; null if that is nothing but bytes
     */
    SharedObject(long id, String name, SharedObjects owner, SharedSource source, @Nullable Encoded encoded) {
        this.id = id;
        this.name = name;
        this.owner = owner;
        this.source = source;
        this.encoded = encoded;
        owner.scope().entered();
    }

    long id() {
        return id;
    }

    String name() {
        return name;
    }

    SharedSource source() {
        return source;
    }

    @Nullable
    Encoded encoded() {
        return encoded;
    }

    /** A handle stands for it from now on. */
    Cleaner.Cleanable watch(Object handle) {
        KnownHandles.made(id, handle);
        return CLEANER.register(handle, this);
    }

    boolean isClosed() {
        return closed.get();
    }

    void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }

    boolean retain() {
        int held;
        do {
            held = holders.get();
            if (held == 0 || closed.get()) {
                return false;
            }
        } while (!holders.compareAndSet(held, held + 1));
        return true;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            KnownHandles.forget(id);
            source.delete();
            owner.released(id);
            if (encoded != null) {
                encoded.uses().release();
            }
        }
    }

    /** Notes that the task which is being encoded uses it, or says why it may not. */
    @Nullable
    String refusal(SharedUse use) {
        if (owner.scope().note(use)) {
            return null;
        }
        return isClosed()
                ? name + " is closed: submit what uses it before that"
                : name + " travels with the tasks of that executor, and nowhere else";
    }

    @Override
    public void run() {
        if (!isClosed()) {
            if (!owner.isShutDown()) {
                log.warn(
                        "{} was discarded without being closed. Close it when no more tasks are to use it",
                        name,
                        creation);
            }
            close();
        }
    }
}
