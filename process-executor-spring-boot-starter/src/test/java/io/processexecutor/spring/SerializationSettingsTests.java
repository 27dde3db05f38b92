package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.ObjectReplacer;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.serialization.TaskSerializers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.security.task.DelegatingSecurityContextAsyncTaskExecutor;
import org.springframework.util.unit.DataSize;

/** The settings under process-executor.serialization and process-executor.closures, and where they end up. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class SerializationSettingsTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(TaskExecutionAutoConfiguration.class, ProcessExecutorAutoConfiguration.class))
            .withPropertyValues("process-executor.workers=1", "process-executor.worker.max-heap=96MB");

    /** Cannot travel. */
    static final class Service {
        final Thread thread = Thread.currentThread();
        final String name;

        Service(String name) {
            this.name = name;
        }
    }

    record Named(String suffix) implements ObjectReplacer {
        @Override
        public boolean replaces(Class<?> type) {
            return type == Service.class;
        }

        @Override
        public Object replace(Object object) {
            return ((Service) object).name + suffix;
        }

        @Override
        public Object restore(Object reference) {
            return new Service((String) reference);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Replacing {
        @Bean
        @Order(2)
        ObjectReplacer second() {
            return new Named(" by the second");
        }

        @Bean
        @Order(1)
        ObjectReplacer first() {
            return new Named(" by the first");
        }
    }

    private static void refused(Supplier<Object> submission, String... words) {
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(submission::get)
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    @Test
    void everyPropertyIsInForce() {
        Object[] nested = {new Object[] {new Object[] {new Object[] {1}}}};
        int[] array = new int[20];
        DataSize stranger = DataSize.ofBytes(1);
        application
                .withPropertyValues("process-executor.serialization.allowed-packages=com.acme, org.acme")
                .run(context -> {
                    ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
                    refused(
                            () -> executor.submit(() -> stranger.toBytes()),
                            "is in no allowed package: add org.springframework.util.unit to",
                            "com.acme, org.acme");
                });
        application
                .withPropertyValues("process-executor.serialization.max-depth=4")
                .run(context -> refused(
                        () -> context.getBean(ProcessTaskExecutor.class).submit(() -> nested.length),
                        "more than 4 objects",
                        "process-executor.serialization.max-depth"));
        application
                .withPropertyValues("process-executor.serialization.max-array-length=10")
                .run(context -> refused(
                        () -> context.getBean(ProcessTaskExecutor.class).submit(() -> array.length),
                        "its length is 20, and the limit is 10",
                        "process-executor.serialization.max-array-length"));
        application
                .withPropertyValues("process-executor.serialization.max-size=60B")
                .run(context -> refused(
                        () -> context.getBean(ProcessTaskExecutor.class).submit(() -> array.length),
                        "the limit is 60",
                        "process-executor.serialization.max-size"));
    }

    @Test
    void replacersThatAreBeansAreAskedInTheirOrder() {
        application.withUserConfiguration(Replacing.class).run(context -> {
            Service bean = new Service("a");
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            assertThat(executor.submit(() -> bean.name)).succeedsWithin(TIMEOUT).isEqualTo("a by the first");
        });
    }

    @Test
    void theVariableOfTheEnvironmentNamesTheSerializerAsThePropertyDoes() {
        application
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "test-systemEnvironment", Map.of("PROCESS_EXECUTOR_SERIALIZER", "closure"))))
                .run(context -> assertThat(
                                context.getBean(ProcessExecutorProperties.class).getSerializer())
                        .isEqualTo(ProcessExecutorProperties.Serializer.CLOSURE));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    @ImportAutoConfiguration({
        AopAutoConfiguration.class,
        TaskExecutionAutoConfiguration.class,
        ProcessExecutorAutoConfiguration.class
    })
    static class Application {

        @Bean
        Calls calls() {
            return new Calls();
        }

        public static void main(String[] arguments) throws Exception {
            try (var context = new SpringApplicationBuilder(Application.class)
                    .web(WebApplicationType.NONE)
                    .run(arguments)) {
                ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
                Object inWorker = executor.submit(() -> System.getProperty("process-executor.closures.deep-reflection"))
                        .get(60, TimeUnit.SECONDS);
                System.out.println("worker says " + inWorker);
                System.out.println(TaskSerializers.diagnose());
                say("asynchronous method", context.getBean(Calls.class)::answer);
                say("security wrapper", () -> {
                    ProcessTask<Integer> task = () -> 42;
                    return new DelegatingSecurityContextAsyncTaskExecutor(executor).submit((Callable<Integer>) task);
                });
                say("future task", () -> {
                    FutureTask<Integer> task = new FutureTask<>(() -> 42);
                    executor.execute(task);
                    return task;
                });
                say("completion service", () -> new ExecutorCompletionService<Integer>(executor).submit(() -> 42));
                say("supplyAsync", () -> CompletableFuture.supplyAsync(() -> 42, executor));
            }
        }

        private static void say(String what, Supplier<Future<Integer>> call) throws Exception {
            try {
                System.out.println(what + ": " + call.get().get(60, TimeUnit.SECONDS));
            } catch (TaskRejectedException e) {
                System.out.println(what + " refused: " + e.getMessage());
            }
        }
    }

    static class Calls {

        /** Its label and the like are read out of what Spring makes of the call. */
        @ProcessAsync(label = "answer", queueTimeout = "50s")
        public CompletableFuture<Integer> answer() {
            return CompletableFuture.completedFuture(42);
        }
    }

    @Test
    void anUnknownSerializerFailsTheStartWithTheNameTheValueAndTheValidOnes(CapturedOutput output) {
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> new SpringApplicationBuilder(Application.class)
                        .web(WebApplicationType.NONE)
                        .run("--process-executor.serializer=no_module"));
        assertThat(output)
                .contains("process-executor.serializer")
                .contains("no_module")
                .contains("CLOSURE")
                .contains("JAVA")
                .contains("KRYO");
    }

    @Test
    void deepReflectionOfTheApplicationsOwnSettingsHoldsHereAndInTheWorkersAndOpensNoWrapperOfTheJdk()
            throws Exception {
        String said = said("--process-executor.closures.deep-reflection=false", "--process-executor.workers=1");
        assertThat(said)
                .contains("worker says false")
                .contains("turned off by -Dprocess-executor.closures.deep-reflection=false")
                .contains("asynchronous method: 42")
                .contains("security wrapper: 42");
        for (String refused : List.of("future task", "completion service", "supplyAsync")) {
            assertThat(said.lines().filter(line -> line.startsWith(refused)))
                    .as(said)
                    .singleElement()
                    .asString()
                    .startsWith(refused + " refused: processTaskExecutor - The function inside a java.util.concurrent.")
                    .contains("SerializationSettingsTests.java")
                    .contains("turned off by -Dprocess-executor.closures.deep-reflection=false")
                    .contains("Give the function itself to submit(...)");
        }
    }

    @Test
    void deepReflectionThatComesTooLateFailsTheStart() {
        TaskSerializers.deepReflection(true);
        System.clearProperty("process-executor.closures.deep-reflection");
        application
                .withPropertyValues("process-executor.closures.deep-reflection=false")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("process-executor.closures.deep-reflection=false comes too late"));
    }

    private static String said(String... arguments) throws IOException, InterruptedException {
        java.util.ArrayList<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Application.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
        return said;
    }
}
