package io.processexecutor.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.EmbeddedValueResolverAware;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringValueResolver;

/** Reads what the methods of each bean ask for with {@link ProcessAsync}, so that nonsense fails no call but the start. */
final class ProcessAsyncCheck implements BeanPostProcessor, EmbeddedValueResolverAware {

    private static final Logger log = LoggerFactory.getLogger(ProcessAsyncCheck.class);

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
            // What a type says holds for methods, too, that are nobody's to call through the proxy.
            if (AnnotatedElementUtils.hasAnnotation(method, ProcessAsync.class)) {
                checkShipped(method, type, beanName);
            }
        }
    }

    private static void checkShipped(Method method, Class<?> type, String beanName) {
        int modifiers = method.getModifiers();
        // What an interface declares is called through that, and a proxy that is no subclass has it.
        boolean unchangeable = Modifier.isFinal(modifiers)
                && !ClassUtils.getInterfaceMethodIfPossible(method, type)
                        .getDeclaringClass()
                        .isInterface();
        if (Modifier.isPrivate(modifiers) || Modifier.isStatic(modifiers) || unchangeable) {
            log.warn(
                    "{} of the bean '{}' is annotated with @ProcessAsync and is {}: it runs where it is called, since no"
                            + " subclass of {}, as proxies are, can override it",
                    method,
                    beanName,
                    Modifier.toString(modifiers & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)),
                    type.getName());
        } else if (!isAsynchronous(method.getReturnType())) {
            throw new UnusableSetupException(
                    "The bean '" + beanName + "' of " + type.getName() + ": @ProcessAsync of " + method + ": "
                            + (isSuspending(method)
                                    ? "a suspend function of Kotlin is no asynchronous method"
                                    : "an asynchronous method returns nothing, a Future or a CompletableFuture, and not "
                                            + method.getReturnType().getTypeName())
                            + ".",
                    "Return a CompletableFuture, or nothing.");
        }
    }

    /** As Spring has it, which says so at the call. */
    private static boolean isAsynchronous(Class<?> returned) {
        return returned == void.class
                || Future.class.isAssignableFrom(returned)
                || returned.getName().equals("kotlin.Unit");
    }

    private static boolean isSuspending(Method method) {
        Class<?>[] parameters = method.getParameterTypes();
        return parameters.length > 0
                && parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation");
    }

    private static boolean asks(Method method, Class<?> type) {
        return AsyncOptions.find(method, type, ProcessAsync.class) != null;
    }

    /** Most beans of most applications are, and none of them has such a method. */
    private static boolean isOfSpring(Class<?> type) {
        return type.getName().startsWith("org.springframework.");
    }
}
