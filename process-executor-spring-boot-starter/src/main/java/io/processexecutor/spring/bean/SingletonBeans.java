package io.processexecutor.spring.bean;

import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Knows the names of the singletons of a context and its ancestors, by identity: of the bean as others see it, and of the
 * target behind its proxy. Sees beans come up, and looks at them only when it is asked, since only then they are whole.
 * Whoever asks waits for nobody, but for the first look.
 */
public final class SingletonBeans implements BeanPostProcessor {

    /** What the context calls by that name, or what stands behind it. */
    record Named(Object bean, String name, Object exposed) {

        boolean isInside() {
            return bean != exposed;
        }
    }

    private final ConfigurableApplicationContext context;

    /** Few beans are of the same class, and objects of all other classes cost one look here. */
    private final Map<Class<?>, Named[]> byClass = new ConcurrentHashMap<>();

    private final Queue<String> created = new ConcurrentLinkedQueue<>();
    private volatile boolean looked;

    /**
     * Creates one.
     *
     * @param context whose beans it is to know
     */
    public SingletonBeans(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Also called for what a factory bean makes, by the same name. */
    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        created.add(bean instanceof FactoryBean ? "&" + beanName : beanName);
        return bean;
    }

    ApplicationContext context() {
        return context;
    }

    /**
     * Finds a bean as others see it.
     *
     * @param target the bean, or what stands behind its proxy
     * @return the bean; what was given if that is none
     */
    public Object exposed(Object target) {
        Named known = find(target);
        return known == null ? target : known.exposed();
    }

    @Nullable
    Named find(Object object) {
        if (!looked) {
            look();
        }
        if (!created.isEmpty()) {
            takeIn();
        }
        Named[] candidates = byClass.get(object.getClass());
        if (candidates != null) {
            for (Named each : candidates) {
                if (each.bean() == object) {
                    return each;
                }
            }
        }
        return null;
    }

    /** Those that were there before this, or were never made by a factory. */
    private synchronized void look() {
        if (looked) {
            return;
        }
        for (ApplicationContext each = context; each != null; each = each.getParent()) {
            if (each instanceof ConfigurableApplicationContext configurable) {
                ConfigurableListableBeanFactory factory = configurable.getBeanFactory();
                for (String name : factory.getSingletonNames()) {
                    Object bean = factory.getSingleton(name);
                    if (bean != null) {
                        add(bean, bean instanceof FactoryBean ? "&" + name : name);
                    }
                }
            }
        }
        looked = true;
    }

    private void takeIn() {
        ConfigurableListableBeanFactory factory = context.getBeanFactory();
        int left = created.size();
        String name;
        while (left-- > 0 && (name = created.poll()) != null) {
            String plain = name.startsWith("&") ? name.substring(1) : name;
            Object bean = factory.containsSingleton(plain) ? factory.getSingleton(plain) : null;
            if (bean instanceof FactoryBean<?> maker && !name.startsWith("&")) {
                bean = maker.isSingleton() ? factory.getBean(plain) : null;
            }
            if (bean != null) {
                add(bean, name);
            } else if (factory.isCurrentlyInCreation(plain)) {
                created.add(name);
            }
        }
    }

    private void add(Object bean, String name) {
        if (bean instanceof ScopedObject) {
            return;
        }
        put(new Named(bean, name, bean));
        Object target = AopProxyUtils.getSingletonTarget(bean);
        while (target != null) {
            put(new Named(target, name, bean));
            target = AopProxyUtils.getSingletonTarget(target);
        }
    }

    private void put(Named named) {
        byClass.merge(named.bean().getClass(), new Named[] {named}, (known, more) -> {
            if (Arrays.stream(known).anyMatch(each -> each.bean() == named.bean())) {
                return known;
            }
            Named[] all = Arrays.copyOf(known, known.length + 1);
            all[known.length] = named;
            return all;
        });
    }
}
