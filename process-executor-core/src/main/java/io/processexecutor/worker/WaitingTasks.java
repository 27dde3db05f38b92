package io.processexecutor.worker;

import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Oversized;
import io.processexecutor.internal.protocol.Message.Recalled;
import io.processexecutor.internal.protocol.Message.Run;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tasks that this worker was sent and that did not begin. One that was recalled never does. */
final class WaitingTasks {

    private final Deque<Message> tasks = new ArrayDeque<>();
    private boolean closed;

    /** A task that is to be run. */
    synchronized void add(Run run) {
        if (!closed) {
            tasks.add(run);
        }
    }

    /** One that did not fit into memory; the reply must come in turn like any other. */
    synchronized void add(Oversized oversized) {
        if (!closed) {
            tasks.add(oversized);
        }
    }

    /** Takes out the next one; from here on it is said to be running. */
    synchronized @Nullable Message poll() {
        return tasks.poll();
    }

    /** Drops those that wait here of some tasks; which they were is the answer. */
    synchronized Recalled recall(List<Long> taskIds) {
        List<Long> dropped = new ArrayList<>();
        for (Iterator<Message> each = tasks.iterator(); each.hasNext(); ) {
            long id = taskId(each.next());
            if (taskIds.contains(id)) {
                each.remove();
                dropped.add(id);
            }
        }
        return new Recalled(dropped);
    }

    /** This worker told its parent that it is not well: none of these begins, nor does one that is sent from now on. */
    synchronized void close() {
        closed = true;
        tasks.clear();
    }

    private static long taskId(Message task) {
        return task instanceof Run run ? run.taskId() : ((Oversized) task).taskId();
    }
}
