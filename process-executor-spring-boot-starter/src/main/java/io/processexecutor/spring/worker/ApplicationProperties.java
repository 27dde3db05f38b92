package io.processexecutor.spring.worker;

import java.io.File;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The configuration of the application as a worker is told it: the values of its property sources that can be listed, in
 * their order, with placeholders not yet resolved. Not the environment variables, which a worker inherits, nor the system
 * properties of the Java platform.
 *
 * @param sources most important first
 * @param profiles those that are active, else those that are so by default
 * @param environmentPrefix what the names of the environment variables begin with that are properties, if they do
 */
record ApplicationProperties(
        List<Source> sources,
        List<String> profiles,
        @Nullable String environmentPrefix) implements Serializable {

    /**
     * Those that the platform sets itself, and those that are said to workers only. All others are the application's: it
     * may have a {@code file.upload.dir} or a {@code user.service.url}, and who gives a proxy's host wants it everywhere.
     */
    private static final Pattern OF_THE_JVM = Pattern.compile("(java|jdk|sun)\\..*|process-executor\\.worker(\\..*)?"
            + "|user\\.(name|home|dir|timezone|(language|script|country|variant)(\\.display|\\.format)?)"
            + "|(file|path|line)\\.separator|os\\.(name|arch|version)"
            + "|(file|native|stdin|stdout|stderr)\\.encoding|awt\\.toolkit");

    /**
     * One property source.
     *
     * @param name its name
     * @param values its properties
     */
    record Source(String name, Map<String, Object> values) implements Serializable {

        boolean isSystemEnvironment() {
            return name.equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        }
    }

    static ApplicationProperties of(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        List<Source> sources = new ArrayList<>();
        for (PropertySource<?> each : environment.getPropertySources()) {
            if (each.getName().equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
                sources.add(new Source(each.getName(), Map.of()));
            } else if (each instanceof EnumerablePropertySource<?> listed) {
                Map<String, Object> values = values(listed);
                if (!values.isEmpty()) {
                    sources.add(new Source(each.getName(), values));
                }
            }
        }
        sources.add(new Source("beans", allowances(context.getBeanFactory())));
        String[] active = environment.getActiveProfiles();
        String prefix = context.containsBean(RunApplication.BEAN_NAME)
                ? context.getBean(RunApplication.BEAN_NAME, RunApplication.class)
                        .environmentPrefix()
                : null;
        return new ApplicationProperties(
                sources, List.of(active.length > 0 ? active : environment.getDefaultProfiles()), prefix);
    }

    /** What main may have allowed without a property; if there is one, it says the same. */
    private static Map<String, Object> allowances(ConfigurableListableBeanFactory beans) {
        return beans instanceof DefaultListableBeanFactory allowing
                ? Map.of(
                        "spring.main.allow-circular-references", allowing.isAllowCircularReferences(),
                        "spring.main.allow-bean-definition-overriding", allowing.isAllowBeanDefinitionOverriding())
                : Map.of();
    }

    private static Map<String, Object> values(EnumerablePropertySource<?> source) {
        boolean ofTheJvm = source.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
        Map<String, Object> values = new LinkedHashMap<>();
        for (String name : source.getPropertyNames()) {
            Object value = ofTheJvm && OF_THE_JVM.matcher(name).matches() ? null : plain(source.getProperty(name));
            if (value != null) {
                values.put(name, value);
            }
        }
        return values;
    }

    /** What is not plain data, such as an object that a program put there, means nothing in another process. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Number || value instanceof Boolean || isOfTheJdk(value)) {
            return value;
        }
        if (value instanceof CharSequence || value instanceof Character) {
            return value.toString();
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Class<?> type) {
            return type.getName();
        }
        Collection<?> several = value instanceof Object[] array
                ? Arrays.asList(array)
                : value instanceof Collection<?> collection ? collection : null;
        return several == null ? null : plainOnly(several);
    }

    private static @Nullable List<Object> plainOnly(Collection<?> values) {
        List<Object> all = new ArrayList<>();
        for (Object each : values) {
            Object plain = plain(each);
            if (plain == null) {
                return null;
            }
            all.add(plain);
        }
        return all;
    }

    private static boolean isOfTheJdk(@Nullable Object value) {
        return value instanceof UUID
                || value instanceof Locale
                || value instanceof URI
                || value instanceof File
                || (value instanceof Serializable && value.getClass().getName().startsWith("java.time."));
    }
}
