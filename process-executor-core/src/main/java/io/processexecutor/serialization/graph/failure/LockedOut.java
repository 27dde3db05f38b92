package io.processexecutor.serialization.graph.failure;

import java.io.Serial;

/**
 * The rest of a graph, given to a thread with a larger stack, needs a lock that its caller holds. An error, since hooks
 * catch exceptions; without a stack, since the graph is most often done again.
 */
public final class LockedOut extends Error {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Runnable end;

    /**
     * Creates one.
     *
     * @param end waits until the thread has ended, to be called when the lock may be free; throws this again if it is not
     */
    public LockedOut(Runnable end) {
        super(
                "it is too deep for the caller's stack, and on a thread with a larger one a hook waits for a lock that the"
                        + " caller holds; submit the task outside of the lock",
                null,
                false,
                false);
        this.end = end;
    }

    /** Waits until the thread has ended. */
    public void awaitEnd() {
        end.run();
    }
}
