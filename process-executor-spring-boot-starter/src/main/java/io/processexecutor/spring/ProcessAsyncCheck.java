package io.processexecutor.spring;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.EmbeddedValueResolverAware;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringValueResolver;

/** Reads what the methods of each bean ask for with {@link ProcessAsync}, so that nonsense fails no call but the start. */
final class ProcessAsyncCheck implements BeanPostProcessor, EmbeddedValueResolverAware {

    private final Set<Class<?>> checked = ConcurrentHashMap.newKeySet();
    private AsyncOptions options = new AsyncOptions(text -> text);

    ProcessAsyncCheck() {}

    @Override
    public void setEmbeddedValueResolver(StringValueResolver resolver) {
        options = new AsyncOptions(resolver);
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        Class<?> type = ClassUtils.getUserClass(bean);
        if (!isOfSpring(type) && checked.add(type) && AnnotationUtils.isCandidateClass(type, ProcessAsync.class)) {
            check(type, beanName);
        }
        return bean;
    }

    private void check(Class<?> type, String beanName) {
        for (Method method : MethodIntrospector.selectMethods(type, (Method each) -> asks(each, type))) {
            try {
                options.of(method, type);
            } catch (IllegalArgumentException e) {
                throw new UnusableSetupException(
                        "The bean '" + beanName + "' of " + type.getName() + ": " + e.getMessage() + ".",
                        "Correct the attribute, or the property that its placeholder stands for.");
            }
        }
    }

    private static boolean asks(Method method, Class<?> type) {
        return AsyncOptions.find(method, type, ProcessAsync.class) != null;
    }

    /** Most beans of most applications are, and none of them has such a method. */
    private static boolean isOfSpring(Class<?> type) {
        return type.getName().startsWith("org.springframework.");
    }
}
