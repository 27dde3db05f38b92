package io.processexecutor.spring;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.AsyncConfigurer;

/** Makes the executor that of methods annotated with {@code @Async} alone, if {@code process-executor.async.default} is set. */
@AutoConfiguration(before = TaskExecutionAutoConfiguration.class)
@ConditionalUnlessSwitchedOff("process-executor.enabled")
@ConditionalOnBooleanProperty("process-executor.async.default")
public final class ProcessExecutorAsyncAutoConfiguration {

    ProcessExecutorAsyncAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(AsyncConfigurer.class)
    AsyncConfigurer processTaskExecutorAsyncConfigurer(BeanFactory beanFactory) {
        return new DefaultAsyncExecutor(beanFactory, new AsyncConfigurer() {});
    }

    @Bean
    static DefaultAsyncExecutor.OfConfigurers processTaskExecutorAsyncConfigurers(BeanFactory beanFactory) {
        return new DefaultAsyncExecutor.OfConfigurers(beanFactory);
    }
}
