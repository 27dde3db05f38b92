package io.processexecutor.spring;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.processexecutor.spring.propagation.LocaleCarrier;
import io.processexecutor.spring.propagation.MdcCarrier;
import io.processexecutor.spring.propagation.SecurityCarrier;
import io.processexecutor.spring.propagation.TraceCarrier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.SecurityContextHolder;

/** Carries what is commonly wanted from the caller's thread into the worker. Beans of one's own carry more. */
@AutoConfiguration(
        before = ProcessExecutorAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration"
        })
@ConditionalOnParentProcess
public final class ProcessExecutorPropagationAutoConfiguration {

    ProcessExecutorPropagationAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    @ConditionalUnlessSwitchedOff("process-executor.propagation.mdc")
    MdcCarrier processExecutorMdcCarrier() {
        return new MdcCarrier();
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalUnlessSwitchedOff("process-executor.propagation.locale")
    LocaleCarrier processExecutorLocaleCarrier() {
        return new LocaleCarrier();
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SecurityContextHolder.class)
    @ConditionalOnBooleanProperty(name = "process-executor.propagation.security")
    static class Security {

        @Bean
        @ConditionalOnMissingBean
        SecurityCarrier processExecutorSecurityCarrier() {
            return new SecurityCarrier();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Tracer.class)
    @ConditionalUnlessSwitchedOff("process-executor.propagation.tracing")
    static class Tracing {

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnBean({Tracer.class, Propagator.class})
        TraceCarrier processExecutorTraceCarrier(Tracer tracer, Propagator propagator) {
            return new TraceCarrier(tracer, propagator);
        }
    }
}
