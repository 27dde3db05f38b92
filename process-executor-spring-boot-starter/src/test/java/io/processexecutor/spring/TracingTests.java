package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.otel.bridge.OtelBaggageManager;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** That a trace goes on in a worker, with a tracer as applications have it. */
@Timeout(300)
class TracingTests {

    private static final String FIELD = "traceparent";

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Application {

        private final io.opentelemetry.api.trace.Tracer traces =
                SdkTracerProvider.builder().build().get("test");

        @Bean
        Tracer tracer() {
            OtelCurrentTraceContext current = new OtelCurrentTraceContext();
            return new OtelTracer(traces, current, event -> {}, new OtelBaggageManager(current, List.of(), List.of()));
        }

        @Bean
        Propagator propagator() {
            return new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), traces);
        }

        @Bean
        Calls calls() {
            return new Calls();
        }
    }

    static class Calls {

        @Async("processTaskExecutor")
        public CompletableFuture<String> traceparent() {
            return CompletableFuture.completedFuture(MDC.get(FIELD) + " in " + here());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theTraceOfTheCallerGoesAlongWithAndWithoutTheRestOfItsMdc(boolean mdc) {
        Applications.of(Application.class)
                .withConfiguration(AutoConfigurations.of(ProcessExecutorPropagationAutoConfiguration.class))
                .withPropertyValues("process-executor.propagation.mdc=" + mdc)
                .run(context -> {
                    Tracer tracer = context.getBean(Tracer.class);
                    Calls calls = context.getBean(Calls.class);
                    ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
                    Span span = tracer.nextSpan().start();
                    String traceparent = "00-" + span.context().traceId() + "-"
                            + span.context().spanId();
                    MDC.put("other", "there");
                    try (Tracer.SpanInScope scope = tracer.withSpan(span)) {
                        assertThat(executor.submit(() -> MDC.get(FIELD)).get()).startsWith(traceparent);
                        assertThat(executor.submit(() -> MDC.get("other")).get())
                                .isEqualTo(mdc ? "there" : null);
                        assertThat(calls.traceparent().get())
                                .startsWith(traceparent)
                                .doesNotEndWith(" " + here());
                    } finally {
                        MDC.clear();
                        span.end();
                    }
                    assertThat(calls.traceparent().get()).startsWith("null in ");
                });
    }
}
