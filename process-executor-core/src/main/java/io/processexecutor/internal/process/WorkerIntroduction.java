package io.processexecutor.internal.process;

import java.io.IOException;

/** What is left to do with a worker that has proved itself before it is up. */
@FunctionalInterface
public interface WorkerIntroduction {

    /** Nothing. */
    WorkerIntroduction NONE = worker -> {};

    /**
     * Does it. Whatever it throws fails the launch.
     *
     * @param worker the worker, which no one else talks to yet
     * @throws IOException if the worker cannot be talked to, or is not fit for use
     */
    void run(WorkerProcess worker) throws IOException;
}
