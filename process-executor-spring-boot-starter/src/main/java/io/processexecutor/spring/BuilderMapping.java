package io.processexecutor.spring;

import io.processexecutor.RecycleLimits;
import io.processexecutor.SerializationOptions;
import io.processexecutor.pool.ProcessPoolExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

/** Gives settings to a builder one by one, so that a bad value is told together with its property. */
final class BuilderMapping {

    private static final String LOGGING = "-Dlogback.configurationFile=io/processexecutor/spring/worker-logback.xml";

    private static final String COLLECTIONS = "org.hibernate.collection.spi";

    private final Rejection rejection;
    private SerializationOptions options;
    private RecycleLimits limits = RecycleLimits.none();

    private BuilderMapping(SerializationOptions options, Rejection rejection) {
        this.options = options;
        this.rejection = rejection;
    }

    /** What to do with a value that the builder refuses. */
    interface Rejection {

        /**
         * Rejects it.
         *
         * @param property its name within its part, as Boot wants it of a judge: the field's
         * @param why what the builder said
         */
        void reject(String property, IllegalArgumentException why);
    }

    /**
     * Gives all that is set.
     *
     * @param options what of the serialization is no setting
     */
    static void apply(
            PoolProperties from, ProcessPoolExecutor.Builder to, SerializationOptions options, Rejection rejection) {
        new BuilderMapping(options, rejection).apply(from, to);
    }

    /**
     * Has what was set judged, each part by itself: Boot binds a part within the whole, and tells where a value comes from
     * to who judges the part.
     *
     * @param part all of the properties, of which only those are judged that are in no part, or a part of them
     */
    static void judge(Object part, Rejection rejection) {
        BuilderMapping mapping = new BuilderMapping(SerializationOptions.defaults(), rejection);
        ProcessPoolExecutor.Builder builder = ProcessPoolExecutor.builder();
        if (part instanceof PoolProperties all) {
            mapping.pool(all, builder);
        } else if (part instanceof WorkerProperties worker) {
            mapping.worker(worker, builder);
        } else if (part instanceof RecycleProperties recycle) {
            mapping.recycle(recycle, builder);
        } else if (part instanceof SerializationProperties serialization) {
            mapping.serialization(serialization, builder);
        }
    }

    /** The types of the parts. */
    static boolean judges(Class<?> type) {
        return PoolProperties.class.isAssignableFrom(type)
                || type == WorkerProperties.class
                || type == RecycleProperties.class
                || type == SerializationProperties.class;
    }

    private void apply(PoolProperties from, ProcessPoolExecutor.Builder to) {
        pool(from, to);
        worker(from.getWorker(), to);
        recycle(from.getRecycle(), to);
        serialization(from.getSerialization(), to);
    }

    private void pool(PoolProperties from, ProcessPoolExecutor.Builder to) {
        set("serializer", from.getSerializer(), each -> to.serializer(each.toTaskSerializer()));
        set("workers", from.getWorkers(), to::workers);
        set("minWorkers", from.getMinWorkers(), to::minWorkers);
        set("queueCapacity", from.getQueueCapacity(), to::queueCapacity);
        set("prefetch", from.getPrefetch(), to::prefetch);
        set("taskTimeout", from.getTaskTimeout(), to::taskTimeout);
        set("queueTimeout", from.getQueueTimeout(), to::queueTimeout);
        set("startTimeout", from.getStartTimeout(), to::startTimeout);
        set("idleTimeout", from.getIdleTimeout(), to::idleTimeout);
        set("submitTimeout", from.getSubmitTimeout(), to::submitTimeout);
        set("hungAfter", from.getHungAfter(), to::hungAfter);
        set("cancelGrace", from.getCancelGrace(), to::cancelGrace);
        set("shutdownGrace", from.getShutdownGrace(), to::shutdownGrace);
        checkMinimum(from.getMinWorkers(), from.getWorkers());
    }

