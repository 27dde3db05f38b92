package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.processexecutor.WorkerCrashedException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.TaskDecorator;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.task.DelegatingSecurityContextAsyncTaskExecutor;

/** What Spring promises of asynchronous methods, of those that run in workers. */
@Timeout(300)
class AsyncSemanticsTests {

    private final ApplicationContextRunner application = Applications.of(Application.class);

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    @EnableResilientMethods
    static class Application {

        @Bean
        Calls calls() {
            return new Calls();
        }

        @Bean
        Pids jdkProxied() {
            return new PidsOfInterface();
        }

        @Bean
        Uncaught uncaught() {
            return new Uncaught(new AtomicReference<>(), new CopyOnWriteArrayList<>());
        }

        @Bean
        AsyncConfigurer configurer(Uncaught uncaught) {
            return new Configurer(uncaught);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class NamesNoExecutor implements AsyncConfigurer {

        static final AtomicReference<Throwable> UNCAUGHT = new AtomicReference<>();

        @Override
        public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
            return (thrown, method, arguments) -> UNCAUGHT.set(thrown);
        }
    }

    static class Unqualified {

        @Async
        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(here());
        }

        @Async
        public void failing() {
            throw new IllegalStateException("in " + here());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithUnqualified {

        @Bean
        Unqualified unqualified() {
            return new Unqualified();
        }
    }

    /** Of a user who has an executor of his own for everything else, too. */
    record Configurer(Uncaught uncaught) implements AsyncConfigurer {

        @Override
        public Executor getAsyncExecutor() {
            return task -> new Thread(task, "users-own").start();
        }

        @Override
        public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
            return (thrown, method, arguments) -> {
                uncaught.call().add(method);
                uncaught.call().addAll(List.of(arguments));
                uncaught.failure().set(thrown);
            };
        }
    }

    record Uncaught(AtomicReference<Throwable> failure, List<Object> call) {}

    interface Pids {
        CompletableFuture<Long> pid();
    }

    static class PidsOfInterface implements Pids {
        @Override
        @Async("processTaskExecutor")
        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(here());
        }
    }

    record Paid(String order, String file) {}

    static class Calls {

        @Async("processTaskExecutor")
        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(here());
        }

        public CompletableFuture<Long> selfInvoked() {
            return pid();
        }

        @Async("processTaskExecutor")
        public final CompletableFuture<Long> unproxied() {
            return CompletableFuture.completedFuture(here());
        }

        @Async("processTaskExecutor")
        public void failing(String first, int second) {
            throw new IllegalStateException(first + second);
        }

        @Async("processTaskExecutor")
        public long unsupported() {
            return 1;
        }

        @Async
        public CompletableFuture<String> usersThread() {
            return CompletableFuture.completedFuture(Thread.currentThread().getName());
        }

        @Async("processTaskExecutor")
        @Retryable(includes = WorkerCrashedException.class, maxRetries = 2, delay = 1)
        public CompletableFuture<Long> crashingOnce(String marker) throws Exception {
            if (!Files.exists(Path.of(marker))) {
                Files.createFile(Path.of(marker));
                Runtime.getRuntime().halt(7);
            }
            return pid();
        }

        @Async("processTaskExecutor")
        public CompletableFuture<Void> endless(String file) {
            Applications.sayPidAndLoop(file);
            return CompletableFuture.completedFuture(null);
        }

