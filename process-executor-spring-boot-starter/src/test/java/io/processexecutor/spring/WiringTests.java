package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.processexecutor.pool.ProcessPoolExecutor;
import io.processexecutor.spring.jpa.HibernateReplacer;
import io.processexecutor.spring.metrics.ProcessExecutorMetrics;
import io.processexecutor.spring.propagation.LocaleCarrier;
import io.processexecutor.spring.propagation.MdcCarrier;
import io.processexecutor.spring.propagation.SecurityCarrier;
import io.processexecutor.spring.propagation.TraceCarrier;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;

/** Which beans there are, and which there are not. No worker is started here. */
class WiringTests {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    TaskExecutionAutoConfiguration.class,
                    ProcessExecutorAsyncAutoConfiguration.class,
                    ProcessExecutorAutoConfiguration.class,
                    ProcessExecutorMetricsAutoConfiguration.class))
            .withUserConfiguration(Application.class);

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    static class Consumer {

        @Bean
        Injected injected(
                TaskExecutor taskExecutor,
                ProcessTaskExecutor own,
                @Qualifier("processTaskExecutor") Executor qualified) {
            return new Injected(taskExecutor, own, qualified);
        }
    }

    record Injected(TaskExecutor taskExecutor, ProcessTaskExecutor own, Executor qualified) {}

    @Test
    void theExecutorIsThereByTypeAndByNameAndStealsNobodysPlace() {
        application.withUserConfiguration(Consumer.class).run(context -> {
            assertThat(context).hasNotFailed();
            Injected injected = context.getBean(Injected.class);
            assertThat(injected.own()).isSameAs(injected.qualified());
            assertThat(injected.taskExecutor()).isSameAs(context.getBean("applicationTaskExecutor"));
        });
    }

    @Test
    void switchedOffThereIsNothing() {
        application
                .withPropertyValues("process-executor.enabled=false", "process-executor.async.default=true")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(ProcessTaskExecutor.class)
                        .doesNotHaveBean("processTaskAdvisor")
                        .doesNotHaveBean("processTaskExecutorAsyncConfigurer"));
    }

    @Test
    void itStartsWithoutMicrometer() {
        application
                .withClassLoader(new FilteredClassLoader("io.micrometer"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(ProcessTaskExecutor.class)
                        .doesNotHaveBean(ProcessExecutorMetrics.class));
    }

    @Test
    void propertiesReachTheBuilderAndACustomizerHasTheLastWord() {
        application
                .withPropertyValues("process-executor.workers=3", "process-executor.worker.max-heap=64MB")
                .withBean(ProcessExecutorCustomizer.class, () -> builder -> {
                    assertThat(builder.workers()).isEqualTo(3);
                    builder.workers(5);
                })
                .run(context -> assertThat(
                                context.getBean(ProcessTaskExecutor.class).getCorePoolSize())
                        .isEqualTo(5));
    }

    @Test
    void aCustomizerHasTheLastWordOnTheMinimumOfWorkers() {
        application
                .withPropertyValues("process-executor.workers=1", "process-executor.worker.max-heap=64MB")
                .withBean(ProcessExecutorCustomizer.class, () -> builder -> {
                    assertThat(builder.minWorkers()).isZero();
                    builder.minWorkers(1);
                })
                .run(context -> {
                    ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
                    org.awaitility.Awaitility.await()
                            .atMost(Duration.ofSeconds(60))
                            .until(() -> executor.stats().workerStarts() == 1);
                });
    }

    @Test
    void aCustomizerHasTheLastWordOnTheShutdownGrace() {
        application
                .withPropertyValues(
                        "process-executor.workers=1",
                        "process-executor.worker.max-heap=64MB",
                        "process-executor.shutdown-grace=1h")
                .withBean(ProcessExecutorCustomizer.class, () -> builder -> {
                    assertThat(builder.shutdownGrace()).isEqualTo(Duration.ofHours(1));
                    builder.shutdownGrace(Duration.ofMillis(100));
                })
                .run(context -> {
                    ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
                    CompletableFuture<Void> endless = executor.submit(() -> {
                        while (true) {
                            Thread.onSpinWait();
                        }
                    });
                    try {
                        assertThat(CompletableFuture.runAsync(executor::shutdown, task -> new Thread(task).start()))
                                .succeedsWithin(Duration.ofSeconds(60));
                    } finally {
                        endless.cancel(true);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "${NOT_SET_ANYWHERE:}"})
    void aSwitchThatIsEmptyIsOnAsOneThatIsNotSet(String empty) {
        application
                .withConfiguration(AutoConfigurations.of(
                        ProcessExecutorJpaAutoConfiguration.class, ProcessExecutorPropagationAutoConfiguration.class))
                .withBean(Tracer.class, () -> Tracer.NOOP)
                .withBean(Propagator.class, () -> Propagator.NOOP)
                .withPropertyValues(
                        "process-executor.async.default=true",
                        "process-executor.enabled=" + empty,
                        "process-executor.propagation.mdc=" + empty,
                        "process-executor.propagation.locale=" + empty,
                        "process-executor.propagation.tracing=" + empty,
                        "process-executor.propagation.security=" + empty)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(ProcessTaskExecutor.class)
                        .hasBean("processTaskExecutorAsyncConfigurer")
                        .hasSingleBean(HibernateReplacer.class)
                        .hasSingleBean(MdcCarrier.class)
                        .hasSingleBean(LocaleCarrier.class)
                        .hasSingleBean(TraceCarrier.class)
                        .doesNotHaveBean(SecurityCarrier.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "FALSE", "ture", "off"})
    void aSwitchThatIsNotTrueIsOff(String value) {
        application
                .withPropertyValues("process-executor.enabled=" + value)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ProcessTaskExecutor.class));
    }

    @Test
    void workersAreRecycledAsTheLimitsSay() {
        application
                .withPropertyValues(
                        "process-executor.workers=1",
                        "process-executor.worker.max-heap=64MB",
                        "process-executor.submit-timeout=5s",
                        "process-executor.hung-after=20s",
                        "process-executor.recycle.max-tasks=1",
                        "process-executor.recycle.max-age=1h",
                        "process-executor.recycle.max-rss=1GB",
                        "process-executor.recycle.max-heap=60MB",
                        "process-executor.recycle.max-metaspace=256MB")
                .run(context -> {
                    ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
                    long first =
                            executor.submit(() -> ProcessHandle.current().pid()).get();
                    assertThat(executor.submit(() -> ProcessHandle.current().pid())
                                    .get())
                            .isNotEqualTo(first);
                });
    }

    @Test
    void optedInTheExecutorIsTheOneOfUnqualifiedAsyncMethods() {
        application.withPropertyValues("process-executor.async.default=true").run(context -> {
            AsyncConfigurer configurer = context.getBean("processTaskExecutorAsyncConfigurer", AsyncConfigurer.class);
            assertThat(configurer.getAsyncExecutor()).isSameAs(context.getBean("processTaskExecutor"));
        });
    }

    @Test
    void nothingIsStartedBeforeTheFirstTask() {
        application.run(context -> {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            assertThat(executor.processExecutor().stats().workerStarts()).isZero();
            assertThat(executor.processExecutor()).isInstanceOf(ProcessPoolExecutor.class);
        });
    }

    @Test
    void aMinimumOfWorkersIsStartedWithTheApplication() {
        application
                .withPropertyValues(
                        "process-executor.workers=1",
                        "process-executor.min-workers=1",
                        "process-executor.worker.max-heap=64MB")
                .run(context -> {
                    ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
                    org.awaitility.Awaitility.await()
                            .atMost(Duration.ofSeconds(60))
                            .until(() -> executor.processExecutor().stats().workerStarts() == 1);
                });
    }
}
