package io.processexecutor.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.test.context.TestPropertySource;

/**
 * For test classes: tasks and results are encoded and decoded as if they went to a worker, so that what cannot travel is
 * found out, but no process is started. Says {@code process-executor.mode=in-process}, which can be said by itself as
 * well.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@TestPropertySource(properties = "process-executor.mode=in-process")
public @interface AutoConfigureProcessExecutor {}
