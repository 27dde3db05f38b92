package io.processexecutor.spring;

import io.processexecutor.ContextCarrier;
import io.processexecutor.ObjectReplacer;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.SerializationOptions;
import io.processexecutor.pool.ProcessPoolExecutor;
import io.processexecutor.serialization.TaskSerializers;
import io.processexecutor.spring.bean.BeanReplacer;
import io.processexecutor.spring.bean.SingletonBeans;
import io.processexecutor.spring.worker.WorkerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.unit.DataSize;

/** Makes the executor a bean and ships the methods that are annotated to run on it. */
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "process-executor.enabled", matchIfMissing = true)
@ConditionalOnParentProcess
@EnableConfigurationProperties(ProcessExecutorProperties.class)
public final class ProcessExecutorAutoConfiguration {

    /** The name of the executor's bean, and so the value of {@link Async}. */
    public static final String EXECUTOR_BEAN_NAME = "processTaskExecutor";

    private static final Logger log = LoggerFactory.getLogger(ProcessExecutorAutoConfiguration.class);

    private static final String LOGGING = "-Dlogback.configurationFile=io/processexecutor/spring/worker-logback.xml";

    ProcessExecutorAutoConfiguration() {}

    // A fallback: MVC, JPA and unqualified @Async must not take it for the application's own executor.
    @Bean(name = EXECUTOR_BEAN_NAME)
    @Fallback
    @ConditionalOnMissingBean
    ProcessTaskExecutor processTaskExecutor(
            ProcessExecutorProperties properties,
            ObjectProvider<ProcessExecutorCustomizer> customizers,
            ObjectProvider<ObjectReplacer> replacers,
            ObjectProvider<ProcessExecutorListener> listeners,
            ObjectProvider<TaskDecorator> decorators,
            ObjectProvider<ContextCarrier> carriers,
            SingletonBeans beans,
            ConfigurableApplicationContext context) {
        ProcessPoolExecutor.Builder builder = builder(properties);
        WorkerContext workerContext = workerContext(properties.getWorker(), context);
        SerializationOptions serialization = serialization(properties, replacers);
        builder.serialization(workerContext == null ? serialization : serialization.replacer(new BeanReplacer(beans)));
        List<ContextCarrier> allCarriers = carriers.orderedStream().toList();
        allCarriers.forEach(builder::contextCarrier);
        int minWorkers = minWorkers(properties, builder.workers());
        builder.minWorkers(minWorkers);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        int workers = builder.workers();
        builder.workers(workers);
        ProcessTaskExecutor executor = new ProcessTaskExecutor(
                () -> {
                    // Only now: a listener may need a meter registry, which must not be made before its time.
                    listeners.orderedStream().forEach(builder::listener);
                    if (workerContext != null) {
                        // The properties that there are now: what tests or a started server added is among them.
                        builder.preparation(
                                workerContext.start(context, ProcessExecutorWorkerAutoConfiguration.Support.class));
                    }
                    return builder.build();
                },
                minWorkers > 0,
                properties.getShutdownGrace());
        executor.setContextCarriers(allCarriers);
        executor.setCorePoolSize(workers);
        executor.setMaxPoolSize(workers);
        executor.setAllowCoreThreadTimeOut(true);
        PropertyMapper.get().from(properties::getQueueCapacity).to(executor::setQueueCapacity);
        var all = decorators.orderedStream().toList();
        if (!all.isEmpty()) {
            executor.setTaskDecorator(new CompositeTaskDecorator(all));
        }
        return executor;
    }

    // Static, so that it is there before the beans that it is to see.
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SingletonBeans processExecutorSingletonBeans(ConfigurableApplicationContext context) {
        return new SingletonBeans(context);
    }

    // From the environment: the properties' bean would be made before the post-processors that it needs.
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static Advisor processTaskAdvisor(Environment environment) {
        Pointcut onMethod = AnnotationMatchingPointcut.forMethodAnnotation(Async.class);
        Pointcut onClass = new AnnotationMatchingPointcut(Async.class, true);
        boolean defaultExecutor = environment.getProperty("process-executor.async.default", Boolean.class, false);
        DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(
                new ComposablePointcut(onMethod).union(onClass), new ProcessTaskInterceptor(defaultExecutor));
        advisor.setOrder(
                environment.getProperty("process-executor.advice-order", Integer.class, Ordered.LOWEST_PRECEDENCE));
        return advisor;
    }

