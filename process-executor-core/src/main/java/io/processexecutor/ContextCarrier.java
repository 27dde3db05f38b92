package io.processexecutor;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Carries something that belongs to the submitting thread, such as its logging context, into the worker: captured when a
 * task is submitted, restored around the task, cleared after it. Must be thread-safe.
 */
@FunctionalInterface
public interface ContextCarrier {

    /**
     * Captures. Called on the submitting thread.
     *
     * @return what travels with the task; {@code null} if there is nothing to carry
     */
    @Nullable
    Snapshot capture();

    /** What was captured. Travels through the closure serializer, so that a lambda will do. */
    @FunctionalInterface
    interface Snapshot extends Serializable {

        /**
         * Restores it. Called in the worker, on the task's thread, before the task is decoded.
         *
         * @return puts back what was there before, when the task has ended
         * @throws Exception if it cannot be restored; the task then fails with it and does not run
         */
        Scope restore() throws Exception;
    }

    /** For as long as a task runs. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {

        @Override
        void close();
    }
}
