package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.NonSerializableTask;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSubmitter;
import io.processexecutor.serialization.TaskSerializers;
import io.processexecutor.spring.bean.SingletonBeans;
import jakarta.annotation.PostConstruct;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.support.AopUtils;
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
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.test.util.ReflectionTestUtils;

/** Beans that Spring allows and few applications have, in one application with one worker. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
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
        FactoryBean<Client> client() {
            return new FactoryBean<>() {
                @Override
                public Client getObject() {
                    return (Client) Proxy.newProxyInstance(
                            Client.class.getClassLoader(), new Class<?>[] {Client.class}, new Remote());
                }

                @Override
                public Class<?> getObjectType() {
                    return Client.class;
                }
            };
        }

        @Bean
        Converter converter() {
            return number -> CompletableFuture.completedFuture(number + " " + here());
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
        @Scope(value = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Counter behindAProxy() {
            return new Counter();
        }

        @Bean
        @Scope(value = "added by main", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Counter inAScopeOfMain() {
            return new Counter();
        }

        @Bean
        @Scope("prototype")
        Counter prototype() {
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

    /** Has no class but that of a proxy, as the clients and repositories that Spring makes of interfaces. */
    interface Client extends Remotely {
        @ProcessAsync
        CompletableFuture<String> get(String what);
    }

    interface Remotely {
        @Async("processTaskExecutor")
        CompletableFuture<String> ping();
    }

    static class Remote implements InvocationHandler {
        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) {
            return switch (method.getName()) {
                case "hashCode" -> 7;
                case "equals" -> proxy == arguments[0];
                case "toString" -> "client";
                default ->
                    CompletableFuture.completedFuture(method.getName() + Arrays.toString(arguments) + " " + here());
            };
        }
    }

    interface Converter {
        @Async("processTaskExecutor")
        CompletableFuture<String> convert(int number);
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

        void reset() {
            count = 0;
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
    void beansThatAreMadeForOneUseEachAreNotRemembered() {
        for (int i = 0; i < 1000; i++) {
            assertThat(application.getBean("prototype", Counter.class).next()).isEqualTo(1);
            assertThat(application.getBean("counters", Counter.class).next()).isEqualTo(1);
            application.getAutowireCapableBeanFactory().initializeBean(new Counter(), "made by others " + i);
        }
        assertThat(remembered(application)).doesNotContain("prototype").hasSizeLessThan(100);
    }

    static List<Object> remembered(ApplicationContext application) {
        Object names = ReflectionTestUtils.getField(
                application.getBean(SingletonBeans.class), SingletonBeans.class, "created");
        return List.copyOf((Collection<?>) names);
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
    void anAnnotatedMethodOfAnInterfaceRunsInAWorkerWhereTheBeanIsAProxyOrALambda() {
        Client client = application.getBean(Client.class);
        Converter converter = application.getBean(Converter.class);
        assertThat(got(client.get("it"))).startsWith("get[it] ").doesNotEndWith(" " + HERE);
        assertThat(got(client.ping())).startsWith("pingnull ").doesNotEndWith(" " + HERE);
        assertThat(got(converter.convert(7))).startsWith("7 ").doesNotEndWith(" " + HERE);
    }

    @Test
    void aCallOfAProxyIsLabelledByItsInterface() throws Exception {
        Method method = Client.class.getMethod("get", String.class);
        Class<?> type = AopUtils.getTargetClass(application.getBean(Client.class));
        assertThat(executor.options().of(method, type).label()).contains("UncommonBeansTests.Client.get");
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

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "closure"})
    void theProxyOfABeanInAScopeThatWorkersHaveTooStandsForTheBeanThere(String serializer) {
        Counter proxy = application.getBean("behindAProxy", Counter.class);
        assertThat(proxy).isInstanceOf(ScopedObject.class);
        int here = proxy.next();
        TaskSubmitter submitter = executor.with(TaskOptions.defaults().serializer(TaskSerializers.named(serializer)));
        assertThat(got(submitter.submit(() -> {
                    proxy.reset();
                    return proxy.next() + " " + here() + " " + (proxy instanceof ScopedObject);
                })))
                .startsWith("1 ")
                .endsWith(" true")
                .doesNotContain(" " + HERE + " ");
        assertThat(got(submitter.submit(() -> proxy))).isSameAs(proxy);
        assertThat(proxy.next()).isEqualTo(here + 1);
    }

    @Test
    void theProxyOfABeanInAScopeThatNoWorkerHasIsRefusedThereByName() {
        application.getBeanFactory().registerScope("added by main", new SimpleThreadScope());
        Counter proxy = application.getBean("inAScopeOfMain", Counter.class);
        assertThat(proxy.next()).isEqualTo(1);
        assertThat(executor.submit(() -> proxy.next()))
                .failsWithin(90, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(TaskSerializationException.class)
                .withMessageContaining("the bean 'inAScopeOfMain' of " + Counter.class.getName())
                .withMessageContaining("No Scope registered for scope name 'added by main'");
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

    @Test
    void aBeanOfAChildHidesTheOneOfItsParentInAWorkerToo() {
        try (ConfigurableApplicationContext parent = new SpringApplicationBuilder(Titled.class)
                        .web(WebApplicationType.NONE)
                        .run();
                ConfigurableApplicationContext child = new SpringApplicationBuilder(TitledChild.class)
                        .parent(parent)
                        .web(WebApplicationType.NONE)
                        .run(
                                "--spring.main.allow-bean-definition-overriding=false",
                                "--process-executor.workers=1",
                                "--process-executor.worker.max-heap=96MB")) {
            Title hidden = parent.getBean(Title.class);
            Title title = child.getBean("title", Title.class);
            Supplier<?> of = child.getBean("of", Supplier.class);
            ProcessTaskExecutor workers = child.getBean(ProcessTaskExecutor.class);
            assertThat(got(workers.submit(() -> title.text() + of.get()))).isEqualTo("child of child");
            assertThat(got(workers.submit(() -> hidden.text()))).isEqualTo("parent");
            assertThat(got(workers.submit(() -> title))).isSameAs(title);
        }
    }

    record Title(String text) {}

    @Configuration(proxyBeanMethods = false)
    static class Titled {
        @Bean
        Title title() {
            return new Title("parent");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({TaskExecutionAutoConfiguration.class, ProcessExecutorAutoConfiguration.class})
    static class TitledChild {
        @Bean
        Title title() {
            return new Title("child");
        }

        @Bean
        Supplier<String> of(Title title) {
            return () -> " of " + title.text();
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
        return future.orTimeout(90, TimeUnit.SECONDS).join();
    }
}
