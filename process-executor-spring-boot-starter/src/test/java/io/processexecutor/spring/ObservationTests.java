package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelBaggageManager;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.processexecutor.TaskOptions;
import io.processexecutor.spring.observation.DefaultTaskObservationConvention;
import io.processexecutor.spring.observation.TaskObservationContext;
import io.processexecutor.spring.observation.TaskObservationConvention;
import io.processexecutor.spring.observation.TaskObserver;
import io.processexecutor.spring.observation.TaskSpans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.aopalliance.intercept.MethodInterceptor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;
import org.springframework.aop.Advisor;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** One observation for each task, and the trace that comes of it, with tracers as applications have them. */
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObservationTests {

    private static final String FIELD = "traceparent";

    private final ApplicationContextRunner application = Applications.of(Application.class)
            .withConfiguration(AutoConfigurations.of(
                    ProcessExecutorPropagationAutoConfiguration.class,
                    ProcessExecutorObservationAutoConfiguration.class))
            .withPropertyValues("process-executor.worker.context=none");

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Application {
        @Bean
        Calls calls() {
            return new Calls();
        }
    }

    static class Calls {

        @Async("processTaskExecutor")
        public CompletableFuture<String> traceparent() {
            return CompletableFuture.completedFuture(MDC.get(FIELD));
        }

        @Async("processTaskExecutor")
        public CompletableFuture<String> fail() {
            throw new IllegalStateException("on purpose");
        }

        @Async("processTaskExecutor")
        public void failUnheard() {
            throw new IllegalStateException("on purpose");
        }

        @Async("processTaskExecutor")
        public void crashUnheard() {
            Runtime.getRuntime().halt(3);
        }

        @ProcessAsync(timeout = "300ms")
        public void loopUnheard() {
            while (true) {
                Thread.onSpinWait();
            }
        }

        @Async("processTaskExecutor")
        public void succeedUnheard() {}

        @Async("processTaskExecutor")
        public void failOnce(String file) throws IOException {
            if (Files.notExists(Path.of(file))) {
                Files.createFile(Path.of(file));
                throw new IllegalStateException("on purpose");
            }
        }

        @Async
        public void failHere() {
            throw new IllegalStateException("on purpose");
        }
    }

    /** Everything that it is told, by the observation's task: the error if it is one, and the end. */
    private static final class Told implements ObservationHandler<TaskObservationContext> {

        private final List<String> errors = new CopyOnWriteArrayList<>();
        private final List<TaskObservationContext> stopped = new CopyOnWriteArrayList<>();

        @Override
        public void onError(TaskObservationContext context) {
            errors.add(String.valueOf(context.getError()));
        }

        @Override
        public void onStop(TaskObservationContext context) {
            stopped.add(context);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof TaskObservationContext;
        }
    }

    /** Repeats a call that failed, as retries around a bean do. */
    @Configuration(proxyBeanMethods = false)
    static class Repeating {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static Advisor repeating() {
            MethodInterceptor advice = invocation -> {
                try {
                    return ((ProxyMethodInvocation) invocation).invocableClone().proceed();
                } catch (IllegalStateException e) {
                    return invocation.proceed();
                }
            };
            DefaultPointcutAdvisor advisor =
                    new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(null, Async.class, true), advice);
            advisor.setOrder(0);
            return advisor;
        }
    }

    /** As Spring Boot does it, but for the many other handlers. */
    private static ObservationRegistry registry(Tracer tracer, TaskSpans spans) {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig()
                .observationHandler(new DefaultTracingObservationHandler(tracer))
                .observationHandler(spans);
        return registry;
    }

    @Configuration(proxyBeanMethods = false)
    static class OpenTelemetry {

        private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
        private final io.opentelemetry.api.trace.Tracer traces = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build()
                .get("test");

        @Bean
        InMemorySpanExporter exporter() {
            return exporter;
        }

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
        ObservationRegistry observationRegistry(Tracer tracer) {
            return registry(tracer, new TaskSpans(tracer));
        }
    }

    private static SpanData span(List<SpanData> all, String name) {
        return all.stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no span " + name + " in " + all));
    }

    private static List<SpanData> spans(InMemorySpanExporter exporter, int count) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> exporter.getFinishedSpanItems().size() == count);
        List<SpanData> all = exporter.getFinishedSpanItems();
        exporter.reset();
        return all;
    }

    @Test
    void aTraceShowsTheSubmissionTheQueueAndTheRunInTheWorker() {
        application.withUserConfiguration(OpenTelemetry.class).run(context -> {
            InMemorySpanExporter exporter = context.getBean(InMemorySpanExporter.class);
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            Calls calls = context.getBean(Calls.class);
            Tracer tracer = context.getBean(Tracer.class);
            io.micrometer.tracing.Span request =
                    tracer.nextSpan().name("request").start();
            String inWorker;
            try (Tracer.SpanInScope scope = tracer.withSpan(request)) {
                inWorker = calls.traceparent().get(60, TimeUnit.SECONDS);
            } finally {
                request.end();
            }
            List<SpanData> all = spans(exporter, 4);
            SpanData task = span(all, "task ObservationTests.Calls.traceparent");
            SpanData queue = span(all, "queue");
            SpanData run = span(all, "run");
            assertThat(task.getParentSpanId()).isEqualTo(request.context().spanId());
            assertThat(all)
                    .extracting(SpanData::getTraceId)
                    .containsOnly(request.context().traceId());
            assertThat(List.of(queue, run))
                    .extracting(SpanData::getParentSpanId)
                    .containsOnly(task.getSpanId());
            assertThat(inWorker)
                    .as("what the worker was given goes on from the task's span")
                    .startsWith("00-" + task.getTraceId() + "-" + task.getSpanId());
            assertThat(queue.getEndEpochNanos()).isLessThanOrEqualTo(run.getStartEpochNanos());
            assertThat(run.getStartEpochNanos()).isLessThan(run.getEndEpochNanos());
            long slack = TimeUnit.MILLISECONDS.toNanos(20);
            assertThat(queue.getStartEpochNanos()).isGreaterThanOrEqualTo(task.getStartEpochNanos() - slack);
            assertThat(run.getEndEpochNanos()).isLessThanOrEqualTo(task.getEndEpochNanos() + slack);
            assertThat(run.getAttributes().get(AttributeKey.longKey("worker.pid"))
                            + run.getAttributes().get(AttributeKey.stringKey("worker.pid")))
                    .isNotEqualTo("nullnull");
            assertThat(task.getAttributes().get(AttributeKey.stringKey("pool"))).isEqualTo("processTaskExecutor");
            assertThat(task.getAttributes().get(AttributeKey.stringKey("outcome")))
                    .isEqualTo("success");

            assertThat(calls.fail()).failsWithin(TIMEOUT);
            all = spans(exporter, 3);
            task = span(all, "task ObservationTests.Calls.fail");
            assertThat(task.getAttributes().get(AttributeKey.stringKey("outcome")))
                    .isEqualTo("error");
            assertThat(task.getStatus().getStatusCode())
                    .isEqualTo(StatusData.error().getStatusCode());

            assertThat(executor.with(TaskOptions.defaults().label("halt"))
                            .submit(() -> Runtime.getRuntime().halt(3)))
                    .failsWithin(TIMEOUT);
            all = spans(exporter, 3);
            assertThat(span(all, "task halt").getAttributes().get(AttributeKey.stringKey("outcome")))
                    .isEqualTo("crashed");
            assertThat(span(all, "run").getStatus().getStatusCode())
                    .isEqualTo(StatusData.error().getStatusCode());

            executor.stop();
            assertThatExceptionOfType(java.util.concurrent.RejectedExecutionException.class)
                    .isThrownBy(() -> executor.submit(() -> 1));
            assertThat(span(spans(exporter, 1), "task").getAttributes().get(AttributeKey.stringKey("outcome")))
                    .isEqualTo("rejected");
        });
    }

    @Test
    void theConventionCanBeReplacedAndEachTaskIsObservedOnce() {
        SimpleTracer tracer = new SimpleTracer();
        List<Observation.Context> stopped = new CopyOnWriteArrayList<>();
        ObservationRegistry registry = registry(tracer, new TaskSpans(tracer));
        registry.observationConfig().observationHandler(new io.micrometer.observation.ObservationHandler<>() {
            @Override
            public void onStop(Observation.Context context) {
                stopped.add(context);
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        application
                .withBean(Tracer.class, () -> tracer)
                .withBean(ObservationRegistry.class, () -> registry)
                .withBean(TaskObservationConvention.class, () -> new DefaultTaskObservationConvention() {
                    @Override
                    public String getName() {
                        return "acme.work";
                    }

                    @Override
                    public KeyValues getLowCardinalityKeyValues(TaskObservationContext context) {
                        return super.getLowCardinalityKeyValues(context).and("team", "previews");
                    }
                })
                .run(context -> {
                    ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
                    assertThat(executor.with(TaskOptions.defaults().label("render"))
                                    .submit(() -> 1))
                            .succeedsWithin(TIMEOUT);
                    Awaitility.await().atMost(TIMEOUT).until(() -> stopped.size() == 1);
                    assertThat(stopped.get(0).getName()).isEqualTo("acme.work");
                    assertThat(stopped.get(0).getLowCardinalityKeyValues())
                            .isEqualTo(KeyValues.of(
                                    "pool", "processTaskExecutor", "outcome", "success", "team", "previews"));
                    // A span is there before it has its name.
                    Awaitility.await()
                            .atMost(TIMEOUT)
                            .untilAsserted(() -> assertThat(tracer.getSpans())
                                    .extracting(SimpleSpan::getName)
                                    .containsExactlyInAnyOrder("task render", "queue", "run"));
                    CompletableFuture<String> call =
                            context.getBean(Calls.class).traceparent();
                    assertThat(call).succeedsWithin(TIMEOUT);
                    Awaitility.await().atMost(TIMEOUT).until(() -> stopped.size() == 2);
                });
        assertThat(stopped).hasSize(2);
    }

    @Test
    void aTaskThatStillRunsHasNoOutcomeYet() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        application.withBean(ObservationRegistry.class, () -> registry).run(context -> {
            CompletableFuture<Void> task = context.getBean(ProcessTaskExecutor.class)
                    .submit(() -> {
                        while (true) {
                            Thread.onSpinWait();
                        }
                    });
            assertThat(meters.get("processexecutor.execution.active")
                            .longTaskTimer()
                            .getId()
                            .getTag("outcome"))
                    .isEqualTo("unknown");
            task.cancel(true);
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> meters.find("processexecutor.execution")
                                    .tag("outcome", "cancelled")
                                    .timer()
                            != null);
        });
    }

    @Test
    void aVoidMethodThatFailsHasItsErrorAsItsOutcomeSaysAndOnce() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Told told = new Told();
        ObservationRegistry registry = ObservationRegistry.create();
        // What ends is told in reverse: who waits for the one then finds the other done.
        registry.observationConfig()
                .observationHandler(told)
                .observationHandler(new DefaultMeterObservationHandler(meters));
        application.withBean(ObservationRegistry.class, () -> registry).run(context -> {
            Calls calls = context.getBean(Calls.class);
            Map<Runnable, List<String>> expected = new LinkedHashMap<>();
            expected.put(calls::failUnheard, List.of("error", "IllegalStateException"));
            expected.put(calls::crashUnheard, List.of("crashed", "WorkerCrashedException"));
            expected.put(calls::loopUnheard, List.of("timeout", "TaskTimeoutException"));
            expected.put(calls::succeedUnheard, List.of("success", "none"));
            int stopped = 0;
            for (Map.Entry<Runnable, List<String>> each : expected.entrySet()) {
                told.errors.clear();
                each.getKey().run();
                int count = ++stopped;
                Awaitility.await().atMost(TIMEOUT).until(() -> told.stopped.size() == count);
                String outcome = each.getValue().get(0);
                String error = each.getValue().get(1);
                assertThat(meters.get("processexecutor.execution")
                                .tag("outcome", outcome)
                                .timer()
                                .getId()
                                .getTag("error"))
                        .as(outcome)
                        .isEqualTo(error);
                assertThat(told.errors).as(outcome).hasSize(error.equals("none") ? 0 : 1);
            }
        });
    }

    @Test
    void aVoidMethodThatFailsInThisProcessHasItsErrorToo() {
        Told told = new Told();
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(told);
        application
                .withBean(ObservationRegistry.class, () -> registry)
                .withBean("users", ExecutorService.class, () -> Executors.newSingleThreadExecutor())
                .run(context -> {
                    context.getBean(Calls.class).failHere();
                    Awaitility.await().atMost(TIMEOUT).until(() -> told.stopped.size() == 1);
                    assertThat(told.errors).hasSize(1).first().asString().contains("on purpose");
                    assertThat(told.stopped.get(0).getLowCardinalityKeyValues())
                            .contains(KeyValue.of("outcome", "error"));
                });
    }

    @Test
    void aVoidMethodThatSucceedsWhenItIsRepeatedHasNoError(@TempDir Path directory) {
        Told told = new Told();
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(told);
        application
                .withUserConfiguration(Repeating.class)
                .withBean(ObservationRegistry.class, () -> registry)
                .run(context -> {
                    context.getBean(Calls.class)
                            .failOnce(directory.resolve("failed").toString());
                    Awaitility.await().atMost(TIMEOUT).until(() -> told.stopped.size() == 1);
                    assertThat(told.errors).isEmpty();
                    assertThat(told.stopped.get(0).getLowCardinalityKeyValues())
                            .contains(KeyValue.of("outcome", "success"));
                });
    }

    @Test
    void nobodyObservesWithoutARegistryAndWithoutMicrometer() {
        application.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(TaskObserver.class));
        Applications.of()
                .withConfiguration(AutoConfigurations.of(ProcessExecutorObservationAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("io.micrometer"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(TaskObserver.class)
                        .hasSingleBean(ProcessTaskExecutor.class));
    }
}
