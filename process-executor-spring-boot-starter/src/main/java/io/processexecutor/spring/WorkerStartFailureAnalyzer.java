package io.processexecutor.spring;

import io.processexecutor.WorkerStartException;
import java.util.List;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells why no worker came up when the application needed one in order to start. */
final class WorkerStartFailureAnalyzer extends AbstractFailureAnalyzer<WorkerStartException> {

    /** A class path may be hundreds of jars, which nobody reads. */
    private static final int MAX_WORD = 200;

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, WorkerStartException cause) {
        StringBuilder description = new StringBuilder(String.valueOf(cause.getMessage()));
        if (!cause.lastOutput().isEmpty()) {
            description.append("%n%nThe last that the worker wrote:%n%n".formatted());
            cause.lastOutput()
                    .forEach(line -> description.append("    ").append(line).append(System.lineSeparator()));
        }
        String action = "See what the worker wrote. Mostly it is process-executor.worker.jvm-args, .command-prefix or"
                + " .class-path, a worker.max-heap that the machine does not have, or a start-timeout that is too short."
                + (cause.command().isEmpty()
                        ? ""
                        : " It was started by:%n%n    %s".formatted(String.join(" ", shortened(cause.command()))));
        return new FailureAnalysis(description.toString(), action, cause);
    }

    private static List<String> shortened(List<String> command) {
        return command.stream()
                .map(word -> word.length() <= MAX_WORD
                        ? word
                        : word.substring(0, MAX_WORD) + "... (" + word.length() + " characters)")
                .toList();
    }
}
