package io.processexecutor.spring;

import io.processexecutor.pool.ProcessPoolExecutor;

/** Has the last word on the executor that the starter makes. Beans of this type are called in their order. */
@FunctionalInterface
public interface ProcessExecutorCustomizer {

    /**
     * Changes settings.
     *
     * @param builder the builder, with the properties applied
     */
    void customize(ProcessPoolExecutor.Builder builder);
}
