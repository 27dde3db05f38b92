package io.processexecutor.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;
import org.springframework.scheduling.annotation.Async;

/**
 * An {@link Async} method that runs in a worker process, with options of its own. On a type it holds for all its methods;
 * an {@link Async} or {@code ProcessAsync} on a method takes the place of the whole annotation on the type.
 *
 * <p>All strings may hold placeholders ({@code "${reports.timeout}"}). Durations are written as in properties:
 * {@code 500ms}, {@code 5s}, {@code PT5M}; a number alone is milliseconds. What is left empty is as the executor's
 * properties say. A value that makes no sense fails the start of the application, or the making of a lazy bean, with an error
 * that names the method and the attribute.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Async
public @interface ProcessAsync {

    /**
     * The name of the executor's bean.
     *
     * @return the name or a placeholder
     */
    @AliasFor(annotation = Async.class, attribute = "value")
    String value() default ProcessExecutorAutoConfiguration.EXECUTOR_BEAN_NAME;

    /**
     * How long a call may run, from the moment a worker begins.
     *
     * @return a duration
     */
    String timeout() default "";

    /**
     * How long a call may wait for a worker, from the moment it is made.
     *
     * @return a duration
     */
    String queueTimeout() default "";

    /**
     * What errors, events and logs call it. The bean's class and the method's name unless set.
     *
     * @return a short name
     */
    String label() default "";

    /**
     * How many times a call is run again after its worker crashed.
     *
     * @return 0 for never
     */
    int retryOnCrash() default 0;

    /**
     * As {@link #retryOnCrash}, for a placeholder; holds if it is set.
     *
     * @return a number
     */
    String retryOnCrashString() default "";

    /**
     * What encodes the call and its result.
     *
     * @return {@code java}, {@code kryo} or {@code closure}
     */
    String serializer() default "";
}
