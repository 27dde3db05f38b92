package io.processexecutor.spring;

import io.micrometer.core.instrument.MeterRegistry;
import io.processexecutor.spring.metrics.ProcessExecutorMetrics;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Measures tasks, serialization and workers where there is a meter registry. */
@AutoConfiguration(
        after = ProcessExecutorAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnParentProcess
@ConditionalOnBean({MeterRegistry.class, ProcessTaskExecutor.class})
public final class ProcessExecutorMetricsAutoConfiguration {

    ProcessExecutorMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    ProcessExecutorMetrics processExecutorMetrics(MeterRegistry registry, ProcessExecutorProperties properties) {
        MetricsProperties metrics = properties.getMetrics();
        return new ProcessExecutorMetrics(registry, metrics.isTaskNameTag() ? metrics.getMaxTaskNames() : 0);
    }
}
