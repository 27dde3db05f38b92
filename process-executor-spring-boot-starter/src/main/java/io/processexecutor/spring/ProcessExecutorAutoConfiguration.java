package io.processexecutor.spring;

import io.processexecutor.ContextCarrier;
import io.processexecutor.ObjectReplacer;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.spring.bean.SingletonBeans;
import io.processexecutor.spring.observation.TaskObserver;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.annotation.Async;

/** Makes the executor a bean and ships the methods that are annotated to run on it. */
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class)
@ConditionalUnlessSwitchedOff("process-executor.enabled")
@ConditionalOnParentProcess
@EnableConfigurationProperties(ProcessExecutorProperties.class)
@Import({ShippingAdvice.class, NamedPoolsRegistrar.class})
public final class ProcessExecutorAutoConfiguration {

    /** The name of the executor's bean, and so the value of {@link Async}. */
    public static final String EXECUTOR_BEAN_NAME = "processTaskExecutor";

    ProcessExecutorAutoConfiguration() {}

    @Bean(name = ProcessTaskExecutorFactory.BEAN_NAME)
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
        return new SingletonBeans(context, WorkerContexts.areWanted(context.getEnvironment()));
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ProcessAsyncCheck processAsyncCheck() {
        return new ProcessAsyncCheck();
    }

    // Static, so that it is there before the properties that it is for.
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ConfigurationPropertiesBindHandlerAdvisor processExecutorEmptyValues(Environment environment) {
        return new EmptyValues(environment);
    }

    // A fallback: MVC, JPA and unqualified @Async must not take it for the application's own executor.
    @Bean(name = EXECUTOR_BEAN_NAME)
    @Fallback
    @ConditionalOnMissingBean(value = ProcessTaskExecutor.class, name = EXECUTOR_BEAN_NAME)
    ProcessTaskExecutor processTaskExecutor(ProcessTaskExecutorFactory factory) {
        return factory.main();
    }
}
