package io.processexecutor.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that one worker was sent and did not reply to, in the order in which it runs them. The first of them is the
 * one that it runs, as far as can be known here; the others were sent ahead. Not safe for use by several threads.
 */
final class InFlight {

    private final Deque<PendingTask<?>> tasks = new ArrayDeque<>();

    void add(Collection<PendingTask<?>> given) {
        tasks.addAll(given);
    }

    /** In place of the one that {@link #ended} took out, so that there is room for it. */
    void addFirst(PendingTask<?> task) {
        tasks.addFirst(task);
    }

    @Nullable
    PendingTask<?> current() {
        return tasks.peekFirst();
    }

    /** How many were sent ahead. */
    int ahead() {
        return Math.max(0, tasks.size() - 1);
    }

    boolean contains(PendingTask<?> task) {
        return tasks.contains(task);
    }

    /** Takes out the one that runs if it is that, and the next one runs. */
    @Nullable
    PendingTask<?> ended(long taskId) {
        PendingTask<?> current = tasks.peekFirst();
        return current != null && current.id() == taskId ? tasks.pollFirst() : null;
    }

    /** Takes one out wherever it is. */
    @Nullable
    PendingTask<?> remove(long taskId) {
        for (Iterator<PendingTask<?>> each = tasks.iterator(); each.hasNext(); ) {
            PendingTask<?> task = each.next();
            if (task.id() == taskId) {
                each.remove();
                return task;
            }
        }
        return null;
    }

    List<PendingTask<?>> all() {
        return new ArrayList<>(tasks);
    }

    /** Those that were sent ahead. */
    List<Long> aheadIds() {
        return tasks.stream().skip(1).map(PendingTask::id).toList();
    }

    /** Takes all out. */
    List<PendingTask<?>> drain() {
        if (tasks.isEmpty()) {
            // Takes no memory, as what is left of the worker's last task must not.
            return List.of();
        }
        List<PendingTask<?>> all = all();
        clear();
        return all;
    }

    void clear() {
        tasks.clear();
    }
}
