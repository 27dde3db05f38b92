package io.processexecutor.spring.actuate;

import io.processexecutor.spring.actuate.ProcessExecutorEndpoint.Action;
import io.processexecutor.spring.actuate.ProcessExecutorEndpoint.Begun;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** Over HTTP: an executor that is not there is not found, whether it is looked at or acted on. */
@EndpointWebExtension(endpoint = ProcessExecutorEndpoint.class)
public final class ProcessExecutorEndpointWebExtension {

    private final ProcessExecutorEndpoint endpoint;

    /**
     * Creates it.
     *
     * @param endpoint what it extends
     */
    public ProcessExecutorEndpointWebExtension(ProcessExecutorEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Recycles the workers of an executor or cancels one of its tasks.
     *
     * @param pool the name of its bean
     * @param action which of both
     * @param task the number of the task to cancel
     * @return what is under way, or that there is no such executor
     */
    @WriteOperation
    public WebEndpointResponse<Begun> act(@Selector String pool, Action action, @Nullable Long task) {
        return endpoint.has(pool)
                ? new WebEndpointResponse<>(endpoint.act(pool, action, task))
                : new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
    }
}
