package io.processexecutor.spring.observation;

import io.micrometer.observation.Observation;
import io.processexecutor.event.TaskCompleted;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of an observed task. */
public final class TaskObservationContext extends Observation.Context {

    private final String pool;
    private final Optional<String> label;
    private volatile @Nullable TaskCompleted completed;
    private volatile boolean done;

    TaskObservationContext(String pool, Optional<String> label) {
        this.pool = pool;
        this.label = label;
    }

    /**
     * The executor.
     *
     * @return its name
     */
    public String getPool() {
        return pool;
    }

    /**
     * The task's name.
     *
     * @return empty if it was given none
     */
    public Optional<String> getLabel() {
        return label;
    }

    /**
     * What became of the task.
     *
     * @return empty as long as it is not decided, or if no worker had to do with it
     */
    public Optional<TaskCompleted> getCompleted() {
        return Optional.ofNullable(completed);
    }

    /**
     * Whether it has come to its end, whatever that was.
     *
     * @return false as long as it waits or runs, also if it does so once more
     */
    public boolean isDone() {
        return done;
    }

    void setDone() {
        this.done = true;
    }

    void setCompleted(TaskCompleted completed) {
        this.completed = completed;
    }
}
