package io.processexecutor.internal.process;

import java.util.List;

/** What the workers that make archives do before they end, so that they have loaded what others will. */
public interface Rehearsals {

    /**
     * Whether there is something that workers are prepared with, and so an archive of its own for what that loads.
     *
     * @return false if {@link #prepared} is never asked for
     */
    boolean prepare();

    /**
     * Of a worker that is never prepared: runs nothing of the application's.
     *
     * @param classes the names of what other workers have loaded
     * @return what is to be done
     */
    WorkerIntroduction unprepared(List<String> classes);

    /**
     * Of a worker that is prepared as others are.
     *
     * @param classes the names of what other workers have loaded
     * @return what is to be done
     */
    WorkerIntroduction prepared(List<String> classes);

    /**
     * Whether a worker has had a task, so that it has loaded what tasks need.
     *
     * @return whether there is more to be learnt from it than how it starts
     */
    boolean tasksHaveRun();
}
