package io.processexecutor;

import java.time.Duration;
import java.util.Optional;

/**
 * What one worker is doing.
 *
 * @param slot its place among the workers, from 1 to the most there may be; the worker that replaces it gets the same. 0
 *     for one that waits to replace another
 * @param workerId its number in its executor, never used twice
 * @param pid its process id; 0 while it is being launched
 * @param state what it is doing
 * @param uptime since its launch began
 * @param preparation how long it took to be prepared, with Spring to start its context; empty if it has not been
 * @param tasks how many tasks it was given
 * @param vitals what it takes, as of its last heartbeat
 * @param task the task it has
 * @param lastExit how the worker before it in its slot ended
 */
public record WorkerInfo(
        int slot,
        int workerId,
        long pid,
        State state,
        Duration uptime,
        Optional<Duration> preparation,
        long tasks,
        WorkerVitals vitals,
        Optional<RunningTask> task,
        Optional<WorkerExit> lastExit) {

    /** What a worker is doing. */
    public enum State {
        /** It is being launched. */
        STARTING,
        /** It waits for a task. */
        IDLE,
        /** It has a task, or is being prepared for one, with Spring by starting its context. */
        BUSY,
        /** It is up and waits for the worker it is to replace. */
        STANDBY,
        /** It takes no more tasks and is about to end. */
        LEAVING
    }
}
