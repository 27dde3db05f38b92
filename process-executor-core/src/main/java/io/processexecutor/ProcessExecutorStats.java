package io.processexecutor;

import java.util.Map;

/**
 * Counts of one executor. Each is right by itself; together they are as of slightly different instants.
 *
 * @param queued tasks that wait for a worker
 * @param queueRemaining how many more may wait
 * @param running tasks that a worker holds
 * @param completed tasks that are done, however they ended, since the executor was made
 * @param maxWorkers the most workers there may be now
 * @param startingWorkers workers that are being launched
 * @param idleWorkers workers that wait for a task
 * @param workerStarts workers that came up since the executor was made
 * @param workerRestarts workers among those that took the place of one that had ended
 * @param startFailures workers that did not come up since the executor was made
 * @param breakerOpen whether so many starts failed in a row that waiting tasks are told; starts are still tried, with pauses
 * @param exits workers that ended since the executor was made, by reason; without reasons that did not occur
 * @param refusedConnections connections to the executor's private sockets that did not present the token of a worker,
 *     since the executor was made
 */
public record ProcessExecutorStats(
        int queued,
        int queueRemaining,
        int running,
        long completed,
        int maxWorkers,
        int startingWorkers,
        int idleWorkers,
        long workerStarts,
        long workerRestarts,
        long startFailures,
        boolean breakerOpen,
        Map<WorkerExit.Reason, Long> exits,
        long refusedConnections) {

    /**
     * The counts of an executor that has not started a worker.
     *
     * @param queued tasks that wait
     * @param queueRemaining how many more may wait
     * @param maxWorkers the most workers there may be
     * @return those, and else zero
     */
    public static ProcessExecutorStats ofNoWorkers(int queued, int queueRemaining, int maxWorkers) {
        return new ProcessExecutorStats(queued, queueRemaining, 0, 0, maxWorkers, 0, 0, 0, 0, 0, false, Map.of(), 0);
    }

    /**
     * Gives the counts of an executor before which there is another queue.
     *
     * @param queued tasks that wait in either
     * @param queueRemaining how many more may wait
     * @return a changed copy
     */
    public ProcessExecutorStats withQueue(int queued, int queueRemaining) {
        return new ProcessExecutorStats(
                queued,
                queueRemaining,
                running,
                completed,
                maxWorkers,
                startingWorkers,
                idleWorkers,
                workerStarts,
                workerRestarts,
                startFailures,
                breakerOpen,
                exits,
                refusedConnections);
    }

    /**
     * Workers that hold a task.
     *
     * @return as many as tasks are running
     */
    public int busyWorkers() {
        return running;
    }

    /**
     * Workers that ended since the executor was made, for whatever reason.
     *
     * @return the sum of {@link #exits()}
     */
    public long workerExits() {
        return exits.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * How many workers ended for a reason.
     *
     * @param reason the reason
     * @return the count since the executor was made
     */
    public long exits(WorkerExit.Reason reason) {
        return exits.getOrDefault(reason, 0L);
    }
}
