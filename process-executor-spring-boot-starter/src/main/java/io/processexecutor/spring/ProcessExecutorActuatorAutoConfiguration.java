package io.processexecutor.spring;

import io.processexecutor.ProcessPool;
import io.processexecutor.spring.actuate.ProcessExecutorEndpoint;
import io.processexecutor.spring.actuate.ProcessExecutorEndpointWebExtension;
import io.processexecutor.spring.actuate.ProcessExecutorHealthIndicator;
import io.processexecutor.spring.actuate.ProcessExecutorInfoContributor;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Shows the executors where there is an actuator: as an endpoint, and in those for health and information. */
@AutoConfiguration(after = ProcessExecutorAutoConfiguration.class)
@ConditionalOnParentProcess
@ConditionalOnBean(ProcessTaskExecutor.class)
public final class ProcessExecutorActuatorAutoConfiguration {

    ProcessExecutorActuatorAutoConfiguration() {}

    /** Asked for anew each time: those of the core that the application makes a bean of are shown as well. */
    private static Supplier<Map<String, ProcessPool>> pools(ListableBeanFactory beans) {
        return () -> beans.getBeansOfType(ProcessPool.class, false, false);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
    static class Endpoints {

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnAvailableEndpoint
        ProcessExecutorEndpoint processExecutorEndpoint(ListableBeanFactory beans) {
            return new ProcessExecutorEndpoint(pools(beans));
        }

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnBean(ProcessExecutorEndpoint.class)
        @ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
        ProcessExecutorEndpointWebExtension processExecutorEndpointWebExtension(ProcessExecutorEndpoint endpoint) {
            return new ProcessExecutorEndpointWebExtension(endpoint);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ConditionalOnEnabledHealthIndicator.class, ConditionalOnAvailableEndpoint.class})
    static class Health {

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnEnabledHealthIndicator("processexecutor")
        ProcessExecutorHealthIndicator processExecutorHealthIndicator(ListableBeanFactory beans) {
            return new ProcessExecutorHealthIndicator(pools(beans));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnEnabledInfoContributor.class)
    static class Information {

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnEnabledInfoContributor("processexecutor")
        ProcessExecutorInfoContributor processExecutorInfoContributor(
                ListableBeanFactory beans, ProcessExecutorProperties properties) {
            String mode = properties.getMode().name().toLowerCase(Locale.ROOT).replace('_', '-');
            return new ProcessExecutorInfoContributor(pools(beans), mode);
        }
    }
}
