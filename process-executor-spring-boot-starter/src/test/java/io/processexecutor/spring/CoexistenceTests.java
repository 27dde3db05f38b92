package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** Who gets which executor beside all the others that an application may have: nothing is stolen. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class CoexistenceTests {

    private static final String GUARD = "is annotated with @Async without an executor's name";

    private final ApplicationContextRunner application = Applications.of(Application.class);

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Application {

        @Bean
        Calls calls() {
            return new Calls();
        }

        @Bean
        Injected injected(
                ObjectProvider<TaskExecutor> plain,
                ProcessTaskExecutor own,
                @Qualifier("processTaskExecutor") Executor qualified,
                Map<String, Executor> all) {
            return new Injected(plain.getIfUnique(), own, qualified, all);
        }
    }

    record Injected(TaskExecutor plain, ProcessTaskExecutor own, Executor qualified, Map<String, Executor> all) {}

    static class Calls {

        @Async
        public CompletableFuture<String> unqualified() {
            return CompletableFuture.completedFuture(
                    here() + " " + Thread.currentThread().getName());
        }

        @Async("processTaskExecutor")
        public CompletableFuture<Long> qualified() {
            return CompletableFuture.completedFuture(here());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UsersTaskExecutor {
        @Bean
        ThreadPoolTaskExecutor users() {
            ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
            executor.setThreadNamePrefix("users-");
            return executor;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UsersPrimaryExecutor {
        @Bean
        @Primary
        SimpleAsyncTaskExecutor users() {
            return new SimpleAsyncTaskExecutor("users-");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UsersExecutorService {
        @Bean
        ExecutorService users() {
            return Executors.newSingleThreadExecutor();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UsersScheduledExecutorService {
        @Bean
        ScheduledExecutorService users() {
            return Executors.newSingleThreadScheduledExecutor();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UsersOwnProcessTaskExecutor {
        @Bean
        ThreadPoolTaskExecutor processTaskExecutor() {
            return new ThreadPoolTaskExecutor();
        }
    }

    /** Unqualified calls stay here on the thread of whom they should, qualified ones go to a worker. */
    private static void assertCalls(AssertableApplicationContext context, String threadPrefix) {
        assertThat(context).hasNotFailed();
        Calls calls = context.getBean(Calls.class);
        assertThat(calls.unqualified()).succeedsWithin(TIMEOUT).asString().startsWith(here() + " " + threadPrefix);
        assertThat(calls.qualified()).succeedsWithin(TIMEOUT).isNotEqualTo(here());
        Injected injected = context.getBean(Injected.class);
        assertThat(injected.own())
                .isSameAs(injected.qualified())
                .isSameAs(injected.all().get("processTaskExecutor"));
    }

    @Configuration(proxyBeanMethods = false)
    static class ConfiguresAndMakesBeans implements AsyncConfigurer {

        @Bean
        String made() {
            return "by an instance";
        }
    }

    @Test
    void anAsyncConfigurerThatMakesBeansGoesOnMakingThemWhenOptedIn(CapturedOutput output) {
        // Without Boot's executor: what Boot does with such a configurer then fails.
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        ProcessExecutorAsyncAutoConfiguration.class, ProcessExecutorAutoConfiguration.class))
                .withUserConfiguration(ConfiguresAndMakesBeans.class)
                .withPropertyValues("process-executor.async.default=true")
                .run(context -> assertThat(context.getBean("made")).isEqualTo("by an instance"));
        assertThat(output)
                .contains("process-executor.async.default has no effect beside "
                        + ConfiguresAndMakesBeans.class.getName());
    }

    @Test
    void besideBootsOwnExecutor() {
        application.run(context -> {
            assertCalls(context, "task-");
            Injected injected = context.getBean(Injected.class);
            assertThat(injected.plain()).isSameAs(context.getBean("applicationTaskExecutor"));
            assertThat(injected.all()).containsOnlyKeys("applicationTaskExecutor", "processTaskExecutor");
        });
    }

    @Test
    void besideAUsersTaskExecutor() {
        application.withUserConfiguration(UsersTaskExecutor.class).run(context -> {
            assertCalls(context, "users-");
            assertThat(context.getBean(Injected.class).plain()).isSameAs(context.getBean("users"));
            assertThat(context).doesNotHaveBean("applicationTaskExecutor");
        });
    }

    @Test
    void besideAUsersPrimaryExecutor() {
        application.withUserConfiguration(UsersPrimaryExecutor.class).run(context -> {
            assertCalls(context, "users-");
            assertThat(context.getBean(Injected.class).plain()).isSameAs(context.getBean("users"));
        });
    }

    @Test
    void besideAUsersPrimaryExecutorInForceMode() {
        application
                .withUserConfiguration(UsersPrimaryExecutor.class)
                .withPropertyValues("spring.task.execution.mode=force")
                .run(context -> {
                    assertCalls(context, "task-");
                    assertThat(context.getBean(Injected.class).plain()).isSameAs(context.getBean("users"));
                });
    }

    @Test
    void besideNothingButAnExecutorServiceUnqualifiedCallsStayHereWithAWarning(CapturedOutput output) {
        application.withUserConfiguration(UsersExecutorService.class).run(context -> {
            assertCalls(context, "process-dispatcher-");
            assertThat(context.getBean(Calls.class).unqualified()).succeedsWithin(TIMEOUT);
            assertThat(output.getAll().split(GUARD)).hasSize(2);
            assertThat(output).contains("spring.task.execution.mode=force");
        });
    }

    @Test
    void besideNothingButAScheduledExecutorServiceUnqualifiedCallsStayHereWithAWarning(CapturedOutput output) {
        application
                .withConfiguration(AutoConfigurations.of(TaskSchedulingAutoConfiguration.class))
                .withUserConfiguration(UsersScheduledExecutorService.class)
                .run(context -> {
                    assertCalls(context, "process-dispatcher-");
                    assertThat(output).contains(GUARD);
                });
    }

    @Test
    void besideAnExecutorServiceInForceMode(CapturedOutput output) {
        application
                .withUserConfiguration(UsersExecutorService.class)
                .withPropertyValues("spring.task.execution.mode=force")
                .run(context -> {
                    assertCalls(context, "task-");
                    assertThat(output).doesNotContain(GUARD);
                });
    }

    @Test
    void optedInUnqualifiedCallsGoToWorkersAndNobodyElses() {
        for (Class<?> users : new Class<?>[] {Application.class, UsersExecutorService.class, UsersTaskExecutor.class}) {
            application
                    .withUserConfiguration(users)
                    .withPropertyValues("process-executor.async.default=true")
                    .run(context -> {
                        assertThat(context.getBean(Calls.class).unqualified())
                                .as(users.getSimpleName())
                                .succeedsWithin(TIMEOUT)
                                .asString()
                                .doesNotStartWith(here() + " ");
                        assertThat(context.containsBean("applicationTaskExecutor"))
                                .isEqualTo(users == Application.class);
                    });
        }
    }

    @Test
    void dispatchersAreVirtualWhereBootsOwnThreadsAre() {
        boolean virtual = Runtime.version().feature() >= 21;
        application.withPropertyValues("spring.threads.virtual.enabled=true").run(context -> {
            assertCalls(context, "task-");
            assertThat(context.getBean("applicationTaskExecutor") instanceof SimpleAsyncTaskExecutor)
                    .isEqualTo(virtual);
            Thread dispatcher = context.getBean(ProcessTaskExecutor.class)
                    .getThreadPoolExecutor()
                    .getThreadFactory()
                    .newThread(() -> {});
            assertThat(dispatcher.getClass().getName().contains("VirtualThread"))
                    .isEqualTo(virtual);
        });
    }

    @Test
    void aUsersBeanOfTheNameIsLeftAloneAndRunsItsMethodsHere() {
        new ApplicationContextRunner()
                .withConfiguration(Applications.AUTO_CONFIGURATIONS)
                .withUserConfiguration(UsersOwnProcessTaskExecutor.class, OnlyCalls.class)
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean(ProcessTaskExecutor.class);
                    assertThat(context.getBean(Calls.class).qualified())
                            .succeedsWithin(TIMEOUT)
                            .isEqualTo(here());
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Named {
        @Bean
        Supplier<ProcessTaskExecutor> reports(@Qualifier("pool0") ProcessTaskExecutor executor) {
            return () -> executor;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void besideNamedPoolsEverybodyHasTheExecutorThatTheyHaveWithout(int pools) {
        Map<Class<?>, String> prefixes = Map.of(
                Application.class, "task-",
                UsersTaskExecutor.class, "users-",
                UsersPrimaryExecutor.class, "users-",
                UsersExecutorService.class, "process-dispatcher-");
        String[] properties = new String[pools];
        for (int i = 0; i < pools; i++) {
            properties[i] = "process-executor.pools.pool" + i + ".workers=1";
        }
        prefixes.forEach((users, prefix) -> {
            AtomicReference<String> plain = new AtomicReference<>();
            application.withUserConfiguration(users).run(context -> plain.set(plain(context)));
            application
                    .withUserConfiguration(users, Named.class)
                    .withPropertyValues(properties)
                    .run(context -> {
                        assertCalls(context, prefix);
                        assertThat(plain(context)).as(users.getSimpleName()).isEqualTo(plain.get());
                        Object main = context.getBean("processTaskExecutor");
                        assertThat(context.getBean(ProcessTaskExecutor.class)).isSameAs(main);
                        assertThat(context.getBeanProvider(ProcessTaskExecutor.class)
                                        .getIfUnique())
                                .isSameAs(main);
                        assertThat(context.getBean(Injected.class).own()).isSameAs(main);
                        assertThat(context.getBean(Supplier.class).get()).isSameAs(context.getBean("pool0"));
                    });
        });
    }

    /** Who is had by type, and by what way. */
    private static String plain(AssertableApplicationContext context) {
        Map<String, TaskExecutor> all = context.getBeansOfType(TaskExecutor.class);
        List<@Nullable TaskExecutor> asked = Arrays.asList(
                context.getBean(TaskExecutor.class),
                context.getBeanProvider(TaskExecutor.class).getIfAvailable(),
                context.getBeanProvider(TaskExecutor.class).getIfUnique(),
                context.getBean(Injected.class).plain());
        List<String> names = new ArrayList<>();
        for (TaskExecutor each : asked) {
            all.forEach((name, executor) -> {
                if (executor == each) {
                    names.add(name);
                }
            });
        }
        return names.toString();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class OnlyCalls {
        @Bean
        Calls calls() {
            return new Calls();
        }
    }

    @Test
    void aCallThatTheAdvisorNeverSawIsSaidToHaveRunHere(CapturedOutput output) {
        application
                .withInitializer(context -> context.addBeanFactoryPostProcessor(
                        beans -> ((BeanDefinitionRegistry) beans).removeBeanDefinition("processTaskAdvisor")))
                .run(context -> {
                    for (int i = 0; i < 2; i++) {
                        assertThat(context.getBean(Calls.class).qualified())
                                .succeedsWithin(TIMEOUT)
                                .isEqualTo(here());
                    }
                    assertThat(output)
                            .contains("Calls.qualified()")
                            .containsOnlyOnce("ran in this process and not in a worker");
                });
    }

    @Test
    void nothingIsStartedByItsConstructionAlone() {
        // Of other tests in this process.
        List<ProcessHandle> before = ProcessHandle.current().children().toList();
        application.run(context -> {
            assertThat(context.getBean(ProcessTaskExecutor.class).getPoolSize()).isZero();
            assertThat(ProcessHandle.current().children().filter(each -> !before.contains(each)))
                    .isEmpty();
        });
    }
}
