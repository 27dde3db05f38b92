package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.NonSerializableTask;
import io.processexecutor.TaskOptions;
import io.processexecutor.serialization.TaskSerializers;
import jakarta.annotation.PostConstruct;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** Beans that Spring allows and few applications have, in one application with one worker. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class UncommonBeansTests {

    private static final long HERE = here();

    private static ConfigurableApplicationContext application;
    private static ProcessTaskExecutor executor;

    @BeforeAll
    static void start() {
        SpringApplication starting = new SpringApplication(Application.class);
        starting.setWebApplicationType(WebApplicationType.NONE);
        starting.setAllowCircularReferences(true);
        application = starting.run(
                "--process-executor.workers=1", "--process-executor.worker.max-heap=96MB", "--mood=good", "and more");
        executor = application.getBean(ProcessTaskExecutor.class);
    }

    @AfterAll
    static void close() {
        if (application != null) {
            application.close();
        }
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
        Hen hen(@Lazy Egg egg) {
            return new Hen(egg);
        }

        @Bean
        Egg egg(Hen hen) {
            return new Egg(hen);
        }

        @Bean
        Nest nest(@Lazy Egg egg, @Lazy List<Egg> all) {
            return new Nest(egg, all);
        }

        @Bean
        First first() {
            return new First();
        }

        @Bean
        Second second() {
            return new Second();
        }

        @Bean
        Third third() {
            return new Third();
        }

        @Bean
        Greeter greeter() {
            return new Polite();
        }

        @Bean
        Numbers numbers() {
            return new Numbers();
        }

        @Bean("with.dots and/more:")
        Supplier<Long> lambda() {
            Thread cannotTravel = Thread.currentThread();
            return () -> cannotTravel == null ? -1 : here();
        }

        @Bean
        FactoryBean<Counter> counters() {
            return new FactoryBean<>() {
                @Override
                public Counter getObject() {
                    return new Counter();
                }

                @Override
                public Class<?> getObjectType() {
                    return Counter.class;
                }

                @Override
                public boolean isSingleton() {
                    return false;
                }
            };
        }

        @Bean
        static CustomScopeConfigurer scopes() {
            CustomScopeConfigurer configurer = new CustomScopeConfigurer();
            configurer.addScope("thread", new SimpleThreadScope());
            return configurer;
        }

        @Bean
        @Scope("thread")
        Counter ofThread() {
            return new Counter();
        }

        @Bean
        Early early(ProcessTaskExecutor executor, Numbers numbers) {
            return new Early(executor, numbers);
        }
    }

    /** The two need each other. */
    static class Hen {
        final Thread cannotTravel = Thread.currentThread();
        final Egg egg;

        Hen(Egg egg) {
            this.egg = egg;
        }
    }

    static class Egg {
        private final Thread cannotTravel = Thread.currentThread();
        private final Hen hen;

        Egg(Hen hen) {
            this.hen = hen;
        }

        long laid() {
            return hen == null ? -1 : here();
        }
    }

    /** Travels by value, with proxies for fields. */
    @NonSerializableTask
    static class Nest {
        private final Egg egg;
        private final List<Egg> all;

        Nest(Egg egg, List<Egg> all) {
            this.egg = egg;
            this.all = all;
        }

        Nest() {
            this(null, List.of());
        }

        @Async("processTaskExecutor")
        public CompletableFuture<List<Long>> look() {
            return CompletableFuture.completedFuture(
                    List.of(egg.laid(), all.get(0).laid()));
        }
    }

    static class First {
        @Autowired
        Second second;

        final Thread cannotTravel = Thread.currentThread();

        @Async("processTaskExecutor")
        public CompletableFuture<Long> call() {
            return CompletableFuture.completedFuture(second.third.second == second ? here() : -1);
        }
    }

    static class Second {
        @Autowired
        Third third;
    }

    static class Third {
        @Autowired
        Second second;
    }

    interface Greeter {
        @Async("processTaskExecutor")
        CompletableFuture<Long> declared();

        @Async("processTaskExecutor")
        default CompletableFuture<Long> inherited() {
            return CompletableFuture.completedFuture(here());
        }
    }

    static class Polite implements Greeter {
        final Thread cannotTravel = Thread.currentThread();

        @Override
        public CompletableFuture<Long> declared() {
            return CompletableFuture.completedFuture(here());
        }
    }

    abstract static class Base<T extends Comparable<T>> {
        final Thread cannotTravel = Thread.currentThread();

        public abstract CompletableFuture<T> first(List<T> all);

        @Async("processTaskExecutor")
        public CompletableFuture<T> greatest(List<? extends T> all) {
            return CompletableFuture.completedFuture(Collections.max(all));
        }

        @Async("processTaskExecutor")
        CompletableFuture<Long> ofPackage(int primitive, String absent, long... more) {
            return CompletableFuture.completedFuture(absent == null && more.length == primitive ? here() : -1);
        }
    }

    @Async("processTaskExecutor")
    static class Numbers extends Base<Integer> {
        @Override
        public CompletableFuture<Integer> first(List<Integer> all) {
            return CompletableFuture.completedFuture(all.get(0));
        }

        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(here());
        }
    }

    static class Counter {
        private int count;

        int next() {
            return ++count;
        }
    }

    /** Needs a worker, and a bean in it, before the application is up. */
    static class Early {
        private final ProcessTaskExecutor executor;
        private final Numbers numbers;
        private List<Long> pids = List.of();

        Early(ProcessTaskExecutor executor, Numbers numbers) {
            this.executor = executor;
            this.numbers = numbers;
        }

        @PostConstruct
        void ask() {
            if (System.getProperty("process-executor.worker") == null) {
                pids = List.of(got(executor.submit(() -> here())), got(numbers.pid()));
            }
        }
    }

    @Test
    void aLazyCollaboratorTravelsAsTheBeanBehindIt() {
        Egg proxy = application.getBean(Hen.class).egg;
        for (String serializer : List.of("java", "kryo", "closure")) {
            assertThat(got(executor.with(TaskOptions.defaults().serializer(TaskSerializers.named(serializer)))
                            .submit(() -> proxy.laid())))
                    .as(serializer)
                    .isPositive()
                    .isNotEqualTo(HERE);
        }
        assertThat(got(application.getBean(Nest.class).look())).hasSize(2).doesNotContain(HERE, -1L);
    }

    @Test
    void beansMayNeedEachOtherInAWorkerWhereMainAllowedIt() {
        assertThat(got(application.getBean(First.class).call())).isPositive().isNotEqualTo(HERE);
    }

    @Test
    void theArgumentsOfTheApplicationAreThoseOfItsWorkersToo() {
        ApplicationArguments arguments = application.getBean(ApplicationArguments.class);
        assertThat(got(executor.submit(
                        () -> arguments.getOptionValues("mood") + " " + arguments.getNonOptionArgs() + " " + here())))
                .startsWith("[good] [and more] ")
                .doesNotEndWith(" " + HERE);
    }

    @Test
    void anAnnotatedMethodOfWhateverDeclarationRunsInAWorker() {
        Greeter greeter = application.getBean(Greeter.class);
        Numbers numbers = application.getBean(Numbers.class);
        assertThat(List.of(
                        got(greeter.declared()),
                        got(greeter.inherited()),
                        got(numbers.pid()),
                        got(numbers.ofPackage(2, null, 3, 4))))
                .doesNotContain(HERE, -1L);
        assertThat(got(numbers.first(List.of(7, 8)))).isEqualTo(7);
        assertThat(got(numbers.greatest(List.of(7, 8)))).isEqualTo(8);
    }

    @Test
    void aBeanThatIsALambdaAndHasAStrangeNameIsFoundByIt() {
        @SuppressWarnings("unchecked")
        Supplier<Long> lambda = application.getBean("with.dots and/more:", Supplier.class);
        assertThat(got(executor.submit(() -> lambda.get()))).isPositive().isNotEqualTo(HERE);
    }

    @Test
    void whatIsNoSingletonTravelsWithItsState() {
        for (String name : List.of("counters", "ofThread")) {
            Counter counter = application.getBean(name, Counter.class);
            counter.next();
            assertThat(got(executor.submit(() -> counter.next()))).as(name).isEqualTo(2);
        }
    }

    @Test
    void tasksOfABeanThatIsBeingMadeDoNotWaitForTheStart() {
        assertThat(application.getBean(Early.class).pids).hasSize(2).doesNotContain(HERE);
    }

    @Test
    void theWorkersOfAChildHaveTheBeansOfItsParentToo() {
        try (ConfigurableApplicationContext parent = new SpringApplicationBuilder(Shared.class)
                        .web(WebApplicationType.NONE)
                        .run();
                ConfigurableApplicationContext child = new SpringApplicationBuilder(Child.class)
                        .parent(parent)
                        .web(WebApplicationType.NONE)
                        .run("--process-executor.workers=1", "--process-executor.worker.max-heap=96MB")) {
            Supplier<?> own = child.getBean("own", Supplier.class);
            Supplier<?> shared = child.getBean("shared", Supplier.class);
            assertThat(got(child.getBean(ProcessTaskExecutor.class).submit(() -> own.get() + " and " + shared.get())))
                    .startsWith("own and shared ")
                    .doesNotEndWith(" " + HERE);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Shared {
        @Bean
        Supplier<String> shared() {
            return () -> "shared " + here();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({TaskExecutionAutoConfiguration.class, ProcessExecutorAutoConfiguration.class})
    static class Child {
        @Bean
        Supplier<String> own() {
            return () -> "own";
        }
    }

    private static <T> T got(CompletableFuture<T> future) {
        return future.orTimeout(60, TimeUnit.SECONDS).join();
    }
}
