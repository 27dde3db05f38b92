package io.processexecutor;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What a task can say while it runs.
 *
 * <pre>{@code
 * TaskContext context = TaskContext.current();
 * for (int page = 1; page <= pages; page++) {
 *     render(page);
 *     context.progress(page, pages, "page " + page);
 * }
 * }</pre>
 *
 * <p>Safe for use by any number of threads: a task that starts threads gives them its context. Once the task has ended
 * its context is mute.
 */
public interface TaskContext {

    /**
     * The context of the task that runs on the calling thread.
     *
     * @return its context; where no task runs, one that tells nobody, so that a method works the same when it is called
     *     directly
     */
    static TaskContext current() {
        return Optional.ofNullable(TaskContexts.OF_THREAD.get()).orElse(TaskContexts.NOBODY);
    }

    /**
     * Runs what is to find a context on its thread. For executors, and for tests of what a task says.
     *
     * @param context what {@link #current()} returns meanwhile
     * @param task what to run
     * @param <T> what it returns
     * @return what it returned
     * @throws Exception what it threw
     */
    static <T extends @Nullable Object> T during(TaskContext context, Callable<T> task) throws Exception {
        TaskContext outer = TaskContexts.OF_THREAD.get();
        TaskContexts.OF_THREAD.set(context);
        try {
            return task.call();
        } finally {
            if (outer == null) {
                TaskContexts.OF_THREAD.remove();
            } else {
                TaskContexts.OF_THREAD.set(outer);
            }
        }
    }

    /**
     * Tells how far the task is. Cheap, and never waits for anybody: of what is told in quick succession the latest
     * travels, up to 20 times a second; the last of all always arrives, before the task's future completes.
     *
     * @param progress how far it is
     */
    void progress(TaskProgress progress);

    /**
     * Tells how far the task is.
     *
     * @param done how much is done, 0 or more
     * @param total how much there is to do; 0 if nobody knows
     * @param message what it is at, for people
     * @throws IllegalArgumentException if a number is negative
     */
    default void progress(long done, long total, String message) {
        progress(new TaskProgress(done, total, message));
    }

    /**
     * Tells how far the task is.
     *
     * @param done how much is done, 0 or more
     * @param total how much there is to do; 0 if nobody knows
     * @throws IllegalArgumentException if a number is negative
     */
    default void progress(long done, long total) {
        progress(done, total, "");
    }
}
