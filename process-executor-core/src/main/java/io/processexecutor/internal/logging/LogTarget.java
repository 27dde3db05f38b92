package io.processexecutor.internal.logging;

import io.processexecutor.internal.protocol.LogEvent;
import java.util.Map;

/** In the parent: a logging system that takes what was logged in workers. Found by {@link java.util.ServiceLoader}. */
public interface LogTarget {

    /**
     * Names the logging system, as workers do.
     *
     * @return its name
     */
    String system();

    /**
     * Tells whether it is in use here, and does not hand on what it takes to another one.
     *
     * @return whether events may be given to it
     */
    boolean isInUse();

    /**
     * Which levels are in force.
     *
     * @return the severity of each logger that has one of its own; the root logger's name is empty
     */
    Map<String, Integer> levels();

    /**
     * Logs an event as if it had been logged here, with its own time, thread and level.
     *
     * @param event what was logged
     */
    void log(LogEvent event);
}
