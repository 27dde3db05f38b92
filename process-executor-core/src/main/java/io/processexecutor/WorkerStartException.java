package io.processexecutor;

import java.io.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * No worker could be started, several times in a row, or one could not be prepared, of which once is enough. Tasks that waited
 * for one fail with this.
 */
public final class WorkerStartException extends ProcessExecutorException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String[] command;
    private final String[] lastOutput;

    /**
     * Creates one.
     *
     * @param message what happened and what to look at
     * @param command the command that was tried
     * @param lastOutput the last lines the process wrote
     * @param cause the cause, if there is one
     */
    public WorkerStartException(
            String message, List<String> command, List<String> lastOutput, @Nullable Throwable cause) {
        super(message, cause);
        this.command = command.toArray(String[]::new);
        this.lastOutput = lastOutput.toArray(String[]::new);
    }

    /**
     * The command that was tried.
     *
     * @return the program and its arguments, with those that are in an argument file; no secret is among them: of the
     *     system properties that were set for the workers, and of what agents are told, the values are left out.
     *     Empty if it was the preparation that failed
     */
    public List<String> command() {
        return List.of(command);
    }

    /**
     * The last lines the process wrote to its standard error; where it ended before it connected, followed by those that
     * it wrote to its standard output, for there the virtual machine says why it cannot start.
     *
     * @return of each the oldest first
     */
    public List<String> lastOutput() {
        return List.of(lastOutput);
    }
}