    /** The context that workers are to have; null if beans are to travel as they are. */
    private static @Nullable WorkerContext workerContext(
            WorkerProperties worker, ConfigurableApplicationContext context) {
        if (worker.getContext() == WorkerProperties.Context.NONE) {
            return null;
        }
        if (!worker.getSources().isEmpty()) {
            return WorkerContext.from(worker.getSources());
        }
        WorkerContext found = WorkerContext.like(context).orElse(null);
        if (found == null && worker.getContext() != null) {
            throw new IllegalStateException("process-executor.worker.context is "
                    + worker.getContext().name().toLowerCase(Locale.ROOT).replace('_', '-')
                    + ", but it cannot be told what the application was started from: it has no class that is annotated"
                    + " with @SpringBootApplication, and SpringApplication did not start it. Name configuration classes in"
                    + " process-executor.worker.sources");
        }
        if (found == null) {
            log.info("Beans travel to workers by value: it cannot be told what the application was started from, so no"
                    + " context can be started there. Name configuration classes in process-executor.worker.sources");
        }
        return found;
    }

    /** Before the user's own arguments, so that those win. */
    private static List<String> withLogging(List<String> jvmArgs) {
        List<String> all = new ArrayList<>();
        all.add(LOGGING);
        all.addAll(jvmArgs);
        return all;
    }

    private static SerializationOptions serialization(
            ProcessExecutorProperties properties, ObjectProvider<ObjectReplacer> replacers) {
        SerializationOptions options = properties.getSerialization().toOptions();
        if (properties.getClosures().isShipRuntimeClasses()) {
            options = options.shipRuntimeClasses(true);
        }
        for (ObjectReplacer each : replacers.orderedStream().toList()) {
            options = options.replacer(each);
        }
        return options;
    }

    /** Workers that are to have their context before it is needed are themselves needed before that. */
    private static int minWorkers(ProcessExecutorProperties properties, int workers) {
        if (properties.getMinWorkers() != null) {
            return properties.getMinWorkers();
        }
        return properties.getWorker().getContext() == WorkerProperties.Context.EAGER ? workers : 0;
    }

    private static ProcessPoolExecutor.Builder builder(ProcessExecutorProperties properties) {
        // First: it holds for the whole JVM, and cannot be taken back once a serializer was used.
        PropertyMapper.get().from(properties.getClosures()::getDeepReflection).to(TaskSerializers::deepReflection);
        ProcessPoolExecutor.Builder builder = ProcessPoolExecutor.builder().name(EXECUTOR_BEAN_NAME);
        builder.shutdownGrace(properties.getShutdownGrace());
        builder.jvmArgs(withLogging(properties.getWorker().getJvmArgs()));
        builder.classPath(properties.getWorker().getClassPath());
        builder.environment(properties.getWorker().getEnvironment());
        builder.systemProperties(properties.getWorker().getSystemProperties());
        builder.commandPrefix(properties.getWorker().getCommandPrefix());
        PropertyMapper map = PropertyMapper.get();
        map.from(properties::getSerializer)
                .as(ProcessExecutorProperties.Serializer::toTaskSerializer)
                .to(builder::serializer);
        map.from(properties::getWorkers).to(builder::workers);
        map.from(properties::getQueueCapacity).to(builder::queueCapacity);
        map.from(properties::getTaskTimeout).to(builder::taskTimeout);
        map.from(properties::getQueueTimeout).to(builder::queueTimeout);
        map.from(properties::getStartTimeout).to(builder::startTimeout);
        map.from(properties::getIdleTimeout).to(builder::idleTimeout);
        map.from(properties::getSubmitTimeout).to(builder::submitTimeout);
        map.from(properties::getHungAfter).to(builder::hungAfter);
        map.from(properties::getCancelGrace).to(builder::cancelGrace);
        map.from(properties.getWorker()::getWorkingDirectory).to(builder::workingDirectory);
        map.from(properties.getWorker()::getContextTimeout).to(builder::preparationTimeout);
        builder.prepareEagerly(properties.getWorker().getContext() == WorkerProperties.Context.EAGER);
        builder.recycle(properties.getRecycle().toLimits());
        map.from(properties.getWorker()::getMaxHeap).as(DataSize::toBytes).to(builder::maxHeapBytes);
        return builder;
    }
}
