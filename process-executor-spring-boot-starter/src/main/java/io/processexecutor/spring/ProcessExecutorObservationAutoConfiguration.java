package io.processexecutor.spring;

import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.processexecutor.spring.observation.ObservedTasks;
import io.processexecutor.spring.observation.TaskObservationConvention;
import io.processexecutor.spring.observation.TaskObserver;
import io.processexecutor.spring.observation.TaskSpans;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Observes tasks where there is an observation registry, and shows them in traces where there is a tracer. */
@AutoConfiguration(
        after = ProcessExecutorAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration"
        })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnParentProcess
@ConditionalOnBean({ObservationRegistry.class, ProcessTaskExecutor.class})
public final class ProcessExecutorObservationAutoConfiguration {

    ProcessExecutorObservationAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    TaskObserver processExecutorTaskObserver(
            ObservationRegistry registry, ObjectProvider<TaskObservationConvention> convention) {
        return new ObservedTasks(registry, convention.getIfAvailable());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Tracer.class)
    static class Tracing {

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnBean(Tracer.class)
        TaskSpans processExecutorTaskSpans(Tracer tracer) {
            return new TaskSpans(tracer);
        }
    }
}
