package io.processexecutor.pool;

import io.processexecutor.internal.protocol.StatusPage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A task whose worker died.
 *
 * @param task the task
 * @param lastStatus what the worker's status page says; {@code null} if it cannot be read
 * @param endedNanos when the connection ended
 */
record LostTask(PendingTask<?> task, StatusPage.@Nullable Snapshot lastStatus, long endedNanos) {

    /** What is not known counts as begun: the task might run twice. */
    boolean hasBegun() {
        return lastStatus == null || lastStatus.hasBegun(task.id(), task.attempt());
    }

    /** When it was, as a message goes on after saying how the worker ended, to who had given the task to two of them. */
    String describe() {
        return hasBegun() ? when() : when() + ", and so did the worker that had it before";
    }

    /** When it was, as a message goes on after saying how the worker ended. */
    String when() {
        if (lastStatus == null) {
            return "while it had the " + task;
        }
        if (!hasBegun()) {
            return "before the " + task + " began";
        }
        long ran = (endedNanos - lastStatus.beganNanos()) / 1_000_000;
        return "while " + lastStatus.phase().name().toLowerCase(Locale.ROOT) + " the " + task + ", " + ran
                + " ms after it began";
    }
}
