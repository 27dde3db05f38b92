package io.processexecutor.spring;

import io.processexecutor.ObjectReplacer;
import io.processexecutor.pool.ProcessPoolExecutor;
import io.processexecutor.spring.bean.BeanReplacer;
import io.processexecutor.spring.bean.SingletonBeans;
import io.processexecutor.spring.worker.WorkerContext;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/** Decides which context the workers of an executor have, and so whether beans go there by name. */
final class WorkerContexts {

    private static final String CONTEXT = ".worker.context";
    private static final String NONE = WorkerProperties.Context.NONE.name();

    private static final Logger log = LoggerFactory.getLogger(WorkerContexts.class);

    private static final String NOT_FOUND =
            "it cannot be told what the application was started from: it has no class that"
                    + " is annotated with @SpringBootApplication, and SpringApplication did not start it. Name configuration classes"
                    + " in process-executor.worker.sources";

    private final SingletonBeans beans;
    private final ConfigurableApplicationContext context;

    WorkerContexts(SingletonBeans beans, ConfigurableApplicationContext context) {
        this.beans = beans;
        this.context = context;
    }

    /** Whether there is an executor whose workers may have one. */
    static boolean areWanted(Environment environment) {
        // From the environment: the properties' bean would be made before the post-processors that it needs.
        String pools = ProcessExecutorProperties.PREFIX + ".pools";
        Set<String> names = Binder.get(environment)
                .bind(pools, Bindable.mapOf(String.class, Object.class))
                .map(Map::keySet)
                .orElse(Set.of());
        return isWanted(environment.getProperty(ProcessExecutorProperties.PREFIX + CONTEXT, ""))
                || names.stream()
                        .map(name -> environment.getProperty(pools + "." + name + CONTEXT, NONE))
                        .anyMatch(WorkerContexts::isWanted);
    }

    private static boolean isWanted(String asked) {
        return !asked.equalsIgnoreCase(NONE);
    }

    /** The context that workers are to have; empty if beans are to travel as they are. */
    Optional<WorkerContext> of(WorkerProperties worker) {
        WorkerProperties.Context asked = worker.getContext();
        if (asked == WorkerProperties.Context.NONE) {
            return Optional.empty();
        }
        if (!worker.getSources().isEmpty()) {
            return Optional.of(WorkerContext.from(worker.getSources()));
        }
        Optional<WorkerContext> found = WorkerContext.like(context);
        if (found.isEmpty() && asked != null) {
            String value = asked.name().toLowerCase(Locale.ROOT).replace('_', '-');
            throw new IllegalStateException("process-executor.worker.context is " + value + ", but " + NOT_FOUND);
        }
        if (found.isEmpty()) {
            log.info("Beans travel to workers by value, since {}", NOT_FOUND);
        }
        return found;
    }

    /** The beans that go there by name, where there is such a context. */
    SingletonBeans beans() {
        return beans;
    }

    ObjectReplacer references() {
        return new BeanReplacer(beans);
    }

    /** To be called when workers are about to start, and they are processes. */
    void warnOfTestOverrides() {
        TestOverrides.warnOf(context.getBeanFactory());
    }

    /** To be called when workers are about to start: what tests or a started server added to the properties is sent. */
    void prepare(ProcessPoolExecutor.Builder builder, WorkerContext workerContext) {
        builder.preparation(workerContext.start(context, ProcessExecutorWorkerAutoConfiguration.Support.class));
    }
}
