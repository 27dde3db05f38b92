package io.processexecutor.spring;

import io.processexecutor.ContextCarrier;
import io.processexecutor.ObjectReplacer;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.spring.bean.SingletonBeans;
import io.processexecutor.spring.observation.TaskObserver;
import java.lang.reflect.Method;
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
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;

/** Makes the executor a bean and ships the methods that are annotated to run on it. */
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "process-executor.enabled", matchIfMissing = true)
@ConditionalOnParentProcess
@EnableConfigurationProperties(ProcessExecutorProperties.class)
@Import({AutoProxyRegistrar.class, NamedPoolsRegistrar.class})
public final class ProcessExecutorAutoConfiguration {

    /** The name of the executor's bean, and so the value of {@link Async}. */
    public static final String EXECUTOR_BEAN_NAME = "processTaskExecutor";

    // As Spring's own: annotations on annotations, such as ProcessAsync, count too.
    private static final Pointcut ASYNC = new ComposablePointcut(
                    new AnnotationMatchingPointcut(null, Async.class, true))
            .union((Pointcut) new AnnotationMatchingPointcut(Async.class, true));

    ProcessExecutorAutoConfiguration() {}

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    ProcessTaskExecutorFactory processTaskExecutorFactory(
            ProcessExecutorProperties properties,
            Environment environment,
            ObjectProvider<ProcessExecutorCustomizer> customizers,
            ObjectProvider<ObjectReplacer> replacers,
            ObjectProvider<ProcessExecutorListener> listeners,
            ObjectProvider<TaskObserver> taskObserver,
            ObjectProvider<TaskDecorator> decorators,
            ObjectProvider<ContextCarrier> carriers,
            WorkerContexts workerContexts) {
        return new ProcessTaskExecutorFactory(
                properties,
                environment,
                customizers,
                replacers,
                listeners,
                taskObserver,
                decorators,
                carriers,
                workerContexts);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    WorkerContexts processExecutorWorkerContexts(SingletonBeans beans, ConfigurableApplicationContext context) {
        return new WorkerContexts(beans, context);
    }

    // Static, so that it is there before the beans that it is to see.
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SingletonBeans processExecutorSingletonBeans(ConfigurableApplicationContext context) {
        return new SingletonBeans(context);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ProcessAsyncCheck processAsyncCheck() {
        return new ProcessAsyncCheck();
    }

    // A fallback: MVC, JPA and unqualified @Async must not take it for the application's own executor.
    @Bean(name = EXECUTOR_BEAN_NAME)
    @Fallback
    @ConditionalOnMissingBean(value = ProcessTaskExecutor.class, name = EXECUTOR_BEAN_NAME)
    ProcessTaskExecutor processTaskExecutor(ProcessTaskExecutorFactory factory) {
        return factory.main();
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
}
