package io.processexecutor.pool;

import io.processexecutor.TaskOptions;
import io.processexecutor.TaskProgress;
import io.processexecutor.event.TaskProgressed;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The future of a task, which may tell how far it is. */
interface Progressing {

    /** What it told last; null if nothing. */
    @Nullable
    TaskProgress progress();

    /** The same of a future that somebody has. */
    static Optional<TaskProgress> progress(Future<?> future) {
        if (future instanceof Progressing told) {
            return Optional.ofNullable(told.progress());
        }
        throw new IllegalArgumentException(future
                + " is no future of a task; ask about the one that submitting it returned, not one made of that");
    }

    static void tell(Listeners listeners, long taskId, TaskOptions options, long workerPid, TaskProgress progress) {
        listeners.tell(listener -> listener.onTaskProgressed(new TaskProgressed(
                taskId, options.label(), workerPid, progress.done(), progress.total(), progress.message())));
    }
}
