package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The settings under process-executor.worker as a worker sees them, and that it is no second application. */
@Timeout(180)
@EnabledOnOs(OS.LINUX)
class WorkerSettingsTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final AtomicInteger STARTED = new AtomicInteger();

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(TaskExecutionAutoConfiguration.class, ProcessExecutorAutoConfiguration.class))
            .withPropertyValues("process-executor.workers=1", "process-executor.worker.max-heap=64MB");

    @Configuration(proxyBeanMethods = false)
    static class Runner {
        @Bean
        CommandLineRunner runner() {
            STARTED.incrementAndGet();
            return args -> STARTED.incrementAndGet();
        }
    }

    @Test
    void aWorkerIsStartedInTheSurroundingsThatTheSettingsDescribe(@TempDir Path directory) {
        application
                .withPropertyValues(
                        "process-executor.worker.environment.[MY_VARIABLE]=a b",
                        "process-executor.worker.environment.[EMPTY]=",
                        "process-executor.worker.system-properties.my.key=value",
                        "process-executor.worker.working-directory=" + directory,
                        "process-executor.worker.command-prefix=nice,-n,3")
                .run(context -> assertThat(context.getBean(ProcessTaskExecutor.class)
                                .submit(() -> List.of(
                                        System.getenv("MY_VARIABLE"),
                                        System.getenv("EMPTY"),
                                        System.getProperty("my.key"),
                                        Path.of("").toRealPath().toString())))
                        .succeedsWithin(TIMEOUT)
                        .isEqualTo(List.of(
                                "a b", "", "value", directory.toRealPath().toString())));
    }

    @Test
    void aCustomizerGivesTheWorkersAnInitializer() {
        application
                .withBean(
                        ProcessExecutorCustomizer.class,
                        () -> builder -> builder.initializer(() -> System.setProperty("initialized", "yes")))
                .run(context -> assertThat(context.getBean(ProcessTaskExecutor.class)
                                .submit(() -> System.getProperty("initialized")))
                        .succeedsWithin(TIMEOUT)
                        .isEqualTo("yes"));
    }

    @Test
    void s100AWorkerStartsNoApplicationOfItsOwn() {
        STARTED.set(0);
        application.withUserConfiguration(Runner.class).run(context -> {
            assertThat(STARTED).hasValue(1);
            assertThat(context.getBean(ProcessTaskExecutor.class).submit(() -> STARTED.get()))
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo(0);
            assertThat(context.getBean(ProcessTaskExecutor.class)
                            .submit(() -> Thread.getAllStackTraces().keySet().stream()
                                    .map(Thread::getName)
                                    .filter(name -> name.matches("(?i).*(http|tomcat|scheduling|task-\\d).*"))
                                    .toList()))
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo(List.of());
        });
    }
}
