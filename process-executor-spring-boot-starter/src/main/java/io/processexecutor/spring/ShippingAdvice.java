package io.processexecutor.spring;

import java.lang.reflect.Method;
import org.springframework.aop.Advisor;
import org.springframework.aop.MethodMatcher;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcher;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;

/**
 * The advice that ships calls: in the application it does, and in a worker it marks where the advice begins that is the
 * worker's.
 */
@Configuration(proxyBeanMethods = false)
@Import(AutoProxyRegistrar.class)
class ShippingAdvice {

    // As Spring's own: annotations on annotations, such as ProcessAsync, count too.
    private static final Pointcut ASYNC = new ComposablePointcut(
                    new AnnotationMatchingPointcut(null, Async.class, true))
            .union((Pointcut) new AnnotationMatchingPointcut(Async.class, true));

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
