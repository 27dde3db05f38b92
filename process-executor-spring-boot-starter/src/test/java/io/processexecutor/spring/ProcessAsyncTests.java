package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.processexecutor.TaskContext;
import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.TaskTimeoutException.Limit;
import io.processexecutor.WorkerCrashedException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;

/** What the attributes of ProcessAsync do to calls. */
@Timeout(300)
class ProcessAsyncTests {

    private final ApplicationContextRunner application = Applications.of(Application.class)
            .withPropertyValues("calls.timeout=2s", "calls.retries=1", "calls.pool=processTaskExecutor");

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Application {

        @Bean
        Calls calls() {
            return new Calls();
        }

        @Bean
        Typed typed() {
            return new Typed();
        }

        @Bean
        AtomicReference<Throwable> uncaught() {
            return new AtomicReference<>();
        }

        @Bean
        AsyncConfigurer configurer(AtomicReference<Throwable> uncaught) {
            return new HandlingFailures(uncaught);
        }
    }

    record HandlingFailures(AtomicReference<Throwable> uncaught) implements AsyncConfigurer {
        @Override
        public org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
            return (failure, method, arguments) -> uncaught.set(failure);
        }
    }

    static class Calls {

        @ProcessAsync
        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(here());
        }

        @ProcessAsync
        public CompletableFuture<Integer> pages() {
            TaskContext.current().progress(3, 4, "page 3");
            return CompletableFuture.completedFuture(3);
        }

        @ProcessAsync("${calls.pool}")
        public CompletableFuture<Long> pidOfNamed() {
            return CompletableFuture.completedFuture(here());
        }

        @ProcessAsync(timeout = "${calls.timeout}")
        public CompletableFuture<Void> endless() {
            while (true) {
                Thread.onSpinWait();
            }
        }

        @ProcessAsync(timeout = "PT10M", label = "busy ${calls.retries}")
        public CompletableFuture<Void> busy(String file) {
            Applications.sayPidAndLoop(file);
            return CompletableFuture.completedFuture(null);
        }

        @ProcessAsync(queueTimeout = "1500ms")
        public CompletableFuture<Long> impatient() {
            return CompletableFuture.completedFuture(here());
        }

        @ProcessAsync(queueTimeout = "1500ms")
        public void impatientAndSilent() {}

        @ProcessAsync(retryOnCrash = 1)
        public CompletableFuture<Long> crashingOnce(String marker) throws Exception {
            crashOnce(marker);
            return pid();
        }

        @ProcessAsync(retryOnCrashString = "${calls.retries}")
        public CompletableFuture<Long> crashingOnceAsConfigured(String marker) throws Exception {
            crashOnce(marker);
            return pid();
        }

        @ProcessAsync(retryOnCrash = 1, retryOnCrashString = "${calls.retries.not.set:}")
        public CompletableFuture<Long> crashingOnceWithAnEmptyPlaceholder(String marker) throws Exception {
            crashOnce(marker);
            return pid();
        }

        @ProcessAsync(label = "the doomed")
        public CompletableFuture<Void> crashing() {
            Runtime.getRuntime().halt(3);
            return CompletableFuture.completedFuture(null);
        }

        @ProcessAsync(serializer = "java")
        public CompletableFuture<String> serializable(Object argument) {
            return CompletableFuture.completedFuture(argument.toString());
        }

        @ProcessAsync(serializer = "closure")
        public CompletableFuture<Integer> closures(List<Supplier<Integer>> suppliers) {
            return CompletableFuture.completedFuture(suppliers.get(0).get());
        }

        private static void crashOnce(String marker) throws Exception {
            if (!Files.exists(Path.of(marker))) {
                Files.createFile(Path.of(marker));
                Runtime.getRuntime().halt(3);
            }
        }
    }

    @ProcessAsync(timeout = "5s", label = "of the type")
    static class Typed {

        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(here());
        }

        public CompletableFuture<Void> endless(String file) {
            Applications.sayPidAndLoop(file);
            return CompletableFuture.completedFuture(null);
        }

        @ProcessAsync(label = "of the method")
        public CompletableFuture<Void> crashing() {
            Runtime.getRuntime().halt(3);
            return CompletableFuture.completedFuture(null);
        }

        @Async
        public CompletableFuture<Long> unqualified() {
            return CompletableFuture.completedFuture(here());
        }
    }

    @Test
    void itRunsInAWorkerWithAndWithoutAName() {
        application.run(context -> {
            Calls calls = context.getBean(Calls.class);
            assertThat(calls.pid()).succeedsWithin(TIMEOUT).isNotEqualTo(here());
            assertThat(calls.pidOfNamed()).succeedsWithin(TIMEOUT).isNotEqualTo(here());
        });
    }

    @Test
    void theTimeoutStopsTheTask() {
        application.run(context -> {
            Calls calls = context.getBean(Calls.class);
            CompletableFuture<Long> pid = calls.pid();
            assertThat(pid).succeedsWithin(TIMEOUT);
            assertThat(calls.endless())
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            TaskTimeoutException.class,
                            e -> assertThat(e.timeout()).isEqualTo(Duration.ofSeconds(2)));
            // Of the one worker.
            Applications.awaitDeath(pid.join());
        });
    }

    @Test
    void theQueueTimeoutCountsFromTheCallWhileNoDispatcherIsFree(@TempDir Path directory) {
        Path file = directory.resolve("pid");
        application.run(context -> {
            Calls calls = context.getBean(Calls.class);
            CompletableFuture<Void> busy = calls.busy(file.toString());
            Applications.awaitPid(file);
            assertThat(calls.impatient())
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(TaskTimeoutException.class, e -> {
                        assertThat(e.limit()).isEqualTo(Limit.QUEUED);
                        assertThat(e.timeout()).isEqualTo(Duration.ofMillis(1500));
                    });
            assertThat(busy).isNotDone();
            busy.cancel(true);
        });
    }

    @Test
    void theHandlerLearnsOfAVoidMethodThatWaitedTooLong(@TempDir Path directory) {
        Path file = directory.resolve("pid");
        application.run(context -> {
            Calls calls = context.getBean(Calls.class);
            CompletableFuture<Void> busy = calls.busy(file.toString());
            Applications.awaitPid(file);
            calls.impatientAndSilent();
            assertThat(calls.impatient()).failsWithin(TIMEOUT);
            busy.cancel(true);
            @SuppressWarnings("unchecked")
            AtomicReference<Throwable> uncaught = context.getBean(AtomicReference.class);
            await().atMost(TIMEOUT).until(() -> uncaught.get() != null);
            assertThat(uncaught.get())
                    .isInstanceOf(TaskTimeoutException.class)
                    .hasMessageContaining("Calls.impatientAndSilent");
        });
    }

    @Test
    void aCrashIsRetriedAsOftenAsAsked(@TempDir Path directory) {
        application.run(context -> {
            Calls calls = context.getBean(Calls.class);
            assertThat(calls.crashingOnce(directory.resolve("first").toString()))
                    .succeedsWithin(TIMEOUT);
            assertThat(calls.crashingOnceAsConfigured(
                            directory.resolve("second").toString()))
                    .succeedsWithin(TIMEOUT);
            assertThat(calls.crashing())
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withCauseInstanceOf(WorkerCrashedException.class)
                    .withMessageContaining("the doomed");
        });
    }

    @Test
    void anEmptyPlaceholderForTheRetriesLeavesThemAsTheyAreAnnotated(@TempDir Path directory) {
        application.run(context -> assertThat(context.getBean(Calls.class)
                        .crashingOnceWithAnEmptyPlaceholder(
                                directory.resolve("first").toString()))
                .succeedsWithin(TIMEOUT));
    }

    @Test
    void theSerializerIsTheOneAskedFor() {
        record NotSerializable(String name) {}
        application.run(context -> {
            Calls calls = context.getBean(Calls.class);
            assertThat(calls.serializable(new NotSerializable("x")))
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withCauseInstanceOf(TaskSerializationException.class);
            int captured = 42;
            assertThat(calls.closures(List.of(() -> captured)))
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo(42);
        });
    }

    @Test
    void theFutureOfACallTellsHowFarItsTaskIs() {
        application.run(context -> {
            CompletableFuture<Integer> pages = context.getBean(Calls.class).pages();
            assertThat(pages).succeedsWithin(TIMEOUT);
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            assertThat(executor.progress(pages)).contains(new TaskProgress(3, 4, "page 3"));
        });
    }

    @Test
    void onATypeItHoldsForMethodsWithoutAnAnnotationOfTheirOwn(@TempDir Path directory) {
        application.run(context -> {
            assertThat(context.getBean(Calls.class).pid())
                    .as("a worker that is warm")
                    .succeedsWithin(TIMEOUT);
            Typed typed = context.getBean(Typed.class);
            assertThat(typed.pid()).succeedsWithin(TIMEOUT).isNotEqualTo(here());
            assertThat(typed.endless(directory.resolve("pid").toString()))
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withCauseInstanceOf(TaskTimeoutException.class)
                    .withMessageContaining("of the type");
            assertThat(typed.crashing())
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withMessageContaining("of the method");
            assertThat(typed.unqualified()).succeedsWithin(TIMEOUT).isEqualTo(here());
        });
    }

    /** The methods are never called. */
    private static final class Bad {

        static class Timeout {
            @ProcessAsync(timeout = "5 parsecs")
            public void slow() {}
        }

        static class Zero {
            @ProcessAsync(queueTimeout = "0s")
            public void hurried() {}
        }

        static class Placeholder {
            @ProcessAsync(timeout = "${calls.nonsense:soon}")
            public void configured() {}
        }

        static class Unresolvable {
            @ProcessAsync(label = "${no.such.property}")
            public void named() {}
        }

        static class Retries {
            @ProcessAsync(retryOnCrash = -1)
            public void crashing() {}
        }

        static class RetriesAsText {
            @ProcessAsync(retryOnCrashString = "twice")
            public void crashing() {}
        }

        @ProcessAsync(serializer = "pickle")
        static class Serializer {
            public void ofTheType() {}
        }

        interface Contract {
            @ProcessAsync(timeout = "-1s")
            void declared();
        }

        static class OfAnInterface implements Contract {
            @Override
            public void declared() {}
        }

        @Retention(RetentionPolicy.RUNTIME)
        @ProcessAsync(serializer = "protobuf")
        @interface Composed {}

        static class Meta {
            @Composed
            public void composed() {}
        }
    }

    static Stream<Arguments> badValues() {
        return Stream.of(
                arguments(Bad.Timeout.class, "slow()", "timeout = \"5 parsecs\"", "such as 500ms, 5s or PT5M"),
                arguments(Bad.Zero.class, "hurried()", "queueTimeout = \"0s\"", "must be longer than zero"),
                arguments(
                        Bad.Placeholder.class,
                        "configured()",
                        "timeout = \"${calls.nonsense:soon}\", which is \"soon\"",
                        "such as 500ms, 5s or PT5M"),
                arguments(
                        Bad.Unresolvable.class,
                        "named()",
                        "label = \"${no.such.property}\"",
                        "Could not resolve placeholder"),
                arguments(Bad.Retries.class, "crashing()", "retryOnCrash = \"-1\"", "must not be negative"),
                arguments(
                        Bad.RetriesAsText.class,
                        "crashing()",
                        "retryOnCrashString = \"twice\"",
                        "a whole number, 0 or"),
                arguments(Bad.Serializer.class, "ofTheType()", "serializer = \"pickle\"", "[java, kryo, closure]"),
                arguments(Bad.OfAnInterface.class, "declared()", "timeout = \"-1s\"", "must be longer than zero"),
                arguments(Bad.Meta.class, "composed()", "serializer = \"protobuf\"", "[java, kryo, closure]"));
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void aBadValueFailsTheStartWithBeanMethodAttributeValueAndWhatIsValid(
            Class<?> bean, String method, String attribute, String valid) {
        application
                .withConfiguration(AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class))
                .withUserConfiguration(bean)
                .run(context -> {
                    assertThat(context).hasFailed();
                    FailureAnalysis analysis = new UnusableSetupFailureAnalyzer().analyze(context.getStartupFailure());
                    assertThat(analysis.getDescription())
                            .contains(bean.getName(), "@ProcessAsync of ", method, attribute, valid);
                    assertThat(analysis.getAction()).contains("Correct the attribute");
                });
    }

    @Test
    void aBadValueOfALazyBeanFailsItsCreationAndNotItsCall() {
        application
                .withInitializer(context -> ((GenericApplicationContext) context)
                        .registerBean(Bad.Timeout.class, definition -> definition.setLazyInit(true)))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThatExceptionOfType(BeanCreationException.class)
                            .isThrownBy(() -> context.getBean(Bad.Timeout.class))
                            .withStackTraceContaining("timeout = \"5 parsecs\"");
                });
    }

    static class ReturningNoFuture {
        @ProcessAsync
        public String wrong() {
            return "nobody gets this";
        }
    }

    @ProcessAsync
    static class WithMethodsOfItsOwn {

        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(here());
        }

        String name() {
            return "asked for here";
        }
    }

    static class NotOverridable {

        @ProcessAsync
        public final CompletableFuture<Long> unchangeable() {
            return CompletableFuture.completedFuture(here());
        }

        @ProcessAsync
        private long hidden() {
            return here();
        }
    }

    @Test
    void aMethodThatReturnsNoFutureFailsTheStart() {
        application.withUserConfiguration(ReturningNoFuture.class).run(context -> {
            assertThat(context).hasFailed();
            FailureAnalysis analysis = new UnusableSetupFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis.getDescription())
                    .contains(ReturningNoFuture.class.getName(), "wrong()", "and not java.lang.String");
        });
    }

    @Test
    void whatATypeAsksForIsNotHeldAgainstItsOtherMethods() {
        application
                .withUserConfiguration(WithMethodsOfItsOwn.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aMethodThatNoProxyOverridesIsWarnedOf(CapturedOutput output) {
        application.withUserConfiguration(NotOverridable.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(NotOverridable.class).hidden()).isEqualTo(here());
            assertThat(output)
                    .containsPattern("unchangeable\\(\\) of the bean .* is final: it runs where it is called")
                    .containsPattern("hidden\\(\\) of the bean .* is private: it runs where it is called");
        });
    }
}
