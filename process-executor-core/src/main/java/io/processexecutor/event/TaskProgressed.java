package io.processexecutor.event;

import java.util.Optional;

/**
 * A running task told how far it is. Of what it tells in quick succession only the latest is heard.
 *
 * @param taskId its number in its executor
 * @param label its name, if it was given one
 * @param workerPid the process id of its worker
 * @param done how much is done, in a unit of the task's own
 * @param total how much there is to do, in the same unit; 0 if nobody knows
 * @param message what it is at, for people; may be empty
 */
public record TaskProgressed(
        long taskId, Optional<String> label, long workerPid, long done, long total, String message) {}
