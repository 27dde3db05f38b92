package io.processexecutor;

import java.time.Duration;
import java.util.Optional;

/**
 * A task that a worker has.
 *
 * @param id its number in its executor
 * @param label its name, if it was given one
 * @param running since the worker began it; zero if it has not yet
 * @param progress how far it is, if it told that
 */
public record RunningTask(long id, Optional<String> label, Duration running, Optional<TaskProgress> progress) {

    /**
     * The task as messages name it.
     *
     * @return its label, else its number
     */
    public String name() {
        return label.orElseGet(() -> Long.toString(id));
    }
}
