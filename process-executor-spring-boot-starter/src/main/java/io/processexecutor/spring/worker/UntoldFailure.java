package io.processexecutor.spring.worker;

import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Has Boot not report that a worker's context did not start: the log would say that the application did not. The tasks
 * that need it fail with the cause.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UntoldFailure implements SpringBootExceptionReporter {

    UntoldFailure() {}

    @Override
    public boolean reportException(Throwable failure) {
        return WorkerApplication.isStarting();
    }
}
