package io.processexecutor.spring;

import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.TaskSerializers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/**
 * The settings of one executor: under {@code process-executor} those of the bean {@code processTaskExecutor} and, as far as
 * they do not say otherwise, those of every one under {@code process-executor.pools.<name>}. What is not set has the
 * default of the core's builder.
 */
public class PoolProperties implements Validator {

    /** The name of a built-in serializer. */
    public enum Serializer {
        /** The platform's own protocol. */
        JAVA,
        /** Any plain object graph, fast. */
        KRYO,
        /** As kryo, and closures anywhere in the graph. */
        CLOSURE;

        TaskSerializer toTaskSerializer() {
            return switch (this) {
                case JAVA -> TaskSerializers.java();
                case KRYO -> TaskSerializers.kryo();
                case CLOSURE -> TaskSerializers.closure();
            };
        }
    }

    /** Serializer of tasks and results: java takes only what is Serializable, kryo any plain object graph, closure also lambdas anywhere in it. */
    private @Nullable Serializer serializer;

    /** Most worker processes alive at once. Defaults to the number of processors, or less where memory is short. */
    private @Nullable Integer workers;

    /** Workers that are started with the application and kept however long they are idle. A pool that takes this from process-executor itself has no more than its own workers. */
    private @Nullable Integer minWorkers;

    /** Most tasks that may wait for a worker; what comes on top is rejected. Unbounded by default. */
    private @Nullable Integer queueCapacity;

    /** Most short tasks that a worker is sent ahead of the one it runs; 0 for none. */
    private @Nullable Integer prefetch;

    /** Longest time a task may run. There is no limit by default. */
    private @Nullable Duration taskTimeout;

    /** Longest time a task may wait for a worker, from its submission. There is no limit by default. */
    private @Nullable Duration queueTimeout;

    /** Longest time a worker may take to come up. */
    private @Nullable Duration startTimeout;

    /** Time after which an idle worker beyond the minimum ends. */
    private @Nullable Duration idleTimeout;

    /** Time that a caller waits for room in a full queue before its task or call is rejected. */
    private @Nullable Duration submitTimeout;

    /** Time for which the heart of a worker may not beat before the worker is killed and replaced; 0 for ever. */
    private @Nullable Duration hungAfter;

    /** Time an interrupted task has to end before its worker is killed. */
    private @Nullable Duration cancelGrace;

    /** Time that tasks have to finish when the application is closed. */
    private Duration shutdownGrace = Duration.ofSeconds(20);

    @NestedConfigurationProperty
    private final WorkerProperties worker = new WorkerProperties();

    @NestedConfigurationProperty
    private final RecycleProperties recycle = new RecycleProperties();

    @NestedConfigurationProperty
    private final SerializationProperties serialization = new SerializationProperties();

    /** Creates the defaults. */
    public PoolProperties() {}

    @Override
    public boolean supports(Class<?> type) {
        return BuilderMapping.judges(type);
    }

    /** Lets a builder judge each value, so that the rules stand in one place. */
    @Override
    public void validate(Object target, Errors errors) {
        BuilderMapping.judge(
                target, (property, why) -> errors.rejectValue(property, "invalid", String.valueOf(why.getMessage())));
    }

    /**
     * The serializer of tasks and results.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Serializer getSerializer() {
        return serializer;
    }

    /**
     * Sets it.
     *
     * @param serializer the value
     */
    public void setSerializer(@Nullable Serializer serializer) {
        this.serializer = serializer;
    }

    /**
     * The most worker processes alive at once.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Integer getWorkers() {
        return workers;
    }

    /**
     * Sets it.
     *
     * @param workers the value
     */
    public void setWorkers(@Nullable Integer workers) {
        this.workers = workers;
    }

    /**
     * The workers that are started with the application and kept.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Integer getMinWorkers() {
        return minWorkers;
    }

    /**
     * Sets it.
     *
     * @param minWorkers the value
     */
    public void setMinWorkers(@Nullable Integer minWorkers) {
        this.minWorkers = minWorkers;
    }

    /**
     * The most tasks that may wait.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Integer getQueueCapacity() {
        return queueCapacity;
    }

    /**
     * Sets it.
     *
     * @param queueCapacity the value
     */
    public void setQueueCapacity(@Nullable Integer queueCapacity) {
        this.queueCapacity = queueCapacity;
    }

    /**
     * The most tasks that a worker is sent ahead.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Integer getPrefetch() {
        return prefetch;
    }

    /**
     * Sets it.
     *
     * @param prefetch the value
     */
    public void setPrefetch(@Nullable Integer prefetch) {
        this.prefetch = prefetch;
    }

    /**
     * The longest time a task may run.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Duration getTaskTimeout() {
        return taskTimeout;
    }

    /**
     * Sets it.
     *
     * @param taskTimeout the value
     */
    public void setTaskTimeout(@Nullable Duration taskTimeout) {
        this.taskTimeout = taskTimeout;
    }

    /**
     * The longest time a task may wait.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Duration getQueueTimeout() {
        return queueTimeout;
    }

    /**
     * Sets it.
     *
     * @param queueTimeout the value
     */
    public void setQueueTimeout(@Nullable Duration queueTimeout) {
        this.queueTimeout = queueTimeout;
    }

    /**
     * The longest time a worker may take to come up.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Duration getStartTimeout() {
        return startTimeout;
    }

    /**
     * Sets it.
     *
     * @param startTimeout the value
     */
    public void setStartTimeout(@Nullable Duration startTimeout) {
        this.startTimeout = startTimeout;
    }

    /**
     * The time after which an idle worker ends.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Duration getIdleTimeout() {
        return idleTimeout;
    }

    /**
     * Sets it.
     *
     * @param idleTimeout the value
     */
    public void setIdleTimeout(@Nullable Duration idleTimeout) {
        this.idleTimeout = idleTimeout;
    }

    /**
     * The time a caller waits for room in a full queue.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Duration getSubmitTimeout() {
        return submitTimeout;
    }

    /**
     * Sets it.
     *
     * @param submitTimeout the value
     */
    public void setSubmitTimeout(@Nullable Duration submitTimeout) {
        this.submitTimeout = submitTimeout;
    }

    /**
     * The time after which a worker without a heartbeat is killed.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Duration getHungAfter() {
        return hungAfter;
    }

    /**
     * Sets it.
     *
     * @param hungAfter the value
     */
    public void setHungAfter(@Nullable Duration hungAfter) {
        this.hungAfter = hungAfter;
    }

    /**
     * The time an interrupted task has to end.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Duration getCancelGrace() {
        return cancelGrace;
    }

    /**
     * Sets it.
     *
     * @param cancelGrace the value
     */
    public void setCancelGrace(@Nullable Duration cancelGrace) {
        this.cancelGrace = cancelGrace;
    }

    /**
     * The time tasks have to finish when the application is closed.
     *
     * @return the value
     */
    public Duration getShutdownGrace() {
        return shutdownGrace;
    }

    /**
     * Sets it.
     *
     * @param shutdownGrace the value
     */
    public void setShutdownGrace(Duration shutdownGrace) {
        this.shutdownGrace = shutdownGrace;
    }

    /**
     * The settings under {@code process-executor.worker}.
     *
     * @return the value
     */
    public WorkerProperties getWorker() {
        return worker;
    }

    /**
     * The settings under {@code process-executor.recycle}.
     *
     * @return the value
     */
    public RecycleProperties getRecycle() {
        return recycle;
    }

    /**
     * The settings under {@code process-executor.serialization}.
     *
     * @return the value
     */
    public SerializationProperties getSerialization() {
        return serialization;
    }
}
