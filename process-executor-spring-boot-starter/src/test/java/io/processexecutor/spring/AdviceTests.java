package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.core.annotation.Order;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;

/** That each advice of a bean acts in one process: what stands around the shipping of a call here, the rest in the worker. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class AdviceTests {

    private static final List<String> UNCAUGHT = new CopyOnWriteArrayList<>();

    private final ApplicationContextRunner application = Applications.of(Application.class)
            .withPropertyValues("process-executor.worker.sources=" + Application.class.getName());

    @TempDir
    Path directory;

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    @EnableResilientMethods
    @EnableAspectJAutoProxy
    static class Application {

        @Bean
        AsyncConfigurer asyncConfigurer() {
            return new AsyncConfigurer() {
                @Override
                public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
                    return (failure, method, arguments) -> UNCAUGHT.add(failure.getMessage());
                }
            };
        }

        @Bean
        Numbers numbers() {
            return new Numbers(7);
        }

        @Bean
        Jobs jobs(Numbers numbers, ProcessTaskExecutor executor) {
            return new Jobs(numbers, executor);
        }

        @Bean
        Journal journal() {
            return new Journal();
        }

        @Bean
        Answers answers() {
            return new Answers();
        }
    }

    record Numbers(int favourite) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    @EnableAspectJAutoProxy
    static class InterfacesOnly {

        @Bean
        Handler<String> handler() {
            return new Texts();
        }
    }

    /** Where the worker goes through the proxy itself. */
    @Configuration(proxyBeanMethods = false)
    @EnableAspectJAutoProxy(exposeProxy = true)
    static class InterfacesOnlyAndExposed extends InterfacesOnly {}

    interface Handler<T> {

        CompletableFuture<String> handle(T what);
    }

    static class Texts implements Handler<String> {

        @Override
        @ProcessAsync
        public CompletableFuture<String> handle(String text) {
            return CompletableFuture.completedFuture(text + " " + here());
        }
    }

    /** Notes in which processes it was. */
    @Aspect
    static class Journal {

        @Around("execution(* io.processexecutor.spring.AdviceTests.Jobs.watched(..)) && args(file)")
        Object note(ProceedingJoinPoint call, String file) throws Throwable {
            append(file, here() + "\n");
            return call.proceed();
        }
    }

    /** Stands outside of the shipping, as a cache does, and knows the answer. */
    @Aspect
    @Order(0)
    static class Answers {

        @Around("execution(* io.processexecutor.spring.AdviceTests.Jobs.answered(..))")
        Object answer(ProceedingJoinPoint call) {
            return CompletableFuture.completedFuture(-1L);
        }
    }

    static class Jobs {

        private final Numbers numbers;
        private final ProcessTaskExecutor executor;

        Jobs(Numbers numbers, ProcessTaskExecutor executor) {
            this.numbers = numbers;
            this.executor = executor;
        }

        @ProcessAsync
        public void fails(String message) {
            throw new IllegalStateException(message);
        }

        @ProcessAsync
        @Retryable(maxRetries = 2, delay = 1)
        public CompletableFuture<Long> flaky(String file) throws IOException {
            append(file, "x");
            throw new IllegalStateException("always");
        }

        @ProcessAsync
        public CompletableFuture<Long> watched(String file) {
            return CompletableFuture.completedFuture(here());
        }

        @ProcessAsync
        public CompletableFuture<Long> answered() {
            return CompletableFuture.completedFuture(here());
        }

        Future<Integer> captured() {
            return executor.submit(() -> numbers.favourite() * 6);
        }

        Future<Jobs> self() {
            return executor.submit(() -> this);
        }
    }

    private static void append(String file, String text) throws IOException {
        Files.writeString(Path.of(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"processes", "in-process"})
    void aMethodWithoutResultThatFailsIsTheBusinessOfTheApplicationsHandler(String mode) {
        UNCAUGHT.clear();
        application.withPropertyValues("process-executor.mode=" + mode).run(context -> {
            context.getBean(Jobs.class).fails("in " + mode);
            await().atMost(TIMEOUT).until(() -> UNCAUGHT.contains("in " + mode));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"processes", "in-process"})
    void aCallIsRetriedByTheApplicationAlone(String mode) {
        Path runs = directory.resolve("runs");
        application.withPropertyValues("process-executor.mode=" + mode).run(context -> {
            assertThat(context.getBean(Jobs.class).flaky(runs.toString()))
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .havingRootCause()
                    .withMessage("always");
            assertThat(runs).hasContent("xxx");
        });
    }

    @ParameterizedTest
    @ValueSource(classes = {InterfacesOnly.class, InterfacesOnlyAndExposed.class})
    void aBeanWithTheProxyOfAGenericInterfaceIsCalledInTheWorker(Class<?> configuration) {
        Applications.of(configuration)
                .withPropertyValues(
                        "spring.aop.proxy-target-class=false",
                        "process-executor.worker.sources=" + configuration.getName())
                .run(context -> {
                    @SuppressWarnings("unchecked")
                    Handler<String> handler = context.getBean(Handler.class);
                    assertThat(Proxy.isProxyClass(handler.getClass())).isTrue();
                    assertThat(handler.handle("text"))
                            .succeedsWithin(TIMEOUT)
                            .asString()
                            .startsWith("text ")
                            .doesNotEndWith(" " + here());
                });
    }

    @Test
    void anAspectInsideActsInTheWorker() {
        Path seen = directory.resolve("seen");
        application.run(context -> {
            CompletableFuture<Long> pid = context.getBean(Jobs.class).watched(seen.toString());
            assertThat(pid).succeedsWithin(TIMEOUT).isNotEqualTo(here());
            assertThat(seen).hasContent(pid.join() + "\n");
        });
    }

    @Test
    void aCallThatAdviceOutsideAnswersIsNotSaidToHaveRunHere(CapturedOutput output) {
        application.run(context -> {
            assertThat(context.getBean(Jobs.class).answered())
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo(-1L);
            // By then whatever is said of the call before it has been said.
            assertThat(context.getBean(Jobs.class).answered()).succeedsWithin(TIMEOUT);
            assertThat(output).doesNotContain("ran in this process");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"processes", "in-process"})
    void aLambdaThatABeanWithAProxyWroteFindsTheFieldsOfThatBean(String mode) {
        application.withPropertyValues("process-executor.mode=" + mode).run(context -> {
            Jobs jobs = context.getBean(Jobs.class);
            assertThat(jobs.captured().get()).isEqualTo(42);
            assertThat(jobs.self().get().captured().get()).isEqualTo(42);
        });
    }
}
