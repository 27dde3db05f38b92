package io.processexecutor.spring;

import io.processexecutor.RecycleLimits;
import io.processexecutor.SerializationOptions;
import io.processexecutor.pool.ProcessPoolExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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

    private void apply(PoolProperties from, ProcessPoolExecutor.Builder to) {
        set("serializer", from.getSerializer(), each -> to.serializer(each.toTaskSerializer()));
        set("workers", from.getWorkers(), to::workers);
        set("min-workers", from.getMinWorkers(), to::minWorkers);
        set("queue-capacity", from.getQueueCapacity(), to::queueCapacity);
        set("prefetch", from.getPrefetch(), to::prefetch);
        set("task-timeout", from.getTaskTimeout(), to::taskTimeout);
        set("queue-timeout", from.getQueueTimeout(), to::queueTimeout);
        set("start-timeout", from.getStartTimeout(), to::startTimeout);
        set("idle-timeout", from.getIdleTimeout(), to::idleTimeout);
        set("submit-timeout", from.getSubmitTimeout(), to::submitTimeout);
        set("hung-after", from.getHungAfter(), to::hungAfter);
        set("cancel-grace", from.getCancelGrace(), to::cancelGrace);
        set("shutdown-grace", from.getShutdownGrace(), to::shutdownGrace);
        WorkerProperties worker = from.getWorker();
        set("worker.max-heap", worker.getMaxHeap(), size -> to.maxHeapBytes(size.toBytes()));
        set("worker.jvm-args", worker.getJvmArgs(), each -> to.jvmArgs(withLogging(each)));
        set("worker.class-path", worker.getClassPath(), to::classPath);
        set("worker.environment", worker.getEnvironment(), to::environment);
        set("worker.system-properties", worker.getSystemProperties(), to::systemProperties);
        set("worker.command-prefix", worker.getCommandPrefix(), to::commandPrefix);
        set("worker.working-directory", worker.getWorkingDirectory(), to::workingDirectory);
        set("worker.context-timeout", worker.getContextTimeout(), to::preparationTimeout);
        to.classDataArchive(worker.isClassDataArchive());
        set(
                "worker.class-data-archive-directory",
                worker.getClassDataArchiveDirectory(),
                to::classDataArchiveDirectory);
        to.forwardLogs(worker.isForwardLogs());
        to.prepareEagerly(worker.getContext() == WorkerProperties.Context.EAGER);
        RecycleProperties recycle = from.getRecycle();
        set("recycle.max-tasks", recycle.getMaxTasks(), each -> limits = limits.maxTasks(each));
        set("recycle.max-age", recycle.getMaxAge(), each -> limits = limits.maxAge(each));
        set("recycle.max-rss", recycle.getMaxRss(), each -> limits = limits.maxRssBytes(each.toBytes()));
        set("recycle.max-heap", recycle.getMaxHeap(), each -> limits = limits.maxHeapBytes(each.toBytes()));
        set(
                "recycle.max-metaspace",
                recycle.getMaxMetaspace(),
                each -> limits = limits.maxMetaspaceBytes(each.toBytes()));
        to.recycle(limits);
        SerializationProperties serialization = from.getSerialization();
        set("serialization.allowed-packages", serialization.getAllowedPackages(), this::allow);
        set("serialization.max-depth", serialization.getMaxDepth(), each -> options = options.maxDepth(each));
        set("serialization.max-size", serialization.getMaxSize(), each -> options = options.maxBytes(bytes(each)));
        set(
                "serialization.max-array-length",
                serialization.getMaxArrayLength(),
                each -> options = options.maxArrayLength(each));
        to.serialization(options);
        checkMinimum(from.getMinWorkers(), from.getWorkers());
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

    private static int bytes(DataSize size) {
        long bytes = size.toBytes();
        if (bytes < 1 || bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("must be between 1B and " + Integer.MAX_VALUE + "B, was " + size);
        }
        return (int) bytes;
    }

    private <T> void set(String property, @Nullable T value, Consumer<T> setter) {
        if (value == null) {
            return;
        }
        try {
            setter.accept(value);
        } catch (IllegalArgumentException e) {
            rejection.reject(property, e);
        }
    }

    /** Before the user's own arguments, so that those win. */
    private static List<String> withLogging(List<String> jvmArgs) {
        List<String> all = new ArrayList<>();
        all.add(LOGGING);
        all.addAll(jvmArgs);
        return all;
    }
}
