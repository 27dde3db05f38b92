package io.processexecutor;

import org.jspecify.annotations.Nullable;

/** Which context each thread has. */
final class TaskContexts {

    static final ThreadLocal<@Nullable TaskContext> OF_THREAD = new ThreadLocal<>();

    static final TaskContext NOBODY = progress -> {};

    private TaskContexts() {}
}
