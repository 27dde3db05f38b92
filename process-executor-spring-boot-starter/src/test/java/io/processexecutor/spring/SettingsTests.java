package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerExit.Reason;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.matcher.ElementMatchers;
import org.aopalliance.intercept.MethodInterceptor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aop.Advisor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** What each setting changes, in real workers, as far as no test of its own room tells. */
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@EnabledOnOs(OS.LINUX)
class SettingsTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final AtomicInteger ADVISED = new AtomicInteger();

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    TaskExecutionAutoConfiguration.class,
                    ProcessExecutorAutoConfiguration.class))
            .withPropertyValues(
                    "process-executor.workers=1",
                    "process-executor.worker.max-heap=64MB",
                    "process-executor.worker.context=none");

    private static ProcessTaskExecutor executor(AssertableApplicationContext context) {
        return context.getBean(ProcessTaskExecutor.class);
    }

    private static void awaitExit(ProcessTaskExecutor executor, Reason reason) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> executor.processExecutor().stats().exits(reason) > 0);
    }

    @Test
    void aTaskRunsNoLongerThanTheTaskTimeout() {
        application
                .withPropertyValues("process-executor.task-timeout=500ms", "process-executor.cancel-grace=100ms")
                .run(context -> {
                    CompletableFuture<Boolean> endless =
                            executor(context).submit(() -> new CountDownLatch(1).await(1, TimeUnit.DAYS));
                    assertThat(endless)
                            .failsWithin(TIMEOUT)
                            .withThrowableOfType(ExecutionException.class)
                            .withCauseInstanceOf(TaskTimeoutException.class)
                            .withMessageContaining("timeout of 500 ms");
                });
    }

    @Test
    @Tag("soak")
    void aStartTakesNoLongerThanTheStartTimeout() {
        application
                .withPropertyValues(
                        "process-executor.start-timeout=1s", "process-executor.worker.command-prefix=sh,-c,sleep 100")
                .run(context -> {
                    executor(context).submit(() -> 1);
                    Awaitility.await()
                            .atMost(Duration.ofSeconds(25))
                            .until(() ->
                                    executor(context).processExecutor().stats().startFailures() > 0);
                });
    }

    @Test
    void anIdleWorkerEndsAfterTheIdleTimeout() {
        application.withPropertyValues("process-executor.idle-timeout=200ms").run(context -> {
            assertThat(executor(context).submit(() -> 1)).succeedsWithin(TIMEOUT);
            awaitExit(executor(context), Reason.IDLE);
        });
    }

    @Test
    void aWorkerWhoseHeartDoesNotBeatIsReplacedAfterTheTimeOfHungAfter() {
        // As short as it may be where no heart misses a beat because the machine is busy.
        application.withPropertyValues("process-executor.hung-after=6s").run(context -> {
            long pid = executor(context)
                    .submit(() -> ProcessHandle.current().pid())
                    .join();
            new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();
            awaitExit(executor(context), Reason.HUNG);
            assertThat(executor(context).submit(() -> 2)).succeedsWithin(TIMEOUT);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "max-age, 1ms, MAX_AGE",
        "max-rss, 1MB, MAX_RSS",
        "max-heap, 1KB, MAX_HEAP",
        "max-metaspace, 1MB, MAX_METASPACE"
    })
    void aWorkerIsRecycledForItsLimit(String limit, String value, Reason reason) {
        application
                .withPropertyValues("process-executor.recycle." + limit + "=" + value)
                .run(context -> Awaitility.await().atMost(TIMEOUT).until(() -> {
                    assertThat(executor(context).submit(() -> 1)).succeedsWithin(TIMEOUT);
                    return executor(context).processExecutor().stats().exits(reason) > 0;
                }));
    }

    @Test
    void aWorkerHasTheJvmArgumentsAndTheClassPathThatItIsGiven(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("only-in-workers.txt"), "there");
        String classPath = System.getProperty("java.class.path").replace(File.pathSeparator, ",") + "," + directory;
        application
                .withPropertyValues(
                        "process-executor.worker.jvm-args=-Dgiven=yes",
                        "process-executor.worker.class-path=" + classPath)
                .run(context -> assertThat(executor(context)
                                .submit(() -> System.getProperty("given")
                                        + (ClassLoader.getSystemResource("only-in-workers.txt") != null)))
                        .succeedsWithin(TIMEOUT)
                        .isEqualTo("yestrue"));
    }

    @Test
    void aClassDefinedAtRunTimeTravelsOnlyWhenItIsToBeSent() throws Exception {
        Callable<?> task = new ByteBuddy()
                .subclass(Object.class)
                .implement(Callable.class)
                .method(ElementMatchers.named("call"))
                .intercept(FixedValue.value("sent"))
                .make()
                .load(SettingsTests.class.getClassLoader())
                .getLoaded()
                .asSubclass(Callable.class)
                .getConstructor()
                .newInstance();
        application.run(context -> assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> executor(context).submit(task))
                .withMessageContaining("process-executor.closures.ship-runtime-classes"));
        application
                .withPropertyValues("process-executor.closures.ship-runtime-classes=true")
                .run(context -> assertThat(executor(context).submit(task))
                        .succeedsWithin(TIMEOUT)
                        .isEqualTo("sent"));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Advised {

        @Bean
        Service service() {
            return new Service();
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static Advisor counting() {
            DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(
                    AnnotationMatchingPointcut.forMethodAnnotation(Async.class), (MethodInterceptor) invocation -> {
                        ADVISED.incrementAndGet();
                        return invocation.proceed();
                    });
            advisor.setOrder(0);
            return advisor;
        }
    }

    static class Service {

        @Async("processTaskExecutor")
        public CompletableFuture<Integer> advisedHere() {
            return CompletableFuture.completedFuture(ADVISED.get());
        }
    }

    @ParameterizedTest
    @CsvSource({"100, 1", "-100, 0"})
    void adviceThatComesBeforeOursRunsHereAndTheRestDoesNot(int order, int advisedHere) {
        ADVISED.set(0);
        application
                .withUserConfiguration(Advised.class)
                .withPropertyValues("process-executor.advice-order=" + order)
                .run(context -> {
                    assertThat(context.getBean(Service.class).advisedHere()).succeedsWithin(TIMEOUT);
                    assertThat(ADVISED).hasValue(advisedHere);
                });
    }
}
