package io.processexecutor.spring;

import java.lang.reflect.Modifier;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils.MethodFilter;

/** Says that methods annotated with {@code @Async} alone run in workers, unless the application names an executor. */
final class DefaultAsyncExecutor implements AsyncConfigurer {

    private static final Logger log = LoggerFactory.getLogger(DefaultAsyncExecutor.class);

    private final BeanFactory beans;
    private final AsyncConfigurer ofApplication;

    DefaultAsyncExecutor(BeanFactory beans, AsyncConfigurer ofApplication) {
        this.beans = beans;
        this.ofApplication = ofApplication;
    }

    @Override
    public Executor getAsyncExecutor() {
        Executor named = ofApplication.getAsyncExecutor();
        return named != null
                ? named
                : BeanFactoryAnnotationUtils.qualifiedBeanOfType(
                        beans, ProcessTaskExecutor.class, ProcessExecutorAutoConfiguration.EXECUTOR_BEAN_NAME);
    }

    @Override
    public @Nullable AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
        return ofApplication.getAsyncUncaughtExceptionHandler();
    }

    /** Those of the application may say nothing but who hears of failures. */
    static final class OfConfigurers implements BeanPostProcessor, PriorityOrdered {

        private final BeanFactory beans;

        OfConfigurers(BeanFactory beans) {
            this.beans = beans;
        }

        /** Before Boot does the same with an executor of its own. */
        @Override
        public int getOrder() {
            return Ordered.LOWEST_PRECEDENCE;
        }

        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (!(bean instanceof AsyncConfigurer configurer) || bean instanceof DefaultAsyncExecutor) {
                return bean;
            }
            if (!makesBeans(bean.getClass())) {
                return new DefaultAsyncExecutor(beans, configurer);
            }
            // Nothing else could be asked for them.
            if (configurer.getAsyncExecutor() == null) {
                log.warn(
                        "process-executor.async.default has no effect beside {}, which names no executor and has @Bean methods."
                                + " Make these static, or let its getAsyncExecutor() return the bean processTaskExecutor",
                        ClassUtils.getUserClass(bean).getName());
            }
            return bean;
        }

        private static boolean makesBeans(Class<?> type) {
            MethodFilter instances = method -> !Modifier.isStatic(method.getModifiers())
                    && AnnotatedElementUtils.hasAnnotation(method, Bean.class);
            return !MethodIntrospector.selectMethods(type, instances).isEmpty();
        }
    }
}
