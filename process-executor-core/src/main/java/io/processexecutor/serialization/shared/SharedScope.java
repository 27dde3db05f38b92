package io.processexecutor.serialization.shared;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What was shared with the tasks of one executor. Thread-safe. */
public final class SharedScope {

    /** Of the encoding that is under way on this thread. */
    private static final ThreadLocal<@Nullable SharedUses> UNDER_WAY = new ThreadLocal<>();

    private final AtomicInteger live = new AtomicInteger();

    /** Creates one in which nothing is shared. */
    public SharedScope() {}

    /** Something more is shared. */
    public void entered() {
        live.incrementAndGet();
    }

    /** Nobody uses it any more. */
    public void left() {
        live.decrementAndGet();
    }

    /**
     * Encodes a task.
     *
     * @param encoding writes it
     * @return what of this scope it uses, to be released when it is done
     */
    public SharedUses collect(Runnable encoding) {
        SharedUses outer = UNDER_WAY.get();
        if (outer == null && live.get() == 0) {
            encoding.run();
            return SharedUses.NONE;
        }
        SharedUses uses = new SharedUses(this);
        UNDER_WAY.set(uses);
        try {
            encoding.run();
        } catch (Throwable e) {
            uses.release();
            throw e;
        } finally {
            // A hook may have submitted a task of its own.
            UNDER_WAY.set(outer);
        }
        return uses.isEmpty() ? SharedUses.NONE : uses;
    }

    /**
     * Something of this scope is met while a graph is being encoded.
     *
     * @param use what was met
     * @return whether it may travel: it is open, and a task of its executor is being encoded on this thread
     */
    public boolean note(SharedUse use) {
        SharedUses uses = UNDER_WAY.get();
        return uses != null && uses.scope() == this && uses.add(use);
    }

    /**
     * Lets another thread go on with the encoding.
     *
     * @param work the rest of it
     * @param <T> what it returns
     * @return the same for another thread
     */
    public static <T extends @Nullable Object> Callable<T> handedOn(Callable<T> work) {
        SharedUses uses = UNDER_WAY.get();
        if (uses == null) {
            return work;
        }
        return () -> {
            UNDER_WAY.set(uses);
            try {
                return work.call();
            } finally {
                UNDER_WAY.remove();
            }
        };
    }
}
