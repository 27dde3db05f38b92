package io.processexecutor.spring.worker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The environment of a worker's context. Most important first: what files say for the profile {@code process-worker}; the
 * worker's own system properties; the guards; the property sources of the application, in their order, with the worker's
 * environment variables in the place of the application's. What else the worker finds in files is left out.
 */
final class WorkerEnvironment {

    private static final String GUARDS = "processExecutorGuards";
    private static final String PREFIX = "application: ";
    private static final String OF_A_FILE = "Config resource ";
    private static final String ON_PROFILE = "spring.config.activate.on-profile";

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

    /**
     * Once files have been read: those for profiles that only a worker has come first. The others say what the application
     * knows already, or what it does not know, where the worker finds them elsewhere or later.
     */
    void favourFilesForWorkers() {
        Set<String> ofApplication = application.sources().stream()
                .map(ApplicationProperties.Source::name)
                .collect(Collectors.toSet());
        Stream<String> added = Arrays.stream(environment.getActiveProfiles())
                .filter(profile -> !application.profiles().contains(profile));
        String profiles = Stream.concat(Stream.of(Guards.PROFILE), added)
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        Pattern file = Pattern.compile("-(" + profiles + ")\\.\\w+]");
        Pattern document = Pattern.compile("(?<![\\w-])(" + profiles + ")(?![\\w-])");
        MutablePropertySources sources = environment.getPropertySources();
        List<PropertySource<?>> forWorkers = new ArrayList<>();
        for (PropertySource<?> each : sources) {
            if (each.getName().startsWith(OF_A_FILE)) {
                sources.remove(each.getName());
                boolean named = file.matcher(each.getName()).find()
                        || document.matcher(activation(each)).find();
                if (named && !ofApplication.contains(each.getName())) {
                    forWorkers.add(0, each);
                }
            }
        }
        forWorkers.forEach(sources::addFirst);
    }

    /** For which profiles a document is there, as one line or as a list. */
    private static String activation(PropertySource<?> source) {
        return source instanceof EnumerablePropertySource<?> listed
                ? Arrays.stream(listed.getPropertyNames())
                        .filter(name -> name.startsWith(ON_PROFILE))
                        .map(name -> String.valueOf(listed.getProperty(name)))
                        .collect(Collectors.joining(","))
                : "";
    }
}
