package io.processexecutor.spring;

import io.processexecutor.internal.protocol.WorkerSettings;
import io.processexecutor.pool.ProcessPoolExecutor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Makes a bean of each name under {@code process-executor.pools}, unless the application has one of that name itself. They
 * are to be asked for by name: by type there is {@code processTaskExecutor}.
 */
final class NamedPoolsRegistrar implements ImportBeanDefinitionRegistrar {

    private final Environment environment;
    private final BeanFactory beans;

    NamedPoolsRegistrar(Environment environment, BeanFactory beans) {
        this.environment = environment;
        this.beans = beans;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        for (String name : names()) {
            if (name.equals(ProcessExecutorAutoConfiguration.EXECUTOR_BEAN_NAME)) {
                throw refused(name, "the settings of this executor stand under process-executor itself");
            }
            if (isInherited(name)) {
                continue;
            }
            if (!registry.containsBeanDefinition(name)) {
                registry.registerBeanDefinition(name, definition(name));
            } else if (!beans.isTypeMatch(name, Executor.class)) {
                throw refused(name, "there is a bean of this name which is no executor; give the pool another name");
            }
        }
    }

    /** A context above this one has it, as it has {@code processTaskExecutor}. */
    private boolean isInherited(String name) {
        BeanFactory above = beans instanceof HierarchicalBeanFactory own ? own.getParentBeanFactory() : null;
        return above != null && above.containsBean(name) && above.isTypeMatch(name, ProcessTaskExecutor.class);
    }

    /** Each once: what overrides a value, such as a variable, may spell the name otherwise, and does not rename the pool. */
    private Collection<String> names() {
        Map<ConfigurationPropertyName, String> bySpelling = new LinkedHashMap<>();
        Binder.get(environment)
                .bind(ProcessTaskExecutorFactory.POOLS, Bindable.mapOf(String.class, Object.class))
                .ifBound(pools -> pools.keySet()
                        // The most important source comes first.
                        .forEach(name -> bySpelling.put(ConfigurationPropertyName.adapt(name, '.'), name)));
        return bySpelling.values();
    }

    /** By methods with a name: of nothing else can Spring write code ahead of time. */
    private static RootBeanDefinition definition(String name) {
        RootBeanDefinition definition = new RootBeanDefinition(ProcessTaskExecutor.class);
        if (WorkerSettings.inWorker()) {
            definition.setFactoryMethodName("inPlace");
        } else {
            checkName(name);
            definition.setFactoryBeanName(ProcessTaskExecutorFactory.BEAN_NAME);
            definition.setFactoryMethodName("named");
            definition.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
        }
        definition.setDefaultCandidate(false);
        // As well: who asks the bean factory itself is given the only one that is no fallback, whatever else it is.
        definition.setFallback(true);
        return definition;
    }

    private static void checkName(String name) {
        try {
            ProcessPoolExecutor.Builder unused = ProcessPoolExecutor.builder().name(name);
        } catch (IllegalArgumentException e) {
            throw refused("[" + name + "]", "its " + e.getMessage());
        }
    }

    private static UnusableSetupException refused(String name, String why) {
        String property = ProcessTaskExecutorFactory.POOLS + "." + name;
        return new UnusableSetupException(property + ": " + why + ".", "Change " + property + ".");
    }
}
