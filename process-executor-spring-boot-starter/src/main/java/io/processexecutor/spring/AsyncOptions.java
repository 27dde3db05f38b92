package io.processexecutor.spring;

import io.processexecutor.TaskOptions;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringValueResolver;

/** The options that methods ask for with {@link ProcessAsync}; read once for each. */
final class AsyncOptions {

    private final StringValueResolver values;
    private final Map<MethodClassKey, TaskOptions> known = new ConcurrentHashMap<>();

    AsyncOptions(StringValueResolver values) {
        this.values = values;
    }

    /** As Spring looks for the executor's name: the method's own annotation, else the one of its class. */
    static <A extends java.lang.annotation.Annotation> @Nullable A find(
            Method method, Class<?> type, Class<A> annotation) {
        if (AnnotatedElementUtils.hasAnnotation(method, Async.class)) {
            return AnnotatedElementUtils.findMergedAnnotation(method, annotation);
        }
        return AnnotatedElementUtils.findMergedAnnotation(type, annotation);
    }

    static String name(Method method, Class<?> type) {
        // The number in the name of a proxy's class is another one after each start.
        Class<?> known = Proxy.isProxyClass(type) || type.isHidden() ? method.getDeclaringClass() : type;
        return ClassUtils.getShortName(ClassUtils.getUserClass(known)) + "." + method.getName();
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException if a value makes no sense
     */
    TaskOptions of(Method method, Class<?> type) {
        return known.computeIfAbsent(new MethodClassKey(method, type), key -> read(method, type));
    }

    private TaskOptions read(Method method, Class<?> type) {
        TaskOptions options = TaskOptions.defaults().label(name(method, type));
        ProcessAsync asked = find(method, type, ProcessAsync.class);
        if (asked == null) {
            return options;
        }
        Reading reading = new Reading(method);
        options = reading.apply(options, "timeout", asked.timeout(), AsyncOptions::duration, TaskOptions::timeout);
        options = reading.apply(
                options, "queueTimeout", asked.queueTimeout(), AsyncOptions::duration, TaskOptions::queueTimeout);
        options = reading.apply(options, "label", asked.label(), Function.identity(), TaskOptions::label);
        String retries = Integer.toString(asked.retryOnCrash());
        options = reading.apply(options, "retryOnCrash", retries, AsyncOptions::number, TaskOptions::retryOnCrash);
        options = reading.apply(
                options,
                "retryOnCrashString",
                asked.retryOnCrashString(),
                AsyncOptions::number,
                TaskOptions::retryOnCrash);
        return reading.apply(
                options,
                "serializer",
                asked.serializer(),
                AsyncOptions::serializer,
                (to, chosen) -> to.serializer(chosen.toTaskSerializer()));
    }

    private static Duration duration(String text) {
        try {
            return DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it must be a duration such as 500ms, 5s or PT5M", e);
        }
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("it must be a whole number, 0 or more", e);
        }
    }

    private static PoolProperties.Serializer serializer(String name) {
        return Arrays.stream(PoolProperties.Serializer.values())
                .filter(each -> each.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it must be one of "
                        + Arrays.toString(PoolProperties.Serializer.values()).toLowerCase(Locale.ROOT)));
    }

    /** Of one annotation; names it when a value cannot be read. */
    private final class Reading {

        private final Method method;

        Reading(Method method) {
            this.method = method;
        }

        <V> TaskOptions apply(
                TaskOptions options,
                String attribute,
                String text,
                Function<String, V> parse,
                BiFunction<TaskOptions, V, TaskOptions> set) {
            String value = text;
            try {
                String resolved = values.resolveStringValue(text);
                value = resolved == null ? "" : resolved.trim();
                return value.isEmpty() ? options : set.apply(options, parse.apply(value));
            } catch (IllegalArgumentException e) {
                String shown = text.equals(value) ? "\"" + text + "\"" : "\"" + text + "\", which is \"" + value + "\"";
                throw new IllegalArgumentException(
                        "@ProcessAsync of " + method + ": " + attribute + " = " + shown + ": " + e.getMessage(), e);
            }
        }
    }
}
