package io.processexecutor;

import org.jspecify.annotations.Nullable;

/** Which context each thread has. */
final class TaskContexts {

    static final ThreadLocal<@Nullable TaskContext> OF_THREAD = new ThreadLocal<>();

    static final TaskContext NOBODY = new Nobody();

    private TaskContexts() {}

    private static final class Nobody implements TaskContext {

        @Override
        public void progress(TaskProgress progress) {
            // Who is not in a task tells nobody.
        }
    }
}
