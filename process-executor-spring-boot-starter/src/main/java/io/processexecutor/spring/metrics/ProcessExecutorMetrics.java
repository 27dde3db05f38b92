package io.processexecutor.spring.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessPool;

/**
 * Tells a meter registry, which may be a composite, where the time of tasks goes and how the workers fare. Each executor
 * has meters of its own, told apart by the tag {@code pool}, until it is closed.
 */
public final class ProcessExecutorMetrics implements ProcessExecutorListener {

    private final MeterRegistry registry;
    private final int maxTaskNames;

    /**
     * Creates it.
     *
     * @param registry where the meters are registered
     * @param maxTaskNames how many different labels of tasks the tag {@code task} may have before the rest is called
     *     {@code other}; 0 for no such tag
     */
    public ProcessExecutorMetrics(MeterRegistry registry, int maxTaskNames) {
        this.registry = registry;
        this.maxTaskNames = maxTaskNames;
    }

    @Override
    public ProcessExecutorListener observing(ProcessPool pool) {
        return new PoolMetrics(registry, pool, new TaskNames(maxTaskNames));
    }
}
