package io.processexecutor.spring.worker;

import io.processexecutor.spring.bean.SingletonBeans;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.scheduling.config.TaskManagementConfigUtils;

/**
 * The application in a worker: its beans are there when a task asks for them, and nothing happens by itself. No bean with
 * a lifecycle is started, nothing scheduled is registered, no runner runs, and nobody but the framework is told of the
 * start.
 */
final class WorkerApplication extends SpringApplication {

    /** Without them a bean with a scheduled method is as lazy as any other, and its method is never called. */
    private static final Set<String> SCHEDULING = Set.of(
            TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME,
            "scheduledBeanLazyInitializationExcludeFilter");

    /**
     * Those of Kafka, Rabbit, JMS, Pulsar and the like. A container that they make after the start, for a bean that a task
     * asks for, runs at once, whatever properties say.
     */
    private static final Pattern LISTENING =
            Pattern.compile(".+\\.internal\\w+ListenerAnnotation(Bean)?(Post)?Processor\\w*");

    private final Set<String> otherSources;
    private final WorkerEnvironment environment;

    /**
     * Creates one.
     *
     * @param sources the classes it is started from
     * @param otherSources packages and files
     */
    WorkerApplication(Class<?>[] sources, Set<String> otherSources, WorkerEnvironment environment) {
        super(sources);
        this.otherSources = otherSources;
        this.environment = environment;
        setEnvironment(environment.get());
        setWebApplicationType(WebApplicationType.NONE);
        setLazyInitialization(true);
        // They are among the properties of the application, below the guards.
        setAddCommandLineProperties(false);
        addInitializers(WorkerApplication::calm);
    }

    /**
     * Starts it.
     *
     * @param arguments what a bean finds that asks for those of the command line
     */
    ConfigurableApplicationContext start(List<String> arguments) {
        try {
            return run(arguments.toArray(String[]::new));
        } catch (AbandonedRunException e) {
            return Objects.requireNonNull(e.getApplicationContext());
        }
    }

    @Override
    protected void bindToSpringApplication(ConfigurableEnvironment prepared) {
        environment.favourFilesForWorkers();
        super.bindToSpringApplication(prepared);
        // What the application's spring.main.sources names is among its sources already.
        setSources(otherSources);
    }

    /** What comes next are the events that tell of the start, and the runners. */
    @Override
    protected void afterRefresh(ConfigurableApplicationContext context, ApplicationArguments arguments) {
        throw new AbandonedRunException(context);
    }

    private static void calm(ConfigurableApplicationContext context) {
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        DefaultLifecycleProcessor lifecycle = new IdleLifecycle();
        lifecycle.setBeanFactory(beans);
        beans.registerSingleton(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME, lifecycle);
        beans.registerSingleton(
                AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME, new QuietStartMulticaster(beans));
        ServletScopes.addTo(beans);
        // The context makes it one of its post-processors, as it does with each bean that is one.
        beans.registerSingleton(SingletonBeans.class.getName(), new SingletonBeans(context));
        context.addBeanFactoryPostProcessor(WorkerApplication::withoutSchedulesAndListeners);
    }

    private static void withoutSchedulesAndListeners(ConfigurableListableBeanFactory beans) {
        for (String name : beans.getBeanDefinitionNames()) {
            boolean begins =
                    SCHEDULING.contains(name) || LISTENING.matcher(name).matches();
            if (begins && beans instanceof BeanDefinitionRegistry registry) {
                registry.removeBeanDefinition(name);
            }
        }
    }

    /** Listener containers, schedulers, servers and the like stay down. */
    private static final class IdleLifecycle extends DefaultLifecycleProcessor {

        @Override
        public void onRefresh() {
            // Nothing is started by itself.
        }
    }
}
