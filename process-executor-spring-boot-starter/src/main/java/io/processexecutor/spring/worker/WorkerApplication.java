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
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.scheduling.config.TaskManagementConfigUtils;
import org.springframework.util.ClassUtils;

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

    /** It registers endpoints with a server as soon as all singletons are there, and a worker has no server. */
    private static final String ENDPOINTS = "org.springframework.web.socket.server.standard.ServerEndpointExporter";

    private static volatile boolean starting;

    private final Set<String> otherSources;
    private final boolean ofSeveral;
    private final WorkerEnvironment environment;

    /**
     * Creates one.
     *
     * @param sources the classes it is started from
     * @param otherSources packages and files
     * @param ofSeveral whether they are those of several contexts, the outermost first
     */
    WorkerApplication(Class<?>[] sources, Set<String> otherSources, boolean ofSeveral, WorkerEnvironment environment) {
        super(sources);
        this.otherSources = otherSources;
        this.ofSeveral = ofSeveral;
        this.environment = environment;
        setEnvironment(environment.get());
        if (environment.prefix() != null) {
            setEnvironmentPrefix(environment.prefix());
        }
        setWebApplicationType(WebApplicationType.NONE);
        setLazyInitialization(true);
        // They are among the properties of the application, below the guards.
        setAddCommandLineProperties(false);
        addInitializers(this::calm);
        addListeners(new FilesForWorkers(environment));
    }

    /** Whether one is about to start in this process, and no application that a task may start itself. */
    static boolean isStarting() {
        return starting;
    }

    /**
     * Starts it.
     *
     * @param arguments what a bean finds that asks for those of the command line
     */
    ConfigurableApplicationContext start(List<String> arguments) {
        starting = true;
        try {
            return run(arguments.toArray(String[]::new));
        } catch (AbandonedRunException e) {
            return Objects.requireNonNull(e.getApplicationContext());
        } finally {
            starting = false;
        }
    }

    @Override
    protected void bindToSpringApplication(ConfigurableEnvironment prepared) {
        super.bindToSpringApplication(prepared);
        if (ofSeveral) {
            // What hides a bean of the parent there takes its place here.
            setAllowBeanDefinitionOverriding(true);
        }
        // What the application's spring.main.sources names is among its sources already.
        setSources(otherSources);
    }

    /** What comes next are the events that tell of the start, and the runners. */
    @Override
    protected void afterRefresh(ConfigurableApplicationContext context, ApplicationArguments arguments) {
        throw new AbandonedRunException(context);
    }

    private void calm(ConfigurableApplicationContext context) {
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        // One of the application's own takes its place, and is made as quiet by the guards.
        beans.registerSingleton(
                AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME,
                new QuietStartMulticaster(new SimpleApplicationEventMulticaster(beans)));
        ServletScopes.addTo(beans);
        // The context makes them some of its post-processors, as it does with each bean that is one.
        beans.registerSingleton(SingletonBeans.class.getName(), new SingletonBeans(context, true));
        beans.registerSingleton(BeanGuards.class.getName(), new BeanGuards(environment));
        context.addBeanFactoryPostProcessor(WorkerApplication::withoutSchedulesAndListeners);
        context.addBeanFactoryPostProcessor(WorkerApplication::withoutEndpoints);
        context.addBeanFactoryPostProcessor(WorkerApplication::withIdleLifecycle);
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

    private static void withoutEndpoints(ConfigurableListableBeanFactory beans) {
        ClassLoader loader = beans.getBeanClassLoader();
        if (beans instanceof BeanDefinitionRegistry registry && ClassUtils.isPresent(ENDPOINTS, loader)) {
            Class<?> endpoints = ClassUtils.resolveClassName(ENDPOINTS, loader);
            for (String name : beans.getBeanNamesForType(endpoints, true, false)) {
                if (registry.containsBeanDefinition(name)) {
                    registry.removeBeanDefinition(name);
                }
            }
        }
    }

    /** Once definitions are read: one of the application's own would destroy what has its name before. */
    private static void withIdleLifecycle(ConfigurableListableBeanFactory beans) {
        String name = AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME;
        if (beans instanceof BeanDefinitionRegistry registry && registry.containsBeanDefinition(name)) {
            registry.removeBeanDefinition(name);
        }
        DefaultLifecycleProcessor lifecycle = new IdleLifecycle();
        lifecycle.setBeanFactory(beans);
        beans.registerSingleton(name, lifecycle);
    }

    /** Favours them once they have been read, and before the logging system is set up from what they say. */
    private static final class FilesForWorkers
            implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

        private final WorkerEnvironment environment;

        FilesForWorkers(WorkerEnvironment environment) {
            this.environment = environment;
        }

        @Override
        public int getOrder() {
            return LoggingApplicationListener.DEFAULT_ORDER - 1;
        }

        @Override
        public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
            environment.favourFilesForWorkers();
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
