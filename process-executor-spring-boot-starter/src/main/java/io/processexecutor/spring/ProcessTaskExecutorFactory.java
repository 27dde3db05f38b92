package io.processexecutor.spring;

import io.processexecutor.ContextCarrier;
import io.processexecutor.ObjectReplacer;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.SerializationOptions;
import io.processexecutor.pool.ProcessPoolExecutor;
import io.processexecutor.serialization.TaskSerializers;
import io.processexecutor.spring.observation.TaskObserver;
import io.processexecutor.spring.worker.WorkerContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.IgnoreTopLevelConverterNotFoundBindHandler;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;

/** Makes the executor that is always there, and those under {@code process-executor.pools}. */
final class ProcessTaskExecutorFactory {

    static final String BEAN_NAME = "processTaskExecutorFactory";

    static final String POOLS = ProcessExecutorProperties.PREFIX + ".pools";

    private final ProcessExecutorProperties properties;
    private final Environment environment;
    private final ObjectProvider<ProcessExecutorCustomizer> customizers;
    private final ObjectProvider<ObjectReplacer> replacers;
    private final ObjectProvider<ProcessExecutorListener> listeners;
    private final ObjectProvider<TaskObserver> taskObserver;
    private final ObjectProvider<TaskDecorator> decorators;
    private final ObjectProvider<ContextCarrier> carriers;
    private final WorkerContexts workerContexts;

    ProcessTaskExecutorFactory(
            ProcessExecutorProperties properties,
            Environment environment,
            ObjectProvider<ProcessExecutorCustomizer> customizers,
            ObjectProvider<ObjectReplacer> replacers,
            ObjectProvider<ProcessExecutorListener> listeners,
            ObjectProvider<TaskObserver> taskObserver,
            ObjectProvider<TaskDecorator> decorators,
            ObjectProvider<ContextCarrier> carriers,
            WorkerContexts workerContexts) {
        this.properties = properties;
        this.environment = environment;
        this.customizers = customizers;
        this.replacers = replacers;
        this.listeners = listeners;
        this.taskObserver = taskObserver;
        this.decorators = decorators;
        this.carriers = carriers;
        this.workerContexts = workerContexts;
    }

    /** The one with the settings of process-executor itself. */
    ProcessTaskExecutor main() {
        return create(
                ProcessExecutorAutoConfiguration.EXECUTOR_BEAN_NAME,
                ProcessExecutorProperties.PREFIX,
                properties,
                null);
    }

    /** One of process-executor.pools: what it does not say is as in process-executor itself. */
    ProcessTaskExecutor named(String name) {
        PoolProperties pool = new PoolProperties();
        Binder binder = Binder.get(environment);
        binder.bind(ProcessExecutorProperties.PREFIX, Bindable.ofInstance(pool));
        // What a pool itself asks for is held against its workers; what it takes from elsewhere is fitted to them.
        Integer inheritedMinimum = pool.getMinWorkers();
        pool.setMinWorkers(null);
        Bindable<PoolProperties> target = Bindable.ofInstance(pool);
        if (!binder.bind(written(name), target, judging(pool)).isBound()) {
            binder.bind(inBrackets(name), target, judging(pool));
        }
        return create(name, POOLS + "." + name, pool, inheritedMinimum);
    }

    /** A pool may be there and have nothing of its own, which is an empty value; others the properties have refused. */
    private static BindHandler judging(PoolProperties pool) {
        return new ValidationBindHandler(new IgnoreTopLevelConverterNotFoundBindHandler(), pool);
    }

    /** In whatever spelling: camel case and underscores are none of Boot's own. */
    private static ConfigurationPropertyName written(String name) {
        return ConfigurationPropertyName.adapt(POOLS + "." + name, '.');
    }

    private static ConfigurationPropertyName inBrackets(String name) {
        return ConfigurationPropertyName.of(POOLS).append("[" + name + "]");
    }

