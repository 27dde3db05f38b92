package io.processexecutor.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;

/** What a worker has in place of the executor: one that runs tasks in place, for workers have no workers of their own. */
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class)
@ConditionalOnWorkerProcess
@Import({ShippingAdvice.class, NamedPoolsRegistrar.class})
public final class ProcessExecutorWorkerAutoConfiguration {

    ProcessExecutorWorkerAutoConfiguration() {}

    @Bean(name = ProcessExecutorAutoConfiguration.EXECUTOR_BEAN_NAME)
    @Fallback
    @ConditionalOnMissingBean
    ProcessTaskExecutor processTaskExecutor() {
        return ProcessTaskExecutor.inPlace();
    }

    /** Brings it where no auto-configuration is enabled. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(ProcessExecutorWorkerAutoConfiguration.class)
    static class Support {}
}
