package io.processexecutor;

/**
 * Counts of one executor.
 *
 * @param queued tasks that wait for a worker
 * @param running tasks that a worker holds
 * @param completed tasks that are done, however they ended, since the executor was made
 * @param startingWorkers workers that are being launched
 * @param idleWorkers workers that wait for a task
 * @param busyWorkers workers that hold a task
 * @param workerStarts workers that came up since the executor was made
 * @param workerExits workers that ended since the executor was made
 * @param workerCrashes workers among those that died unasked
 */
public record ProcessExecutorStats(
        int queued,
        int running,
        long completed,
        int startingWorkers,
        int idleWorkers,
        int busyWorkers,
        long workerStarts,
        long workerExits,
        long workerCrashes) {}