    private ProcessTaskExecutor create(
            String name, String prefix, PoolProperties pool, @Nullable Integer inheritedMinimum) {
        // First: it holds for the whole JVM, and cannot be taken back once a serializer was used.
        PropertyMapper.get().from(properties.getClosures()::getDeepReflection).to(TaskSerializers::deepReflection);
        ProcessPoolExecutor.Builder builder = ProcessPoolExecutor.builder().name(name);
        Optional<WorkerContext> context = workerContexts.of(pool.getWorker());
        BuilderMapping.apply(pool, builder, serialization(context.isPresent()), (property, why) -> {
            throw why;
        });
        List<ContextCarrier> allCarriers = carriers.orderedStream().toList();
        allCarriers.forEach(builder::contextCarrier);
        int given = minWorkers(pool, inheritedMinimum, builder.workers());
        builder.minWorkers(given);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        // Nobody has asked this pool for so many: they are as many as a customizer has left.
        if (pool.getMinWorkers() == null && builder.minWorkers() == given) {
            builder.minWorkers(Math.min(given, builder.workers()));
        }
        checkMinimum(prefix, builder.minWorkers(), builder.workers());
        boolean inProcess = properties.getMode() == ProcessExecutorProperties.Mode.IN_PROCESS;
        int workers = builder.workers();
        builder.workers(workers);
        AtomicReference<@Nullable ProcessTaskExecutor> made = new AtomicReference<>();
        ProcessTaskExecutor executor = new ProcessTaskExecutor(
                () -> {
                    // Only now: a listener may need a meter registry, which must not be made before its time. And once,
                    // since it is built anew when the application is stopped and started.
                    ProcessTaskExecutor observed = made.getAndSet(null);
                    if (observed != null) {
                        observed.observers().forExecutorBehind().forEach(builder::listener);
                    }
                    if (context.isPresent() && !inProcess) {
                        workerContexts.warnOfTestOverrides();
                    }
                    context.ifPresent(each -> workerContexts.prepare(builder, each));
                    return inProcess ? builder.buildInProcess() : builder.build();
                },
                builder.minWorkers() > 0,
                builder.shutdownGrace());
        made.set(executor);
        executor.setListeners(() -> listeners.orderedStream().toList());
        executor.setTaskObserver(() -> taskObserver.getIfAvailable(() -> TaskObserver.NONE));
        if (context.isPresent()) {
            executor.setBeans(workerContexts.beans());
        }
        executor.setContextCarriers(allCarriers);
        executor.setCorePoolSize(workers);
        executor.setMaxPoolSize(workers);
        executor.setAllowCoreThreadTimeOut(true);
        executor.setQueueCapacity(builder.queueCapacity());
        executor.setQueueTimeout(builder.queueTimeout());
        executor.setSubmitTimeout(builder.submitTimeout());
        executor.setTransactions(properties.getTransactions());
        executor.setVirtualThreads(Threading.VIRTUAL.isActive(environment));
        // The queue's bound is the executor's own: it must not be met again by what was accepted there.
        builder.queueCapacity((int) Math.min(Integer.MAX_VALUE, (long) builder.queueCapacity() + workers));
        builder.submitTimeout(Duration.ZERO);
        List<TaskDecorator> all = decorators.orderedStream().toList();
        if (!all.isEmpty()) {
            executor.setTaskDecorator(new CompositeTaskDecorator(all));
        }
        return executor;
    }

    /** Workers that are to have their context before it is needed are themselves needed before that. */
    private static int minWorkers(PoolProperties pool, @Nullable Integer inherited, int workers) {
        if (pool.getMinWorkers() != null) {
            return pool.getMinWorkers();
        }
        if (inherited != null) {
            return Math.min(inherited, workers);
        }
        return pool.getWorker().getContext() == WorkerProperties.Context.EAGER ? workers : 0;
    }

    /** Here, where the default of the workers is known, and what the customizers say. */
    private static void checkMinimum(String prefix, int minimum, int workers) {
        if (minimum > workers) {
            throw new UnusableSetupException(
                    prefix + ".min-workers is " + minimum + ", and there are no more than " + workers
                            + " workers, which is what " + prefix + ".workers says or, if it is not set, the default.",
                    "Raise " + prefix + ".workers, or lower " + prefix
                            + ".min-workers, or what a ProcessExecutorCustomizer sets in their place.");
        }
    }

    private SerializationOptions serialization(boolean beansByReference) {
        SerializationOptions options = SerializationOptions.defaults();
        if (properties.getClosures().isShipRuntimeClasses()) {
            options = options.shipRuntimeClasses(true);
        }
        for (ObjectReplacer each : replacers.orderedStream().toList()) {
            options = options.replacer(each);
        }
        return beansByReference ? options.replacer(workerContexts.references()) : options;
    }
}
