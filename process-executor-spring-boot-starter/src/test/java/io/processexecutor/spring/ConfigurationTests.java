package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** What a user sees who writes something wrong into the settings, and executors that have settings of their own. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class ConfigurationTests {

    private static final ConcurrentLinkedQueue<String> CUSTOMIZED = new ConcurrentLinkedQueue<>();

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    @ImportAutoConfiguration({
        AopAutoConfiguration.class,
        TaskExecutionAutoConfiguration.class,
        ProcessExecutorAutoConfiguration.class
    })
    static class Application {

        @Bean
        Reports reportsService() {
            return new Reports();
        }

        @Bean
        ProcessExecutorCustomizer customizer() {
            return builder -> CUSTOMIZED.add(builder.name() + " " + builder.workers());
        }
    }

    static class Reports {

        @Async("reports")
        public CompletableFuture<String> workerAndLimit() {
            return CompletableFuture.completedFuture(System.getProperty("process-executor.worker") + " "
                    + Runtime.getRuntime().maxMemory() / (1 << 20) + " " + System.getProperty("of"));
        }
    }

    private static ConfigurableApplicationContext run(String... arguments) {
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run(arguments);
    }

    private static void failsWith(CapturedOutput output, String[] arguments, String... words) {
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> run(arguments).close());
        assertThat(output.toString()).contains("APPLICATION FAILED TO START").contains(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workers                      | 0        | workers must be at least 1, was 0",
                "min-workers                  | -1       | minWorkers must be at least 0, was -1",
                "queue-capacity               | -5       | queueCapacity must be at least 0",
                "prefetch                     | -1       | prefetch must be at least 0",
                "task-timeout                 | -1s      | taskTimeout must be longer than zero",
                "queue-timeout                | 0s       | queueTimeout must be longer than zero",
                "start-timeout                | 0s       | startTimeout must be longer than zero",
                "idle-timeout                 | 0s       | idleTimeout must be longer than zero",
                "submit-timeout               | -1s      | submitTimeout must not be negative",
                "hung-after                   | 1s       | hungAfter must be at least PT3S",
                "cancel-grace                 | -1s      | cancelGrace must not be negative",
                "shutdown-grace               | -1s      | shutdownGrace must not be negative",
                "metrics.max-task-names       | 0        | max-task-names must be at least 1, was 0",
                "worker.max-heap              | 1MB      | maxHeapBytes must be at least 16 MB",
                "recycle.max-tasks            | 0        | maxTasks must be at least 1, was 0",
                "recycle.max-age              | 0s       | maxAge must be longer than zero",
                "recycle.max-rss              | 0B       | must be at least 1, was 0",
                "serialization.max-size       | 3GB      | must be between 1B and 2147483647B",
                "serialization.max-depth      | 0        | must be at least 1, was 0",
                "serialization.allowed-packages | com.acme.* | com.acme.*",
                "pools.reports.workers        | 0        | workers must be at least 1, was 0",
                "pools.reports.worker.max-heap| 1MB      | maxHeapBytes must be at least 16 MB",
            })
    void aValueThatMakesNoSenseFailsTheStartAndIsNamedWithItsPropertyAndWhereItWasSet(
            String property, String value, String reason, CapturedOutput output) {
        failsWith(
                output,
                new String[] {"--process-executor." + property + "=" + value},
                "Origin: \"process-executor." + property + "\" from property source",
                reason);
    }

    @Test
    void aMinimumAboveTheMostFailsTheStart(CapturedOutput output) {
        failsWith(
                output,
                new String[] {"--process-executor.workers=2", "--process-executor.min-workers=3"},
                "process-executor.min-workers",
                "must not be more than workers, which is 2");
    }

    @Test
    void anUnknownSerializerFailsTheStartAndTheValidOnesAreListed(CapturedOutput output) {
        failsWith(
                output,
                new String[] {"--process-executor.serializer=pickle"},
                "process-executor.serializer",
                "pickle",
                "JAVA",
                "KRYO",
                "CLOSURE");
    }

    @Test
    void aTypingErrorInTheNameOfAPropertyFailsTheStart(CapturedOutput output) {
        failsWith(
                output,
                new String[] {"--process-executor.worker.max-heep=1GB"},
                "process-executor.worker.max-heep",
                "unbound");
    }

    @Test
    void aWorkerThatCannotStartIsToldWithWhatItWrote(CapturedOutput output) {
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> new SpringApplicationBuilder(Application.class, NeedsAWorker.class)
                        .web(WebApplicationType.NONE)
                        .run("--process-executor.worker.jvm-args=-XX:NoSuchOption"));
        assertThat(output.toString())
                .contains("APPLICATION FAILED TO START")
                .contains("NoSuchOption")
                .contains("process-executor.worker.jvm-args")
                .contains("It was started by:");
    }

    @Configuration(proxyBeanMethods = false)
    static class NeedsAWorker {

        @Bean
        CommandLineRunner runner(ProcessTaskExecutor executor) {
            return arguments -> executor.submit(() -> 1).get();
        }
    }

    @Test
    void aNativeImageIsRefusedInWords(CapturedOutput output) {
        System.setProperty("org.graalvm.nativeimage.imagecode", "runtime");
        try {
            failsWith(output, new String[0], "native image", "Run the application on a JVM");
        } finally {
            System.clearProperty("org.graalvm.nativeimage.imagecode");
        }
    }

    @Test
    void anotherMajorVersionOfSpringBootIsRefusedInWords() {
        EnvironmentCheck.checkBoot("4.0.0");
        for (String version : List.of("3.5.7", "5.0.0")) {
            assertThatExceptionOfType(UnusableSetupException.class)
                    .isThrownBy(() -> EnvironmentCheck.checkBoot(version))
                    .withMessageContaining("Spring Boot 4")
                    .withMessageContaining(version);
        }
    }

    @Test
    void aRuntimeWithoutALauncherIsRefusedInWords() {
        assertThatExceptionOfType(UnusableSetupException.class)
                .isThrownBy(() -> EnvironmentCheck.checkJvm(Path.of("/no/such/java")))
                .withMessageContaining("/no/such/java/bin/java");
    }

    @Test
    void aNamedPoolIsABeanWithItsOwnSettingsAndTakesTheRestFromTheMainOne() {
        CUSTOMIZED.clear();
        try (ConfigurableApplicationContext context = run(
                "--process-executor.workers=2",
                "--process-executor.worker.max-heap=64MB",
                "--process-executor.worker.system-properties.of=all",
                "--process-executor.pools.reports.workers=1",
                "--process-executor.pools.reports.worker.max-heap=96MB",
                "--process-executor.pools.thumbnails.worker.system-properties.of=thumbnails")) {
            assertThat(CUSTOMIZED).containsExactlyInAnyOrder("processTaskExecutor 2", "reports 1", "thumbnails 2");
            assertThat(context.getBean(Reports.class).workerAndLimit().join()).matches("reports-\\d+ 9\\d all");
            ProcessTaskExecutor thumbnails = context.getBean("thumbnails", ProcessTaskExecutor.class);
            assertThat(thumbnails
                            .submit(() -> System.getProperty("process-executor.worker") + System.getProperty("of"))
                            .join())
                    .matches("thumbnails-\\d+thumbnails");
            assertThat(context.getBean(ProcessTaskExecutor.class))
                    .isSameAs(context.getBean("processTaskExecutor"))
                    .isNotSameAs(thumbnails);
        }
    }

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    TaskExecutionAutoConfiguration.class, ProcessExecutorAutoConfiguration.class));

    @Test
    void aNamedPoolGivesWayToABeanOfTheUserAndIsInjectedByItsNameOnly() {
        application
                .withPropertyValues("process-executor.pools.a.workers=1", "process-executor.pools.b.workers=1")
                .withBean("a", Executor.class, () -> Runnable::run)
                .withUserConfiguration(Consumer.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean("a")).isNotInstanceOf(ProcessTaskExecutor.class);
                    assertThat(context.getBean("consumer")).isEqualTo(context.getBean("b"));
                });
    }

    @Test
    void aNamedPoolDoesNotHideBehindABeanThatIsNoExecutor(CapturedOutput output) {
        failsWith(
                output,
                new String[] {"--process-executor.pools.reportsService.workers=1"},
                "process-executor.pools.reportsService",
                "no executor",
                "another name");
    }

    @Configuration(proxyBeanMethods = false)
    static class Consumer {

        @Bean
        Function<?, ?> byType(ProcessTaskExecutor executor) {
            return nothing -> executor;
        }

        @Bean
        Executor consumer(@Qualifier("b") Executor executor) {
            return executor;
        }
    }
}
