package io.processexecutor.spring;

import io.processexecutor.ObjectReplacer;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.SerializationOptions;
import io.processexecutor.pool.ProcessPoolExecutor;
import io.processexecutor.serialization.TaskSerializers;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.aop.Advisor;
import org.springframework.aop.MethodMatcher;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcher;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.util.unit.DataSize;

/** Makes the executor a bean and ships the methods that are annotated to run on it. */
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "process-executor.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ProcessExecutorProperties.class)
@Import(AutoProxyRegistrar.class)
public final class ProcessExecutorAutoConfiguration {

    /** The name of the executor's bean, and so the value of {@link Async}. */
    public static final String EXECUTOR_BEAN_NAME = "processTaskExecutor";

    private static final String LOGGING = "-Dlogback.configurationFile=io/processexecutor/spring/worker-logback.xml";

    // As Spring's own: annotations on annotations, such as ProcessAsync, count too.
    private static final Pointcut ASYNC = new ComposablePointcut(
                    new AnnotationMatchingPointcut(null, Async.class, true))
            .union((Pointcut) new AnnotationMatchingPointcut(Async.class, true));

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
            Environment environment) {
        ProcessPoolExecutor.Builder builder = builder(properties);
        builder.serialization(serialization(properties, replacers));
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        int workers = builder.workers();
        builder.workers(workers);
        AtomicBoolean listened = new AtomicBoolean();
        ProcessTaskExecutor executor = new ProcessTaskExecutor(
                () -> {
                    // Only now: a listener may need a meter registry, which must not be made before its time. And once,
                    // since it is built anew when the application is stopped and started.
                    if (listened.compareAndSet(false, true)) {
                        listeners.orderedStream().forEach(builder::listener);
                    }
                    return builder.build();
                },
                properties.getMinWorkers() != null && properties.getMinWorkers() > 0,
                properties.getShutdownGrace());
        executor.setCorePoolSize(workers);
        executor.setMaxPoolSize(workers);
        executor.setAllowCoreThreadTimeOut(true);
        executor.setQueueCapacity(builder.queueCapacity());
        executor.setQueueTimeout(builder.queueTimeout());
        executor.setSubmitTimeout(builder.submitTimeout());
        executor.setTransactions(properties.getTransactions());
        executor.setVirtualThreads(Threading.VIRTUAL.isActive(environment));
        // The queue's bound is the executor's own: it must not be met again by what was accepted there.
        builder.queueCapacity((int) Math.min(Integer.MAX_VALUE, (long) builder.queueCapacity() + workers));
        builder.submitTimeout(Duration.ZERO);
        var all = decorators.orderedStream().toList();
        if (!all.isEmpty()) {
            executor.setTaskDecorator(new CompositeTaskDecorator(all));
        }
        return executor;
    }

    // From the environment: the properties' bean would be made before the post-processors that it needs.
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static Advisor processTaskAdvisor(Environment environment) {
        return advisor(environment, ASYNC, 0);
    }

    private static Advisor advisor(Environment environment, Pointcut pointcut, int before) {
        boolean defaultExecutor = environment.getProperty("process-executor.async.default", Boolean.class, false);
        DefaultPointcutAdvisor advisor =
                new DefaultPointcutAdvisor(pointcut, new ProcessTaskInterceptor(defaultExecutor));
        int order = environment.getProperty("process-executor.advice-order", Integer.class, Ordered.LOWEST_PRECEDENCE);
        advisor.setOrder(Math.max(order, Ordered.HIGHEST_PRECEDENCE + before) - before);
        return advisor;
    }

    /** Ships methods that are transactional themselves before the advice that would begin their transaction here. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(AnnotationTransactionAttributeSource.class)
    static class TransactionalMethods {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static Advisor processTransactionalTaskAdvisor(Environment environment) {
            AnnotationTransactionAttributeSource attributes = new AnnotationTransactionAttributeSource(false);
            MethodMatcher transactional = new StaticMethodMatcher() {
                @Override
                public boolean matches(Method method, Class<?> targetClass) {
                    return attributes.getTransactionAttribute(method, targetClass) != null;
                }
            };
            return advisor(environment, new ComposablePointcut(ASYNC).intersection(transactional), 1);
        }
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
        map.from(properties::getMinWorkers).to(builder::minWorkers);
        map.from(properties::getQueueCapacity).to(builder::queueCapacity);
        map.from(properties::getTaskTimeout).to(builder::taskTimeout);
        map.from(properties::getQueueTimeout).to(builder::queueTimeout);
        map.from(properties::getStartTimeout).to(builder::startTimeout);
        map.from(properties::getIdleTimeout).to(builder::idleTimeout);
        map.from(properties::getSubmitTimeout).to(builder::submitTimeout);
        map.from(properties::getHungAfter).to(builder::hungAfter);
        map.from(properties::getCancelGrace).to(builder::cancelGrace);
        map.from(properties.getWorker()::getWorkingDirectory).to(builder::workingDirectory);
        builder.recycle(properties.getRecycle().toLimits());
        map.from(properties.getWorker()::getMaxHeap).as(DataSize::toBytes).to(builder::maxHeapBytes);
        return builder;
    }
}
