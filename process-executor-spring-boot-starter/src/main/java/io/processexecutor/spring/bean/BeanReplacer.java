package io.processexecutor.spring.bean;

import io.processexecutor.NonSerializableTask;
import io.processexecutor.ObjectReplacer;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.target.AbstractBeanFactoryBasedTargetSource;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.annotation.ContextAnnotationAutowireCandidateResolver;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Sends the name of a singleton bean, wherever it or its proxy stands in a graph, and has the bean of that name take its
 * place in the other process. A bean marked {@link NonSerializableTask} travels itself, and without its proxy.
 */
public final class BeanReplacer implements ObjectReplacer {

    /** Data, of which a bean may be made but which means the same anywhere. */
    private static final List<String> PLAIN = List.of(
            "java.lang.", "java.util.", "java.time.", "java.math.", "java.net.", "java.io.", "java.nio.", "java.text.");

    /** Scopes whose targets are other ones for each request, session or server, and a worker has none of these. */
    private static final Set<String> OF_REQUESTS = Set.of("request", "session", "application", "websocket");

    private static final AtomicReference<@Nullable SingletonBeans> OF_WORKER = new AtomicReference<>();

    /** Those of the application; a worker gets to know its own when its context is up. */
    private final transient @Nullable SingletonBeans beans;

    /**
     * Creates one.
     *
     * @param beans those of the application
     */
    public BeanReplacer(SingletonBeans beans) {
        this.beans = beans;
    }

    /**
     * Tells a worker which its beans are.
     *
     * @param beans those of its context
     */
    public static void inWorker(SingletonBeans beans) {
        OF_WORKER.set(beans);
    }

    @Override
    public boolean needsPreparedWorker() {
        return true;
    }

    @Override
    public boolean replaces(Class<?> type) {
        if (type.isEnum() || type.isArray() || Throwable.class.isAssignableFrom(type)) {
            return false;
        }
        boolean plain = PLAIN.stream().anyMatch(type.getName()::startsWith) && type.getClassLoader() == null;
        return !plain || Executor.class.isAssignableFrom(type);
    }

    @Override
    public Object replace(Object object) {
        SingletonBeans known = known();
        if (known == null) {
            return object;
        }
        ContainerReference container = ContainerReference.to(object);
        if (container != null) {
            return container;
        }
        SingletonBeans.Named bean = known.find(object);
        if (bean == null) {
            BeanReference scoped = scoped(object, known);
            if (scoped != null) {
                return scoped;
            }
            TargetSource lazy = lazySource(object);
            return lazy == null ? object : replace(targetOf(lazy));
        }
        Class<?> type = AopUtils.getTargetClass(object);
        if (AnnotatedElementUtils.hasAnnotation(type, NonSerializableTask.class)) {
            return targetOf(object);
        }
        return new BeanReference(bean.name(), type.getName(), bean.isInside());
    }

    @Override
    public Object restore(Object reference) {
        if (reference instanceof BeanReference bean) {
            return find(bean);
        }
        return reference instanceof ContainerReference container
                ? container.in(required().context())
                : reference;
    }

    private static Object targetOf(Object bean) {
        Object target = bean;
        Object next;
        while ((next = AopProxyUtils.getSingletonTarget(target)) != null) {
            target = next;
        }
        return target;
    }

    /** Of what stands at a place with {@code @Lazy}: it finds its bean when it is first called. */
    private static @Nullable TargetSource lazySource(Object object) {
        return object instanceof Advised proxy
                        && proxy.getTargetSource().getClass().getNestHost()
                                == ContextAnnotationAutowireCandidateResolver.class
                ? proxy.getTargetSource()
                : null;
    }

    private static Object targetOf(TargetSource lazy) {
        try {
            return Objects.requireNonNull(lazy.getTarget());
        } catch (Exception e) {
            throw new IllegalStateException("The bean behind a proxy that is lazy could not be made: " + e, e);
        }
    }

    /** To the proxy of a scoped bean, which finds its target in whatever process it is called. */
    private static @Nullable BeanReference scoped(Object object, SingletonBeans beans) {
        if (!(object instanceof ScopedObject)) {
            return null;
        }
        String type = AopUtils.getTargetClass(object).getName();
        if (object instanceof Advised proxy
                && proxy.getTargetSource() instanceof AbstractBeanFactoryBasedTargetSource source
                && source.getBeanFactory() instanceof ConfigurableBeanFactory factory
                && ScopedProxyUtils.isScopedTarget(source.getTargetBeanName())) {
            String scope =
                    factory.getMergedBeanDefinition(source.getTargetBeanName()).getScope();
            String name = ScopedProxyUtils.getOriginalBeanName(source.getTargetBeanName());
            // A nearer context may have another bean of this name.
            boolean found =
                    beans.context().containsBean(name) && beans.context().getBean(name) == object;
            if (found && !OF_REQUESTS.contains(scope)) {
                return new BeanReference(name, type, false);
            }
        }
        throw new TaskSerializationException(
                Phase.ENCODE_TASK,
                null,
                type,
                "it is the proxy of a scoped bean, which no worker has by its name, or whose scope no worker has: read what"
                        + " is needed of it before the task is submitted, and send that",
                null);
    }

    private Object find(BeanReference reference) {
        try {
            Object bean = required().context().getBean(reference.name());
            if (beans == null && bean instanceof ScopedObject scoped) {
                madeHere(scoped, reference);
            }
            return reference.inside() ? targetOf(bean) : bean;
        } catch (NoSuchBeanDefinitionException e) {
            throw about(
                    reference,
                    "there is none in the worker's context: a condition or a profile keeps it out, or"
                            + " process-executor.worker.sources does not bring it, or it is one of a test, which"
                            + " workers do not have (see @AutoConfigureProcessExecutor)",
                    e);
        } catch (BeansException e) {
            String hint = e.contains(BeanCurrentlyInCreationException.class)
                    ? " (Beans refer to each other in a circle. Here they are made lazily, and so in another order than in"
                            + " the application: @Lazy at one of these references breaks the circle)"
                    : "";
            throw about(reference, "it could not be made here: " + e.getMessage() + hint, e);
        }
    }

    /** Before the task begins, as any other bean of it: then it is told of which bean a worker lacks the scope. */
    private static void madeHere(ScopedObject proxy, BeanReference reference) {
        try {
            Object unused = proxy.getTargetObject();
        } catch (IllegalStateException e) {
            throw about(reference, "it could not be made here: " + e.getMessage(), e);
        }
    }

    private SingletonBeans required() {
        SingletonBeans known = known();
        if (known == null) {
            throw new IllegalStateException("This worker has no context to look for beans in");
        }
        return known;
    }

    private @Nullable SingletonBeans known() {
        return beans != null ? beans : OF_WORKER.get();
    }

    private static TaskSerializationException about(BeanReference reference, String what, Throwable cause) {
        return new TaskSerializationException(
                Phase.DECODE_TASK,
                null,
                reference.type(),
                "the bean '" + reference.name() + "' of " + reference.type() + ": " + what,
                cause);
    }
}
