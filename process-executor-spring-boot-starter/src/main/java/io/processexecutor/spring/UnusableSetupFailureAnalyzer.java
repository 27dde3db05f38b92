package io.processexecutor.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints an {@link UnusableSetupException} without a stack trace. */
final class UnusableSetupFailureAnalyzer extends AbstractFailureAnalyzer<UnusableSetupException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableSetupException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
