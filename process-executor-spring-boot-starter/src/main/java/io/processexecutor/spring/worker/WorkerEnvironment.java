package io.processexecutor.spring.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The environment of a worker's context. Most important first: what files say for the profile {@code process-worker}; the
 * worker's own system properties; the guards; the property sources of the application, in their order, with the worker's
 * environment variables in the place of the application's; and, below all these, the files as the worker reads them.
 */
final class WorkerEnvironment {

    private static final String GUARDS = "processExecutorGuards";
    private static final String PREFIX = "application: ";
    private static final String OF_A_FILE = "Config resource ";

    private final ApplicationProperties application;
    private final StandardEnvironment environment = new StandardEnvironment();

    /**
     * Creates one.
     *
     * @param application what the application says
     * @param loggingConfig where it says how the logging system prints, if there is one to be told
     */
    WorkerEnvironment(ApplicationProperties application, @Nullable String loggingConfig) {
        this.application = application;
        Map<String, Object> guards = Guards.properties(application.profiles());
        if (loggingConfig != null) {
            guards.put("logging.config", loggingConfig);
        }
        MutablePropertySources sources = environment.getPropertySources();
        PropertySource<?> variables = sources.remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        sources.addLast(new MapPropertySource(GUARDS, guards));
        for (ApplicationProperties.Source each : application.sources()) {
            if (each.isSystemEnvironment() && variables != null) {
                sources.addLast(variables);
            } else if (!each.isSystemEnvironment()) {
                // By its own name it would be taken for what the worker is about to read itself.
                sources.addLast(new MapPropertySource(PREFIX + each.name(), each.values()));
            }
        }
    }

    ConfigurableEnvironment get() {
        return environment;
    }

    /** What the names of the environment variables begin with that are properties, if they do. */
    @Nullable
    String prefix() {
        return application.environmentPrefix();
    }

    /** Whether a guard is in force: nothing more important says something else. */
    boolean holds(String guard) {
        PropertySource<?> guards = environment.getPropertySources().get(GUARDS);
        Object said = guards == null ? null : guards.getProperty(guard);
        return said != null && said.equals(environment.getProperty(guard));
    }

    /** Once files have been read: those that the application did not read are there for workers only. */
    void favourFilesForWorkers() {
        Set<String> ofApplication = application.sources().stream()
                .map(ApplicationProperties.Source::name)
                .collect(Collectors.toSet());
        MutablePropertySources sources = environment.getPropertySources();
        List<PropertySource<?>> forWorkers = new ArrayList<>();
        for (PropertySource<?> each : sources) {
            if (each.getName().startsWith(OF_A_FILE) && !ofApplication.contains(each.getName())) {
                forWorkers.add(0, each);
            }
        }
        for (PropertySource<?> each : forWorkers) {
            sources.remove(each.getName());
            sources.addFirst(each);
        }
    }
}
