package io.processexecutor.benchmarks.tasks;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who looks at the tasks of an application. */
public enum Watched {
    /** No registry is there. */
    NOBODY,
    /** A meter registry. */
    METERS,
    /** A meter registry, and an observation registry that makes meters of its observations. */
    OBSERVATIONS;

    private Class<?>[] configuration() {
        return switch (this) {
            case NOBODY -> new Class<?>[] {Application.class};
            case METERS -> new Class<?>[] {Application.class, Meters.class};
            case OBSERVATIONS -> new Class<?>[] {Application.class, Meters.class, Observations.class};
        };
    }

    ConfigurableApplicationContext application() {
        return new SpringApplicationBuilder(configuration())
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties(
                        "spring.main.banner-mode=off",
                        "spring.main.log-startup-info=false",
                        "process-executor.workers=1",
                        "process-executor.worker.max-heap=128MB",
                        "process-executor.worker.context=none")
                .run();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    static class Meters {

        @Bean
        MeterRegistry meterRegistry() {
            return new SimpleMeterRegistry();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Observations {

        @Bean
        ObservationRegistry observationRegistry(MeterRegistry meters) {
            ObservationRegistry registry = ObservationRegistry.create();
            registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
            return registry;
        }
    }
}
