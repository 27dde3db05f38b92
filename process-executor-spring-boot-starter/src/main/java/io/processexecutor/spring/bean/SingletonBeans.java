package io.processexecutor.spring.bean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
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

    /** By name, of which there are as many as definitions, however often a factory bean makes another object. */
    private final Set<String> created = ConcurrentHashMap.newKeySet();

    private final boolean asked;
    private volatile boolean looked;

    /**
     * Creates one.
     *
     * @param context whose beans it is to know
     * @param asked whether anybody is going to ask; what nobody asks for is not remembered
     */
    public SingletonBeans(ConfigurableApplicationContext context, boolean asked) {
        this.context = context;
        this.asked = asked;
    }

    /** Also called for what a factory bean makes, by the same name. */
    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (asked && isSingleton(beanName)) {
            created.add(bean instanceof FactoryBean ? "&" + beanName : beanName);
        }
        return bean;
    }

    /** There is no end to the others: prototypes, those of a request, those inside of them that have a number for a name. */
    private boolean isSingleton(String beanName) {
        ConfigurableListableBeanFactory factory = context.getBeanFactory();
        return factory.containsBeanDefinition(beanName)
                && factory.getMergedBeanDefinition(beanName).isSingleton();
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
        List<ConfigurableListableBeanFactory> nearer = new ArrayList<>();
        for (ApplicationContext each = context; each != null; each = each.getParent()) {
            if (each instanceof ConfigurableApplicationContext configurable) {
                ConfigurableListableBeanFactory factory = configurable.getBeanFactory();
                for (String name : factory.getSingletonNames()) {
                    Object bean = factory.getSingleton(name);
                    if (bean != null && !isHidden(name, factory, nearer)) {
                        add(bean, bean instanceof FactoryBean ? "&" + name : name);
                    }
                }
                nearer.add(factory);
            }
        }
        looked = true;
    }

    /** By its name a worker finds the bean that stands nearer, which is another one unless both are made the same way. */
    private static boolean isHidden(
            String name, ConfigurableListableBeanFactory factory, List<ConfigurableListableBeanFactory> nearer) {
        return factory.containsBeanDefinition(name)
                && nearer.stream()
                        .anyMatch(each -> each.containsBeanDefinition(name)
                                && !isSame(each.getBeanDefinition(name), factory.getBeanDefinition(name)));
    }

    private static boolean isSame(BeanDefinition one, BeanDefinition other) {
        return Objects.equals(one.getBeanClassName(), other.getBeanClassName())
                && Objects.equals(one.getFactoryMethodName(), other.getFactoryMethodName())
                && Objects.equals(one.getResourceDescription(), other.getResourceDescription());
    }

    private void takeIn() {
        ConfigurableListableBeanFactory factory = context.getBeanFactory();
        for (String name : List.copyOf(created)) {
            if (!created.remove(name)) {
                continue;
            }
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
