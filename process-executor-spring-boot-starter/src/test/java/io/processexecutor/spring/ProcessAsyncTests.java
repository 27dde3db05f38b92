package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.processexecutor.TaskContext;
import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.TaskTimeoutException.Limit;
import io.processexecutor.WorkerCrashedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;

/** What the attributes of ProcessAsync do to calls. */
@Timeout(120)
class ProcessAsyncTests {

    private final ApplicationContextRunner application = Applications.of(Application.class)
            .withPropertyValues("calls.timeout=1s", "calls.retries=1", "calls.pool=processTaskExecutor");

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
        public CompletableFuture<Void> endless(String file) {
            Applications.sayPidAndLoop(file);
            return CompletableFuture.completedFuture(null);
        }

        @ProcessAsync(timeout = "PT30S", label = "busy ${calls.retries}")
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

        @ProcessAsync(timeout = "${calls.nonsense:soon}")
        public CompletableFuture<Void> badTimeout() {
            return CompletableFuture.completedFuture(null);
        }

        @ProcessAsync(serializer = "pickle")
        public void badSerializer() {}

        @ProcessAsync(retryOnCrash = -1)
        public CompletableFuture<Void> badRetries() {
            return CompletableFuture.completedFuture(null);
        }

        private static void crashOnce(String marker) throws Exception {
            if (!Files.exists(Path.of(marker))) {
                Files.createFile(Path.of(marker));
                Runtime.getRuntime().halt(3);
            }
        }
    }

    @ProcessAsync(timeout = "1s", label = "of the type")
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
    void theTimeoutStopsTheTask(@TempDir Path directory) {
        Path file = directory.resolve("pid");
        application.run(context -> {
            assertThat(context.getBean(Calls.class).endless(file.toString()))
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            TaskTimeoutException.class,
                            e -> assertThat(e.timeout()).isEqualTo(Duration.ofSeconds(1)));
            Applications.awaitDeath(Applications.awaitPid(file));
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

    @Test
    void aBadValueFailsTheCallAndNamesAnnotationMethodAttributeAndValue() {
        application.run(context -> {
            Calls calls = context.getBean(Calls.class);
            assertThat(failureOf(calls::badTimeout))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("@ProcessAsync of ")
                    .hasMessageContaining("Calls.badTimeout()")
                    .hasMessageContaining("timeout = \"${calls.nonsense:soon}\", which is \"soon\"");
            assertThat(failureOf(calls::badRetries)).hasMessageContaining("retryOnCrash = \"-1\"");
            assertThat(failureOf(() -> {
                        calls.badSerializer();
                        return new CompletableFuture<>();
                    }))
                    .hasMessageContaining("serializer = \"pickle\"")
                    .hasMessageContaining("[java, kryo, closure]");
        });
    }

    private static Throwable failureOf(Supplier<CompletableFuture<?>> call) {
        try {
            return call.get().handle((value, failure) -> failure).join();
        } catch (IllegalArgumentException e) {
            return e;
        }
    }
}
