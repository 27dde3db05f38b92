package io.processexecutor.spring;

import io.processexecutor.internal.protocol.WorkerSettings;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
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
        Set<String> names = Binder.get(environment)
                .bind(ProcessExecutorProperties.PREFIX + ".pools", Bindable.mapOf(String.class, Object.class))
                .map(Map::keySet)
                .orElse(Set.of());
        for (String name : names) {
            if (name.equals(ProcessExecutorAutoConfiguration.EXECUTOR_BEAN_NAME)) {
                throw refused(name, "the settings of this executor stand under process-executor itself");
            }
            if (!registry.containsBeanDefinition(name)) {
                registry.registerBeanDefinition(name, definition(name));
            } else if (!beans.isTypeMatch(name, Executor.class)) {
                throw refused(name, "there is a bean of this name which is no executor; give the pool another name");
            }
        }
    }

    private RootBeanDefinition definition(String name) {
        RootBeanDefinition definition = new RootBeanDefinition(
                ProcessTaskExecutor.class,
                () -> WorkerSettings.inWorker()
                        ? ProcessTaskExecutor.inPlace()
                        : beans.getBean(ProcessTaskExecutorFactory.class).named(name));
        definition.setDefaultCandidate(false);
        return definition;
    }

    private static UnusableSetupException refused(String name, String why) {
        String property = ProcessExecutorProperties.PREFIX + ".pools." + name;
        return new UnusableSetupException(property + ": " + why + ".", "Change " + property + ".");
    }
}
