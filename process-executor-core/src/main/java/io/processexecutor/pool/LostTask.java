package io.processexecutor.pool;

import io.processexecutor.internal.protocol.StatusPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A task whose worker died.
 *
 * @param task the task
 * @param lastStatus what the worker's status page says; {@code null} if it cannot be read
 * @param endedNanos when the connection ended
 * @param wasAhead whether the worker had another before it
 */
record LostTask(PendingTask<?> task, StatusPage.@Nullable Snapshot lastStatus, long endedNanos, boolean wasAhead) {

    /**
     * What a worker had, as it is left behind.
     *
     * @param had its tasks, in the order in which it ran them
     * @param lastStatus what its status page says; {@code null} if it cannot be read
     * @param endedNanos when the connection ended
     * @return all of them, in the same order
     */
    static List<LostTask> of(List<PendingTask<?>> had, StatusPage.@Nullable Snapshot lastStatus, long endedNanos) {
        int begun = -1;
        for (int i = 0; lastStatus != null && i < had.size(); i++) {
            if (lastStatus.hasBegun(had.get(i).id(), had.get(i).attempt())) {
                begun = i;
            }
        }
        List<LostTask> lost = new ArrayList<>(had.size());
        for (int i = 0; i < had.size(); i++) {
            // Of what it ran before the one on the page the reply was not understood, and nothing else is known.
            lost.add(new LostTask(had.get(i), i < begun ? null : lastStatus, endedNanos, i > 0));
        }
        return lost;
    }

    /** Whether it was sent ahead and can be no reason for the worker's death: it is given back and nothing is counted. */
    boolean isInnocent() {
        return wasAhead && !hasBegun();
    }

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