        @EventListener
        @Async("processTaskExecutor")
        public void onPaid(Paid event) {
            Applications.sayPid(event.file());
        }
    }

    @Test
    void theUncaughtExceptionHandlerGetsTheFailureTheMethodAndTheArguments() throws Exception {
        Method method = Calls.class.getMethod("failing", String.class, int.class);
        application.run(context -> {
            Uncaught uncaught = context.getBean(Uncaught.class);
            context.getBean(Calls.class).failing("no ", 5);
            await().atMost(TIMEOUT).until(() -> uncaught.failure().get() != null);
            assertThat(uncaught.failure().get())
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("no 5");
            assertThat(uncaught.call()).containsExactly(method, "no ", 5);
        });
    }

    @Test
    void anUnsupportedReturnTypeIsRefusedInSpringsOwnWords() {
        application.run(
                context -> assertThatThrownBy(() -> context.getBean(Calls.class).unsupported())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("Invalid return type for async method"));
    }

    @Test
    void aUsersAsyncConfigurerDecidesForUnqualifiedMethodsAlone() {
        application.run(context -> {
            Calls calls = context.getBean(Calls.class);
            assertThat(calls.usersThread()).succeedsWithin(TIMEOUT).isEqualTo("users-own");
            assertThat(calls.pid()).succeedsWithin(TIMEOUT).isNotEqualTo(here());
        });
    }

    @Test
    void aUsersAsyncConfigurerThatNamesNoExecutorLeavesUnqualifiedMethodsToTheDefault() {
        NamesNoExecutor.UNCAUGHT.set(null);
        Applications.of(NamesNoExecutor.class, WithUnqualified.class)
                .withPropertyValues("process-executor.async.default=true")
                .run(context -> {
                    Unqualified calls = context.getBean(Unqualified.class);
                    assertThat(calls.pid()).succeedsWithin(TIMEOUT).isNotEqualTo(here());
                    calls.failing();
                    await().atMost(TIMEOUT).until(() -> NamesNoExecutor.UNCAUGHT.get() != null);
                    assertThat(NamesNoExecutor.UNCAUGHT.get())
                            .hasMessageMatching("in \\d+")
                            .hasMessageNotContaining("in " + here());
                });
    }

    @Test
    void aUsersAsyncConfigurerThatNamesAnExecutorDecidesAgainstTheDefaultToo() {
        application
                .withPropertyValues("process-executor.async.default=true")
                .run(context -> assertThat(context.getBean(Calls.class).usersThread())
                        .succeedsWithin(TIMEOUT)
                        .isEqualTo("users-own"));
    }

    @Test
    void classAndInterfaceProxiesShipAlike() {
        for (String proxyTargetClass : List.of("true", "false")) {
            application
                    .withPropertyValues("spring.aop.proxy-target-class=" + proxyTargetClass)
                    .run(context -> {
                        Pids pids = context.getBean(Pids.class);
                        assertThat(AopUtils.isJdkDynamicProxy(pids)).isEqualTo(proxyTargetClass.equals("false"));
                        assertThat(pids.pid()).succeedsWithin(TIMEOUT).isNotEqualTo(here());
                    });
        }
    }

    @Test
    void selfInvocationAndFinalMethodsStayHereAsWithSpring() {
        application.run(context -> {
            Calls calls = context.getBean(Calls.class);
            assertThat(calls.selfInvoked()).isCompletedWithValue(here());
            assertThat(calls.unproxied()).isCompletedWithValue(here());
        });
    }

    @Test
    void taskDecoratorsActAroundTheCallInThisProcess() {
        List<String> order = new CopyOnWriteArrayList<>();
        application
                .withBean(
                        TaskDecorator.class,
                        () -> task -> () -> {
                            order.add("before");
                            task.run();
                            order.add("after");
                        })
                .run(context -> {
                    assertThat(context.getBean(Calls.class).pid()).succeedsWithin(TIMEOUT);
                    await().atMost(TIMEOUT).until(() -> order.size() == 2);
                    assertThat(order).containsExactly("before", "after");
                });
    }

    @Test
    void aRetryableMethodOutlivesTheCrashOfItsWorker(@TempDir Path directory) {
        application.run(context -> assertThat(context.getBean(Calls.class)
                        .crashingOnce(directory.resolve("crashed").toString()))
                .succeedsWithin(TIMEOUT)
                .isNotEqualTo(here()));
    }

    @Test
    void cancellingTheFutureKillsTheTasksProcess(@TempDir Path directory) {
        Path file = directory.resolve("pid");
        application.run(context -> {
            CompletableFuture<Void> endless = context.getBean(Calls.class).endless(file.toString());
            long pid = Applications.awaitPid(file);
            endless.cancel(true);
            Applications.awaitDeath(pid);
            assertThat(endless).isCancelled();
        });
    }

    @Test
    void timingOutTheFutureKillsTheTasksProcess(@TempDir Path directory) {
        Path file = directory.resolve("pid");
        application.run(context -> {
            CompletableFuture<Void> endless = context.getBean(Calls.class).endless(file.toString());
            long pid = Applications.awaitPid(file);
            endless.orTimeout(1, TimeUnit.MILLISECONDS);
            Applications.awaitDeath(pid);
            assertThat(context.getBean(Calls.class).pid()).succeedsWithin(TIMEOUT);
        });
    }

    @Test
    void aListenerMethodRunsInAWorker(@TempDir Path directory) {
        Path file = directory.resolve("pid");
        application.run(context -> {
            ApplicationEventPublisher events = context;
            events.publishEvent(new Paid("order", file.toString()));
            assertThat(Applications.awaitPid(file)).isNotEqualTo(here());
        });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {
        @Bean
        Ticks ticks() {
            return new Ticks(System.getProperty("ticks.file"));
        }
    }

    static class Ticks {

        private final String file;

        Ticks() {
            this("");
        }

        Ticks(String file) {
            this.file = file;
        }

        @Scheduled(initialDelay = 0, fixedDelay = 1, timeUnit = TimeUnit.HOURS)
        @Async("processTaskExecutor")
        public void tick() {
            Applications.sayPid(file);
        }
    }

    @Test
    void aScheduledMethodRunsInAWorker(@TempDir Path directory) {
        Path file = directory.resolve("pid");
        application
                .withSystemProperties("ticks.file=" + file)
                .withUserConfiguration(Scheduling.class)
                .run(context -> assertThat(Applications.awaitPid(file)).isNotEqualTo(here()));
    }

    @Configuration(proxyBeanMethods = false)
    static class Secured {

        @Bean
        DelegatingSecurityContextAsyncTaskExecutor secured(ProcessTaskExecutor processTaskExecutor) {
            return new DelegatingSecurityContextAsyncTaskExecutor(processTaskExecutor);
        }

        @Bean
        SecuredCalls securedCalls() {
            return new SecuredCalls();
        }
    }

    static class SecuredCalls {

        @Async("secured")
        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(here());
        }

        @Async("secured")
        public CompletableFuture<Void> endless(String file) {
            Applications.sayPidAndLoop(file);
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void whoIsAuthenticatedGoesAlongWhereAskedForAndIsForgottenAfterTheTask() {
        for (boolean carried : new boolean[] {true, false}) {
            application
                    .withConfiguration(AutoConfigurations.of(ProcessExecutorPropagationAutoConfiguration.class))
                    .withPropertyValues(carried ? "process-executor.propagation.security=true" : "a=b")
                    .run(context -> {
                        ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
                        SecurityContextHolder.getContext()
                                .setAuthentication(new TestingAuthenticationToken("jo", "secret", "ADMIN"));
                        try {
                            assertThat(executor.submit(() -> whoIsThere()))
                                    .succeedsWithin(TIMEOUT)
                                    .isEqualTo(carried ? "jo [ADMIN]" : "nobody");
                        } finally {
                            SecurityContextHolder.clearContext();
                        }
                        assertThat(executor.submit(() -> whoIsThere()))
                                .succeedsWithin(TIMEOUT)
                                .isEqualTo("nobody");
                    });
        }
    }

    private static String whoIsThere() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? "nobody" : authentication.getName() + " " + authentication.getAuthorities();
    }

    @Test
    void behindASecurityWrapperCallsAndFunctionsRunInWorkersAndAreStopped(@TempDir Path directory) {
        Path file = directory.resolve("pid");
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("jo", "secret"));
        try {
            application.withUserConfiguration(Secured.class).run(context -> {
                SecuredCalls calls = context.getBean(SecuredCalls.class);
                assertThat(calls.pid()).succeedsWithin(TIMEOUT).isNotEqualTo(here());
                DelegatingSecurityContextAsyncTaskExecutor secured =
                        context.getBean(DelegatingSecurityContextAsyncTaskExecutor.class);
                assertThat(secured.submit(() -> here()).get(60, TimeUnit.SECONDS))
                        .isNotEqualTo(here());
                assertThat(secured.submitCompletable(() -> here()))
                        .succeedsWithin(TIMEOUT)
                        .isNotEqualTo(here());
                CompletableFuture<Void> endless = calls.endless(file.toString());
                long pid = Applications.awaitPid(file);
                endless.cancel(true);
                Applications.awaitDeath(pid);
            });
        } finally {
            SecurityContextHolder.clearContext();
        }
    }
}
