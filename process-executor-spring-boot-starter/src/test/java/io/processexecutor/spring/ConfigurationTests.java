package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.javapoet.ClassName;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** What a user sees who writes something wrong into the settings, and executors that have settings of their own. */
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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
                "min-workers                  | -1       | min-workers must be at least 0, was -1",
                "queue-capacity               | -5       | queue-capacity must be at least 0",
                "prefetch                     | -1       | prefetch must be at least 0",
                "task-timeout                 | -1s      | task-timeout must be longer than zero",
                "queue-timeout                | 0s       | queue-timeout must be longer than zero",
                "start-timeout                | 0s       | start-timeout must be longer than zero",
                "idle-timeout                 | 0s       | idle-timeout must be longer than zero",
                "submit-timeout               | -1s      | submit-timeout must not be negative",
                "hung-after                   | 1s       | hung-after must be at least PT3S",
                "cancel-grace                 | -1s      | cancel-grace must not be negative",
                "shutdown-grace               | -1s      | shutdown-grace must not be negative",
                "metrics.max-task-names       | 0        | max-task-names must be at least 1, was 0",
                "worker.max-heap              | 1MB      | max-heap must be at least 16 MB",
                "recycle.max-tasks            | 0        | max-tasks must be at least 1, was 0",
                "recycle.max-age              | 0s       | max-age must be longer than zero",
                "worker.context-timeout       | 0s       | context-timeout must be longer than zero",
                "recycle.max-rss              | 0B       | max-rss must be at least 1, was 0",
                "serialization.max-size       | 0B       | max-size must be at least 1B, was 0B",
                "serialization.max-depth      | 0        | max-depth must be at least 1, was 0",
                "serialization.allowed-packages | com.acme.* | com.acme.*",
                "pools.reports.workers        | 0        | workers must be at least 1, was 0",
                "pools.myReports.workers      | 0        | workers must be at least 1, was 0",
                "pools.my_reports.worker.max-heap | 1MB  | max-heap must be at least 16 MB",
                "pools.[my.reports].workers   | 0        | workers must be at least 1, was 0",
                "pools.reports.worker.max-heap| 1MB      | max-heap must be at least 16 MB",
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
    void aMinimumAboveTheDefaultOfTheMostFailsTheStart(CapturedOutput output) {
        failsWith(
                output,
                new String[] {"--process-executor.min-workers=100000"},
                "process-executor.min-workers",
                "100000",
                "Raise process-executor.workers, or lower process-executor.min-workers");
    }

    @Test
    void aMinimumOfAPoolAboveTheMostOfTheMainExecutorFailsTheStart(CapturedOutput output) {
        failsWith(
                output,
                new String[] {"--process-executor.workers=2", "--process-executor.pools.reports.min-workers=3"},
                "process-executor.pools.reports.minWorkers",
                "must not be more than workers, which is 2");
    }

    @Test
    void aMinimumOfAPoolAboveTheDefaultOfTheMostFailsTheStart(CapturedOutput output) {
        failsWith(
                output,
                new String[] {"--process-executor.pools.reports.min-workers=100000"},
                "process-executor.pools.reports.min-workers",
                "Raise process-executor.pools.reports.workers");
    }

    @Test
    void aMinimumThatAPoolTakesFromTheMainExecutorIsNoMoreThanItsOwnWorkers() {
        Map<String, Integer> minimums = new ConcurrentHashMap<>();
        application
                .withPropertyValues(
                        "process-executor.mode=in-process",
                        "process-executor.workers=3",
                        "process-executor.min-workers=2",
                        "process-executor.pools.one.workers=1",
                        "process-executor.pools.four.workers=4",
                        "process-executor.pools.none.min-workers=0",
                        "process-executor.pools.same.min-workers=")
                .withBean(
                        ProcessExecutorCustomizer.class,
                        () -> builder -> minimums.put(builder.name(), builder.minWorkers()))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(minimums)
                            .isEqualTo(Map.of("processTaskExecutor", 2, "one", 1, "four", 2, "none", 0, "same", 2));
                });
    }

    @Test
    void aMinimumThatNobodyAskedForFollowsACustomizerOfTheMost() {
        application
                .withPropertyValues(
                        "process-executor.mode=in-process",
                        "process-executor.workers=3",
                        "process-executor.worker.context=eager",
                        "process-executor.worker.sources=" + Application.class.getName())
                .withBean(ProcessExecutorCustomizer.class, () -> builder -> builder.workers(1))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aMinimumBelowTheMostOfACustomizerIsTaken() {
        application
                .withPropertyValues("process-executor.mode=in-process", "process-executor.min-workers=1000")
                .withBean(ProcessExecutorCustomizer.class, () -> builder -> builder.workers(1000))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aNameThatNoPoolMayHaveFailsTheStart(CapturedOutput output) {
        failsWith(
                output,
                new String[] {"--process-executor.pools.[a b].workers=1"},
                "process-executor.pools.[a b]",
                "letters, digits, '.', '_' and '-'");
        assertThat(output.toString()).doesNotContain("\tat ");
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "workers",
                "min-workers",
                "queue-capacity",
                "serializer",
                "mode",
                "task-timeout",
                "shutdown-grace",
                "advice-order",
                "recycle.max-tasks",
                "worker.max-heap",
                "worker.context",
                "worker.jvm-args",
                "worker.working-directory",
                "worker.class-data-archive",
                "metrics.max-task-names",
                "serialization.max-size"
            })
    void anEmptyValueCountsAsNotSet(String property) {
        for (String empty : List.of("", "${NOT_SET_ANYWHERE:}")) {
            application
                    .withPropertyValues("process-executor." + property + "=" + empty)
                    .run(context -> assertThat(context).hasNotFailed());
        }
    }

    @Test
    void anEmptyValueOfANamedPoolIsTheOneOfTheMainExecutor() {
        application
                .withPropertyValues("process-executor.workers=3", "process-executor.pools.reports.workers=")
                .run(context -> assertThat(context.getBean("reports", ProcessTaskExecutor.class)
                                .stats()
                                .maxWorkers())
                        .isEqualTo(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"enabled", "propagation.mdc", "propagation.locale", "propagation.tracing"})
    void aTypingErrorInTheValueOfASwitchFailsTheStart(String property, CapturedOutput output) {
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(
                        () -> run("--process-executor." + property + "=ture").close());
        assertThat(output.toString()).contains("process-executor." + property, "'ture'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reports", "myReports", "my_reports", "[my.Reports]"})
    void aPoolOfWhichNothingIsSaidIsAsTheMainExecutor(String name) {
        String bean = name.replaceAll("[\\[\\]]", "");
        for (String empty : List.of("", "${NOT_SET_ANYWHERE:}")) {
            application
                    .withPropertyValues("process-executor.workers=3", "process-executor.pools." + name + "=" + empty)
                    .run(context -> {
                        assertThat(context).as(empty).hasNotFailed();
                        assertThat(context.getBean(bean, ProcessTaskExecutor.class)
                                        .stats()
                                        .maxWorkers())
                                .isEqualTo(3);
                        assertThat(context.getBean(ProcessExecutorProperties.class)
                                        .getPools())
                                .hasSize(1)
                                .allSatisfy((key, pool) ->
                                        assertThat(pool.getWorkers()).isNull());
                    });
        }
    }

    @Test
    void aPoolOfWhichYamlSaysNothingIsOne() throws IOException {
        String yaml = """
                process-executor:
                  workers: 3
                  pools:
                    reports:
                    thumbnails: {}
                    previews:
                      workers: 2
                """;
        PropertySource<?> source = new YamlPropertySourceLoader()
                .load("application.yml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                .get(0);
        application
                .withInitializer(
                        context -> context.getEnvironment().getPropertySources().addFirst(source))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    for (String name : List.of("reports", "thumbnails", "previews")) {
                        assertThat(context.getBean(name, ProcessTaskExecutor.class)
                                        .stats()
                                        .maxWorkers())
                                .as(name)
                                .isEqualTo(name.equals("previews") ? 2 : 3);
                    }
                });
    }

    @ParameterizedTest
    @CsvSource({
        "worker, 3, worker.class-data-archive",
        "async, true, async.default",
        "metrics, true, metrics.max-task-names",
        "propagation, false, propagation.locale",
        "recycle, 5, recycle.max-age",
        "pools.reports, 3, pools.reports.cancel-grace"
    })
    void aValueInThePlaceOfAGroupFailsTheStartAndIsToldWithWhereItWasSetAndWhatBelongsThere(
            String group, String value, String setting, CapturedOutput output) {
        failsWith(
                output,
                new String[] {"--process-executor." + group + "=" + value},
                "Property: process-executor." + group,
                "Value: \"" + value + "\"",
                "Origin: \"process-executor." + group + "\" from property source",
                "a group of settings, such as process-executor." + setting);
    }

    @Test
    void aTypingErrorFailsTheStartWithAnEmptyValueToo(CapturedOutput output) {
        failsWith(output, new String[] {"--process-executor.wokers="}, "process-executor.wokers", "unbound");
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

    @ParameterizedTest
    @ValueSource(strings = {"myReports", "my_reports", "my-reports", "[my.Reports]"})
    void aNamedPoolMayBeSpelledInAnyWay(String name) {
        CUSTOMIZED.clear();
        String bean = name.replaceAll("[\\[\\]]", "");
        try (ConfigurableApplicationContext context = run(
                "--process-executor.workers=2",
                "--process-executor.pools." + name + ".workers=1",
                "--process-executor.pools." + name + ".worker.system-properties.of=it")) {
            assertThat(CUSTOMIZED).containsExactlyInAnyOrder("processTaskExecutor 2", bean + " 1");
            assertThat(context.getBean(bean, ProcessTaskExecutor.class)
                            .submit(() -> System.getProperty("process-executor.worker") + System.getProperty("of"))
                            .join())
                    .isEqualTo(bean + "-1it");
        }
    }

    @Test
    void aTypingErrorInANamedPoolOfAnySpellingFailsTheStart(CapturedOutput output) {
        failsWith(
                output,
                new String[] {"--process-executor.pools.myReports.wokers=1"},
                "process-executor.pools.myreports.wokers",
                "unbound");
    }

    @Test
    void whoOverridesAValueOfANamedPoolDoesNotRenameIt() {
        application
                .withPropertyValues("process-executor.pools.myReports.workers=1")
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                Map.of("PROCESSEXECUTOR_POOLS_MYREPORTS_WORKERS", "3"))))
                .run(context -> {
                    assertThat(context.getBeanNamesForType(ProcessTaskExecutor.class))
                            .containsExactlyInAnyOrder("processTaskExecutor", "myReports");
                    assertThat(context.getBean("myReports", ProcessTaskExecutor.class)
                                    .stats()
                                    .maxWorkers())
                            .isEqualTo(3);
                });
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
    void codeIsWrittenAheadOfTimeForAnApplicationWithNamedPools() {
        InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
        DefaultGenerationContext generation =
                new DefaultGenerationContext(new ClassNameGenerator(ClassName.get(ConfigurationTests.class)), files);
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            TestPropertyValues.of("process-executor.pools.myReports.workers=1").applyTo(context);
            context.register(Application.class);
            new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        }
        generation.writeGeneratedContent();
        assertThat(files.getGeneratedFiles(GeneratedFiles.Kind.SOURCE).values())
                .extracting(source -> new String(source.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .anyMatch(source -> source.contains("ProcessTaskExecutorFactory.class).named(args.get(0))")
                        && source.contains("\"myReports\"")
                        && source.contains("setFallback(true)")
                        && source.contains("setDefaultCandidate(false)"));
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
