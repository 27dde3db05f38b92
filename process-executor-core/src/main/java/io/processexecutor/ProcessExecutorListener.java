package io.processexecutor;

import io.processexecutor.event.BreakerChanged;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.TaskProgressed;
import io.processexecutor.event.WorkerPrepared;
import io.processexecutor.event.WorkerStarted;

/**
 * Observes executors. Called on the executor's threads, possibly many at once, so it must be thread safe and must not
 * block. What it throws is logged and dropped. The executor ends only after its listeners have returned, so that one which
 * {@linkplain ProcessExecutor#close closes} it does not wait for that.
 */
public interface ProcessExecutorListener {

    /**
     * Called once for each executor that this is to observe, when that is built and before it is told anything else.
     *
     * @param pool whom it is about to observe
     * @return who is told of what happens there: this, or one of its own for each executor
     */
    default ProcessExecutorListener observing(ProcessPool pool) {
        return this;
    }

    /**
     * A task is done, however it ended. Called after its future was completed.
     *
     * @param event what became of it and where the time went
     */
    default void onTaskCompleted(TaskCompleted event) {}

    /**
     * A running task told how far it is.
     *
     * @param event which one, and how far
     */
    default void onTaskProgressed(TaskProgressed event) {}

    /**
     * A worker came up and can take tasks.
     *
     * @param event which one, and how long its start took
     */
    default void onWorkerStarted(WorkerStarted event) {}

    /**
     * A worker was prepared for tasks that need it.
     *
     * @param event which one, and how long that took
     */
    default void onWorkerPrepared(WorkerPrepared event) {}

    /**
     * Workers cannot be started, or can again.
     *
     * @param event which of both
     */
    default void onBreakerChanged(BreakerChanged event) {}

    /**
     * A worker ended.
     *
     * @param exit how and why
     */
    default void onWorkerExited(WorkerExit exit) {}

    /**
     * The executor ended: no worker runs and none will. What became of a task is told later only where a callback on its
     * future took longer than that, or was what ended the executor. That a task is not taken is told no more.
     */
    default void onTerminated() {}
}