    private void worker(WorkerProperties worker, ProcessPoolExecutor.Builder to) {
        set("maxHeap", worker.getMaxHeap(), size -> to.maxHeapBytes(size.toBytes()));
        set("jvmArgs", worker.getJvmArgs(), each -> to.jvmArgs(withLogging(each)));
        set("classPath", worker.getClassPath(), to::classPath);
        set("environment", worker.getEnvironment(), to::environment);
        set("systemProperties", worker.getSystemProperties(), to::systemProperties);
        set("commandPrefix", worker.getCommandPrefix(), to::commandPrefix);
        set("workingDirectory", worker.getWorkingDirectory(), to::workingDirectory);
        set("contextTimeout", worker.getContextTimeout(), to::preparationTimeout);
        to.classDataArchive(worker.isClassDataArchive());
        set("classDataArchiveDirectory", worker.getClassDataArchiveDirectory(), to::classDataArchiveDirectory);
        to.forwardLogs(worker.isForwardLogs());
        to.prepareEagerly(worker.getContext() == WorkerProperties.Context.EAGER);
    }

    private void recycle(RecycleProperties recycle, ProcessPoolExecutor.Builder to) {
        set("maxTasks", recycle.getMaxTasks(), each -> limits = limits.maxTasks(each));
        set("maxAge", recycle.getMaxAge(), each -> limits = limits.maxAge(each));
        set("maxRss", recycle.getMaxRss(), each -> limits = limits.maxRssBytes(each.toBytes()));
        set("maxHeap", recycle.getMaxHeap(), each -> limits = limits.maxHeapBytes(each.toBytes()));
        set("maxMetaspace", recycle.getMaxMetaspace(), each -> limits = limits.maxMetaspaceBytes(each.toBytes()));
        to.recycle(limits);
    }

    private void serialization(SerializationProperties serialization, ProcessPoolExecutor.Builder to) {
        set("allowedPackages", serialization.getAllowedPackages(), this::allow);
        set("maxDepth", serialization.getMaxDepth(), each -> options = options.maxDepth(each));
        set("maxSize", serialization.getMaxSize(), each -> options = options.maxBytes(bytes(each)));
        set("maxArrayLength", serialization.getMaxArrayLength(), each -> options = options.maxArrayLength(each));
        to.serialization(options);
    }

    /** Who allows entities means them as Hibernate hands them out: with collections of its own. */
    private void allow(List<String> packages) {
        if (packages.isEmpty()) {
            return;
        }
        List<String> all = new ArrayList<>(packages);
        if (ClassUtils.isPresent(COLLECTIONS + ".PersistentCollection", BuilderMapping.class.getClassLoader())) {
            all.add(COLLECTIONS);
        }
        options = options.allowedPackages(all);
    }

    private void checkMinimum(@Nullable Integer minimum, @Nullable Integer workers) {
        if (minimum != null && workers != null && minimum > workers) {
            rejection.reject(
                    "minWorkers", new IllegalArgumentException("must not be more than workers, which is " + workers));
        }
    }

    /** The largest stands for no limit, so that no smaller one may be made of what is above it. */
    private static int bytes(DataSize size) {
        if (size.toBytes() < 1) {
            throw new IllegalArgumentException("must be at least 1B, was " + size);
        }
        return (int) Math.min(size.toBytes(), Integer.MAX_VALUE);
    }

    private <T> void set(String property, @Nullable T value, Consumer<T> setter) {
        if (value == null) {
            return;
        }
        try {
            setter.accept(value);
        } catch (IllegalArgumentException e) {
            rejection.reject(property, named(property, e));
        }
    }

    /** The builder names its own setting, which few have seen who write properties. */
    private static IllegalArgumentException named(String property, IllegalArgumentException why) {
        String name = DataObjectPropertyName.toDashedForm(property);
        String text = String.valueOf(why.getMessage());
        return new IllegalArgumentException(text.replaceFirst("^(\\w+ )?(?=must )", name + " "), why);
    }

    /** Before the user's own arguments, so that those win. */
    private static List<String> withLogging(List<String> jvmArgs) {
        List<String> all = new ArrayList<>();
        all.add(LOGGING);
        all.addAll(jvmArgs);
        return all;
    }
}
