package io.processexecutor.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.test.context.TestPropertySource;

/**
 * For test classes: tasks and results are encoded and decoded as if they went to a worker, so that what cannot travel is
 * found out, but no process is started. Says {@code process-executor.mode=in-process}, which can be said by itself as
 * well. Brings the executor to tests of a slice, such as {@code @WebMvcTest}, too, whose auto-configuration is without it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration({
    ProcessExecutorAsyncAutoConfiguration.class,
    ProcessExecutorAutoConfiguration.class,
    ProcessExecutorJpaAutoConfiguration.class,
    // Tests of a whole application would otherwise find the executor before that of Boot, which then is not made.
    TaskExecutionAutoConfiguration.class
})
@TestPropertySource(properties = "process-executor.mode=in-process")
public @interface AutoConfigureProcessExecutor {}
