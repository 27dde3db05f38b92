package io.processexecutor.spring.worker;

import io.processexecutor.ProcessAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * The context that workers are to have: that of the application, or a smaller one, from the same sources. It is started
 * from the sources and not by the application's {@code main} method, whose code would run once more in each worker; so
 * what that method does to its {@link org.springframework.boot.SpringApplication}, beside sources, default properties and
 * what beans may do to each other, is not done in a worker.
 */
public final class WorkerContext {

    private final List<String> sources;
    private final @Nullable String mainClass;
    private final List<String> arguments;
    private final boolean ofSeveral;

    private WorkerContext(List<String> sources, @Nullable String mainClass, List<String> arguments, boolean ofSeveral) {
        this.sources = sources;
        this.mainClass = mainClass;
        this.arguments = arguments;
        this.ofSeveral = ofSeveral;
    }

    /**
     * One from given sources.
     *
     * @param sources the configuration classes
     * @return the context to be
     */
    public static WorkerContext from(List<Class<?>> sources) {
        return new WorkerContext(sources.stream().<String>map(Class::getName).toList(), null, List.of(), false);
    }

    /**
     * One like that of the application: from what it was started from, its ancestors first, else from its class that is
     * annotated with {@code @SpringBootApplication}.
     *
     * @param context the application's
     * @return the context to be; empty if it cannot be told what the application was started from
     */
    public static Optional<WorkerContext> like(ApplicationContext context) {
        List<String> sources = new ArrayList<>();
        RunApplication innermost = null;
        int contexts = 0;
        for (ApplicationContext each = context; each != null; each = each.getParent()) {
            if (each.containsLocalBean(RunApplication.BEAN_NAME)) {
                RunApplication application = each.getBean(RunApplication.BEAN_NAME, RunApplication.class);
                sources.addAll(0, application.sources());
                innermost = innermost == null ? application : innermost;
                contexts++;
            }
        }
        if (sources.isEmpty()) {
            for (String name : context.getBeanNamesForAnnotation(SpringBootConfiguration.class)) {
                Class<?> type = context.getType(name);
                if (type != null) {
                    sources.add(ClassUtils.getUserClass(type).getName());
                }
            }
        }
        if (sources.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                innermost == null
                        ? new WorkerContext(sources, null, List.of(), false)
                        : new WorkerContext(sources, innermost.mainClass(), innermost.arguments(), contexts > 1));
    }

    /**
     * What starts it, with the properties that the application has now.
     *
     * @param context the application's
     * @param support a configuration class that each worker has in any case
     * @return to be run in the worker
     */
    public ProcessAction start(ConfigurableApplicationContext context, Class<?> support) {
        List<String> all = new ArrayList<>(sources);
        all.add(support.getName());
        return new ContextStart(all, mainClass, arguments, ofSeveral, ApplicationProperties.of(context));
    }
}
