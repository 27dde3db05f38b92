package io.processexecutor.spring;

import io.processexecutor.spring.worker.InPlaceExecutor;
import java.time.Duration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;

/** What a worker has in place of the executor: one that runs tasks in place, for workers have no workers of their own. */
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class)
@ConditionalOnWorkerProcess
public final class ProcessExecutorWorkerAutoConfiguration {

    ProcessExecutorWorkerAutoConfiguration() {}

    @Bean(name = ProcessExecutorAutoConfiguration.EXECUTOR_BEAN_NAME)
    @Fallback
    @ConditionalOnMissingBean
    ProcessTaskExecutor processTaskExecutor() {
        ProcessTaskExecutor executor = new ProcessTaskExecutor(InPlaceExecutor::new, false, Duration.ZERO);
        executor.runInPlace();
        return executor;
    }

    /** Brings it where no auto-configuration is enabled. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(ProcessExecutorWorkerAutoConfiguration.class)
    static class Support {}
}
