package io.processexecutor.pool;

import io.processexecutor.Broadcast;
import io.processexecutor.ContextCarrier;
import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.RecycleLimits;
import io.processexecutor.SerializationOptions;
import io.processexecutor.SharedBuffer;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerStartException;
import io.processexecutor.internal.process.ArchiveSettings;
import io.processexecutor.internal.process.LaunchSettings;
import io.processexecutor.internal.process.ProcessSetup;
import io.processexecutor.internal.protocol.Message.Form;
import io.processexecutor.internal.protocol.WorkerSettings;
import io.processexecutor.serialization.TaskSerializers;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/*
 * The way of a task:
 *
 *   caller's thread                             reader thread of that worker        worker process
 *   submit -> TaskRequest.encode                                                  |
 *          -> PendingTask -> TaskQueue                                            |
 *          -> WorkerPool.dispatch -> PooledWorker.run -------- Run ------------>  |  CommandLoop -> TaskThread
 *                                                                                 |     -> TaskRunner: decode, run, encode
 *      TaskFuture <- TaskOutcomes: decode <- PooledWorker.receive <- Done/Failed  |  <-
 *
 * A worker that is done gets its next task before the result of the last is decoded. A worker that dies is judged by its
 * reader thread, which asks the status page whether the task had begun: WorkerPool.judge.
 */
/**
 * An executor whose tasks run in a warm pool of worker JVMs. Workers start when they are needed; nothing is started or
 * written to disk before the first task, unless a warm minimum is asked for.
 *
 * <p>Safe for use by any number of threads. Must be closed; its threads are daemons and its workers end with this
 * process, whatever way that ends.
 */
public final class ProcessPoolExecutor extends SubmittingExecutor {

    private final WorkerPool pool;
    private final AtomicLong lastTaskId = new AtomicLong();

    ProcessPoolExecutor(PoolSettings settings) {
        super(settings.name());
        this.pool = new WorkerPool(settings);
        DiscardWarning.on(this, pool);
    }

    /**
     * Begins to build an executor.
     *
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Gives the executor that all who ask with equal settings share. If only the number of workers differs it is
     * {@linkplain #resize resized}; if it was shut down, or workers cannot be started for it any more, a new one takes its
     * place. A task never runs under other settings than those asked for here. It need not be closed: its workers end when
     * they are idle for long enough, and those of the minimum with this process.
     *
     * <p>Where several ask at once for what is not there yet, listeners may also observe executors that end unused.
     *
     * @param builder the settings; listeners, replacers and custom serializers are equal only if they are the same or say so
     * @return the live executor of these settings
     */
    public static ProcessPoolExecutor reusable(Builder builder) {
        return ReusableExecutors.get(builder.settings());
    }

    @Override
    public ProcessExecutorStats stats() {
        return pool.stats();
    }

    @Override
    public List<WorkerInfo> workers() {
        return pool.workers();
    }

    @Override
    public List<WorkerExit> lastExits() {
        return pool.lastExits();
    }

    @Override
    public Optional<WorkerStartException> startFailure() {
        return pool.startFailure();
    }

    @Override
    public void recycle() {
        pool.recycle();
    }

    @Override
    public boolean cancel(long taskId) {
        return pool.cancel(taskId);
    }

    @Override
    public <T> Broadcast<T> broadcast(T value) {
        return pool.shared().broadcast(value, pool.serializers(), pool.serializer());
    }

    @Override
    public SharedBuffer share(ByteBuffer bytes) {
        return pool.shared().share(bytes);
    }

    @Override
    public void resize(int workers) {
        pool.resize(Builder.atLeast(1, "workers", workers));
    }

    @Override
    public void shutdown() {
        ReusableExecutors.forget(pool.settings(), this);
        pool.shutdown();
    }

    /**
     * Stops accepting tasks, cancels those that wait and stops those that run: they are interrupted, and their workers
     * killed if they do not end within the cancel grace.
     *
     * @return the tasks that never started; they say which they are, but cannot be run here
     */
    @Override
    public List<Runnable> shutdownNow() {
        ReusableExecutors.forget(pool.settings(), this);
        return pool.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return pool.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return pool.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return pool.awaitTermination(bounded(timeout, unit));
    }

    @Override
    public void close() {
        ReusableExecutors.forget(pool.settings(), this);
        pool.close();
    }

    boolean isUsable() {
        return !pool.isShutdown() && !pool.stats().breakerOpen();
    }

    /** To be called before anybody else can use it. */
    void observe() {
        pool.observe();
    }

    void start() {
        DeepReflection.report(pool.settings().name());
        pool.start();
    }

    @Override
    public String toString() {
        return pool.settings().name() + " (" + pool.describe() + ")";
    }

    @Override
    <T> CompletableFuture<T> submit(Object task, Form form, TaskOptions options, @Nullable T fixedResult) {
        Objects.requireNonNull(task, "task");
        long began = System.nanoTime();
        TaskRequest request;
        try {
            request = TaskRequest.encode(task, form, options, pool);
        } catch (TaskSerializationException e) {
            pool.outcomes().unencodable(options, System.nanoTime() - began);
            throw e;
        }
        PendingTask<T> pending = new PendingTask<>(lastTaskId.incrementAndGet(), request, pool, fixedResult);
        try {
            pool.submit(pending);
        } finally {
            // Nobody may hold this any more but the call itself; it must not count as discarded before the task is in.
            Reference.reachabilityFence(this);
        }
        return pending.future();
    }

    /** Builds an executor. Has the defaults of all settings; refuses a bad value when it is set. Not thread safe. */
    public static final class Builder {

        private static final long MEGABYTE = 1024 * 1024;
        private static final Duration SHORTEST_HUNG_AFTER = Duration.ofSeconds(3);
        private static final Duration LONGEST = Duration.ofDays(36500);

        private String name = "process-executor";
        private final WorkerCount workerCount = new WorkerCount();
        private @Nullable Integer workers;
        private int minWorkers;
        private int queueCapacity = Integer.MAX_VALUE;
        private int prefetch = 64;
        private @Nullable TaskSerializer serializer;
        private SerializationOptions serialization = SerializationOptions.defaults();
        private long maxHeapBytes = 512 * MEGABYTE;
        private List<String> jvmArgs = List.of();
        private List<Path> classPath = List.of();
        private @Nullable ClassLoader classLoader;
        private ProcessSetup setup = ProcessSetup.NONE;
        private ArchiveSettings archive = ArchiveSettings.DEFAULTS;
        private @Nullable ProcessAction initializer;
        private Duration initializerTimeout = Duration.ofSeconds(60);
        private @Nullable ProcessAction preparation;
        private Duration preparationTimeout = Duration.ofSeconds(60);
        private boolean prepareEagerly;
        private final List<ContextCarrier> carriers = new ArrayList<>();
        private Duration startTimeout = Duration.ofSeconds(30);
        private Duration idleTimeout = Duration.ofSeconds(60);
        private Duration submitTimeout = Duration.ZERO;
        private Duration hungAfter = Duration.ofSeconds(30);
        private boolean forwardLogs = true;
        private RecycleLimits recycleLimits = RecycleLimits.none();
        private Duration cancelGrace = Duration.ofSeconds(2);
        private Duration shutdownGrace = Duration.ofSeconds(20);
        private Duration firstStartPause = StartBreaker.FIRST_PAUSE;
        private @Nullable Duration taskTimeout;
        private @Nullable Duration queueTimeout;
        private final List<ProcessExecutorListener> listeners = new ArrayList<>();

        private Builder() {}

        /**
         * Names the executor in logs, threads and errors. Defaults to {@code process-executor}.
         *
         * @param name of letters, digits, {@code .}, {@code _} and {@code -}
         * @return this
         * @throws IllegalArgumentException if it has others, or none
         */
        public Builder name(String name) {
            if (!name.matches("[A-Za-z0-9._-]+")) {
                throw new IllegalArgumentException(
                        "name must consist of letters, digits, '.', '_' and '-', was '" + name + "'");
            }
            this.name = name;
            return this;
        }

        /**
         * The name as it is now.
         *
         * @return what was set, else the default
         */
        public String name() {
            return name;
        }

        /**
         * Sets the most worker processes alive at once. Defaults to the number of processors, or less if that many
         * workers of the {@linkplain #maxHeapBytes largest heap} would take more than half of the memory that this
         * process leaves.
         *
         * @param workers at least 1
         * @return this
         */
        public Builder workers(int workers) {
            this.workers = atLeast(1, "workers", workers);
            return this;
        }

        /**
         * Tells how many tasks may wait.
         *
         * @return as set, or unbounded
         */
        public int queueCapacity() {
            return queueCapacity;
        }

        /**
         * Tells how long a task may wait for a worker.
         *
         * @return as set, {@code null} for ever
         */
        public @Nullable Duration queueTimeout() {
            return queueTimeout;
        }

        /**
         * Tells how long a caller waits for room in a full queue.
         *
         * @return as set, or zero
         */
        public Duration submitTimeout() {
            return submitTimeout;
        }

        /**
         * Tells how long {@link ProcessExecutor#close} lets tasks finish.
         *
         * @return as set, or the default
         */
        public Duration shutdownGrace() {
            return shutdownGrace;
        }

        /**
         * Tells how many workers are started at once and kept.
         *
         * @return as set, or zero
         */
        public int minWorkers() {
            return minWorkers;
        }

        /**
         * Tells the most worker processes alive at once.
         *
         * @return as set, or the default for this machine
         */
        public int workers() {
            Integer chosen = workers;
            return chosen != null ? chosen : workerCount.forThisMachine(name, maxHeapBytes);
        }

        /**
         * Sets how many workers are started at once and kept however long they are idle. Defaults to 0.
         *
         * @param minWorkers at least 0, at most the number of workers
         * @return this
         */
        public Builder minWorkers(int minWorkers) {
            this.minWorkers = atLeast(0, "minWorkers", minWorkers);
            return this;
        }

        /**
         * Bounds how many tasks may wait beyond those that workers take at once; what comes on top is rejected.
         * Unbounded by default.
         *
         * @param queueCapacity at least 0
         * @return this
         */
        public Builder queueCapacity(int queueCapacity) {
            this.queueCapacity = atLeast(0, "queueCapacity", queueCapacity);
            return this;
        }

        /**
         * Sets how many tasks a worker may be sent ahead of the one that it runs, so that it need not wait for the next one.
         * They are sent only while more tasks wait than there are workers to take them, and only as many as the worker is
         * done with in a millisecond, going by those before, or one if they take up to 20 milliseconds. Should it take longer,
         * or another worker have nothing to do, they are recalled and given to others. One that is large, or has a queue
         * timeout, is never sent ahead. One that was sent ahead and is cancelled may still begin until its worker is told of
         * it, a moment later, and is interrupted then. Defaults to 64.
         *
         * @param prefetch at least 0, which means that each worker has one task at a time
         * @return this
         */
        public Builder prefetch(int prefetch) {
            this.prefetch = atLeast(0, "prefetch", prefetch);
            return this;
        }

        /**
         * Sets what encodes tasks and results. Defaults to the one that the system property
         * {@code process-executor.serializer} names ({@code java}, {@code kryo} or {@code closure}), else the environment
         * variable {@code PROCESS_EXECUTOR_SERIALIZER}, else {@link TaskSerializers#kryo()}.
         *
         * @param serializer the serializer
         * @return this
         */
        public Builder serializer(TaskSerializer serializer) {
            this.serializer = Objects.requireNonNull(serializer, "serializer");
            return this;
        }

        /**
         * Sets what the built-in serializers allow: the allow-list, limits, replacers, classes defined at run time.
         * Defaults to {@link SerializationOptions#defaults()}.
         *
         * <p>Results are decoded in this process, and classes of the application may run code of theirs while they are
         * read. What such code throws fails its task only; but one that ends the virtual machine ends this process. Where
         * the tasks are not trusted, list in {@link SerializationOptions#allowedPackages} what they may send.
         *
         * @param serialization the options, in force in this process and in the workers
         * @return this
         */
        public Builder serialization(SerializationOptions serialization) {
            this.serialization = Objects.requireNonNull(serialization, "serialization");
            return this;
        }

        /**
         * Sets each worker's largest heap. Defaults to 512 MB.
         *
         * @param maxHeapBytes at least 16 MB
         * @return this
         */
        public Builder maxHeapBytes(long maxHeapBytes) {
            if (maxHeapBytes < 16 * MEGABYTE) {
                throw new IllegalArgumentException("maxHeapBytes must be at least 16 MB, was " + maxHeapBytes);
            }
            this.maxHeapBytes = maxHeapBytes;
            return this;
        }

        /**
         * Adds arguments to each worker's virtual machine, after those of the executor's own. None by default.
         *
         * @param jvmArgs such as {@code -Dkey=value} or {@code -Xss4m}
         * @return this
         */
        public Builder jvmArgs(List<String> jvmArgs) {
            this.jvmArgs = List.copyOf(jvmArgs);
            return this;
        }

        /**
         * Sets environment variables of the workers, and so of what their tasks start. They inherit all others but
         * {@code JAVA_TOOL_OPTIONS} and its like. None by default.
         *
         * @param environment names and values; an empty value is an empty value, {@code null} takes an inherited variable
         *     away
         * @return this
         */
        public Builder environment(Map<String, ? extends @Nullable String> environment) {
            this.setup = setup.withEnvironment(environment);
            return this;
        }

        /**
         * Sets system properties of the workers. Those of this process are not inherited, but for the few that tell where
         * the application runs, such as the time zone. None by default.
         *
         * @param systemProperties names and values, which may hold anything
         * @return this
         */
        public Builder systemProperties(Map<String, String> systemProperties) {
            this.setup = setup.withSystemProperties(systemProperties);
            return this;
        }

        /**
         * Sets the working directory of the workers. Defaults to that of this process.
         *
         * @param workingDirectory a directory that exists
         * @return this
         */
        public Builder workingDirectory(Path workingDirectory) {
            this.setup = setup.withWorkingDirectory(workingDirectory);
            return this;
        }

        /**
         * Starts each worker through another program, which is given the command of the worker as its last arguments: such
         * as {@code nice -n 10}, {@code taskset -c 0} or {@code bwrap --bind / / --unshare-net}. It may become the worker
         * or start it, and must hand down its standard input, output and error and its environment. None by default.
         *
         * @param commandPrefix the program and its arguments; empty for none
         * @return this
         */
        public Builder commandPrefix(List<String> commandPrefix) {
            this.setup = setup.withCommandPrefix(commandPrefix);
            return this;
        }

        /**
         * Whether workers start from a class-data archive, which halves the time they take. Where all of the class path are
         * jars, a pool that lives longer than some seconds and finds none has one more worker make it in the background, as
         * it ends; that one runs nothing of the application's. Once a worker was {@linkplain #preparation prepared}, one more
         * is prepared as well, for an archive with all that it takes. An archive that the application itself was started with
         * is used instead. True by default.
         *
         * @param classDataArchive whether to use and make one
         * @return this
         * @see <a href="https://openjdk.org/jeps/350">JEP 350: Dynamic CDS Archives</a>
         */
        public Builder classDataArchive(boolean classDataArchive) {
            this.archive = archive.withEnabled(classDataArchive);
            return this;
        }

        /**
         * Where class-data archives are kept, one for each class path and Java installation. Safe to delete at any time. A
         * directory of this user's among the temporary files by default.
         *
         * @param classDataArchiveDirectory a directory that none but who may run code in the workers can write to; made if
         *     it is missing
         * @return this
         */
        public Builder classDataArchiveDirectory(Path classDataArchiveDirectory) {
            this.archive = archive.withDirectory(classDataArchiveDirectory);
            return this;
        }

        /** How long after its first worker came up a pool makes the archive that is missing. */
        Builder trainAfter(Duration trainAfter) {
            this.archive = archive.withTrainAfter(trainAfter);
            return this;
        }

        /**
         * Runs an action in each worker before its first task. A worker in which it fails is ended and counts as one that
         * could not be started. None by default.
         *
         * @param initializer the action; encoded when the executor is built, with the executor's serializer
         * @return this
         */
        public Builder initializer(ProcessAction initializer) {
            this.initializer = Objects.requireNonNull(initializer, "initializer");
            return this;
        }

        /**
         * Limits how long the {@linkplain #initializer initializer} may take, beyond the start timeout. Defaults to 60
         * seconds.
         *
         * @param initializerTimeout longer than zero
         * @return this
         */
        public Builder initializerTimeout(Duration initializerTimeout) {
            this.initializerTimeout = positive("initializerTimeout", initializerTimeout);
            return this;
        }

        /**
         * Runs an action in a worker before its first task that needs a prepared worker, which a task does in which an
         * {@link io.processexecutor.ObjectReplacer} replaced something that {@linkplain
         * io.processexecutor.ObjectReplacer#needsPreparedWorker says so}. It is no part of the task: it has a time-out of
         * its own, and no more than half as many workers as there are processors are prepared at once. If it fails, those
         * that wait for it fail with {@link io.processexecutor.WorkerStartException}, the worker goes on without, and the
         * next such task tries again, after a pause that grows with each failure in a row. None by default.
         *
         * @param preparation the action; encoded when the executor is built, with the executor's serializer
         * @return this
         */
        public Builder preparation(ProcessAction preparation) {
            this.preparation = Objects.requireNonNull(preparation, "preparation");
            return this;
        }

        /**
         * Limits how long the {@linkplain #preparation preparation} may take. Defaults to 60 seconds.
         *
         * @param preparationTimeout longer than zero
         * @return this
         */
        public Builder preparationTimeout(Duration preparationTimeout) {
            this.preparationTimeout = positive("preparationTimeout", preparationTimeout);
            return this;
        }

        /**
         * Sets whether each worker is {@linkplain #preparation prepared} as soon as it is up, rather than when a task needs
         * it. Defaults to false.
         *
         * @param prepareEagerly whether to
         * @return this
         */
        public Builder prepareEagerly(boolean prepareEagerly) {
            this.prepareEagerly = prepareEagerly;
            return this;
        }

        /**
         * Adds what carries something of the submitting thread into the worker. Restored in the order in which they were
         * added. None by default.
         *
         * @param carrier the carrier
         * @return this
         */
        public Builder contextCarrier(ContextCarrier carrier) {
            carriers.add(Objects.requireNonNull(carrier, "carrier"));
            return this;
        }

        /**
         * Gives the workers a class path of their own. By default they get the application's, however that was started.
         *
         * @param classPath jars and directories; must hold this library too. Empty for the application's
         * @return this
         */
        public Builder classPath(List<Path> classPath) {
            this.classPath = List.copyOf(classPath);
            return this;
        }

        /**
         * Sets the application's class loader: results are decoded with it, and it tells how the application was
         * started. Defaults to the building thread's context class loader.
         *
         * @param classLoader the class loader
         * @return this
         */
        public Builder classLoader(ClassLoader classLoader) {
            this.classLoader = Objects.requireNonNull(classLoader, "classLoader");
            return this;
        }

        /**
         * Limits how long a worker may take to come up. Defaults to 30 seconds.
         *
         * @param startTimeout longer than zero
         * @return this
         */
        public Builder startTimeout(Duration startTimeout) {
            this.startTimeout = positive("startTimeout", startTimeout);
            return this;
        }

        /**
         * Sets how long a worker beyond the minimum may be idle before it ends. Defaults to 60 seconds.
         *
         * @param idleTimeout longer than zero
         * @return this
         */
        public Builder idleTimeout(Duration idleTimeout) {
            this.idleTimeout = positive("idleTimeout", idleTimeout);
            return this;
        }

        /**
         * Sets when workers are replaced by fresh ones. Never by default.
         *
         * @param recycleLimits the limits
         * @return this
         */
        public Builder recycle(RecycleLimits recycleLimits) {
            this.recycleLimits = Objects.requireNonNull(recycleLimits, "recycleLimits");
            return this;
        }

        /**
         * Sets whether what is logged in workers is logged here, under the same logger and with its own time, thread and
         * diagnostic context, and whether the levels in force here are in force there. That goes for {@code
         * java.util.logging} and {@link System.Logger}, and with the Spring Boot starter for Logback; of other logging
         * systems, or if it is not set, what they print is logged line by line. Defaults to true.
         *
         * @param forwardLogs whether to do that
         * @return this
         */
        public Builder forwardLogs(boolean forwardLogs) {
            this.forwardLogs = forwardLogs;
            return this;
        }

        /**
         * Sets for how long a worker's heart may not beat before the worker is killed and replaced: it was stopped, or the
         * machine gives it no time. Has no effect while this process or the workers are under a debugger. Defaults to 30
         * seconds.
         *
         * @param hungAfter 3 seconds or longer; zero for ever
         * @return this
         */
        public Builder hungAfter(Duration hungAfter) {
            if (!hungAfter.isZero() && hungAfter.compareTo(SHORTEST_HUNG_AFTER) < 0) {
                throw new IllegalArgumentException("hungAfter must be at least " + SHORTEST_HUNG_AFTER
                        + ", or zero to let workers hang, was " + hungAfter);
            }
            this.hungAfter = bounded(hungAfter);
            return this;
        }

        /**
         * Sets how long a caller waits for room in a full queue before its task is rejected. Defaults to zero: it is
         * rejected at once.
         *
         * @param submitTimeout zero or longer
         * @return this
         */
        public Builder submitTimeout(Duration submitTimeout) {
            this.submitTimeout = notNegative("submitTimeout", submitTimeout);
            return this;
        }

        /**
         * Sets how long a task that is interrupted may take to end before its worker is killed. Defaults to 2 seconds.
         *
         * @param cancelGrace zero or longer
         * @return this
         */
        public Builder cancelGrace(Duration cancelGrace) {
            this.cancelGrace = notNegative("cancelGrace", cancelGrace);
            return this;
        }

        /**
         * Sets how long {@link ProcessExecutor#close} lets tasks finish before it kills what is left. Defaults to 20
         * seconds.
         *
         * @param shutdownGrace zero or longer
         * @return this
         */
        public Builder shutdownGrace(Duration shutdownGrace) {
            this.shutdownGrace = notNegative("shutdownGrace", shutdownGrace);
            return this;
        }

        /**
         * Limits how long a task may run unless its options say otherwise. Unlimited by default.
         *
         * @param taskTimeout longer than zero
         * @return this
         */
        public Builder taskTimeout(Duration taskTimeout) {
            this.taskTimeout = positive("taskTimeout", taskTimeout);
            return this;
        }

        /**
         * Limits how long a task may wait for a worker unless its options say otherwise. Unlimited by default.
         *
         * @param queueTimeout longer than zero
         * @return this
         */
        public Builder queueTimeout(Duration queueTimeout) {
            this.queueTimeout = positive("queueTimeout", queueTimeout);
            return this;
        }

        /** For tests, which do not want to wait for a breaker. */
        Builder firstStartPause(Duration firstStartPause) {
            this.firstStartPause = firstStartPause;
            return this;
        }

        /**
         * Adds an observer.
         *
         * @param listener the observer
         * @return this
         */
        public Builder listener(ProcessExecutorListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Builds the executor and starts its minimum of workers, if there is one.
         *
         * @return the executor; to be closed
         * @throws IllegalArgumentException if settings contradict each other, or the default serializer has an unknown name
         * @throws TaskSerializationException if the initializer or an
         *     {@link io.processexecutor.ObjectReplacer} cannot travel to a worker
         * @throws IllegalStateException in a worker process, for workers have no workers of their own, and in a native image
         */
        public ProcessPoolExecutor build() {
            ProcessPoolExecutor executor = new ProcessPoolExecutor(settings());
            executor.observe();
            executor.start();
            return executor;
        }

        /**
         * Builds an executor for tests, with these settings as far as they do not concern processes: tasks and results
         * travel as bytes, so that what cannot is refused as by any other, but they run on threads of this process. Of no
         * effect are the initializer, the preparation, retries and recycling.
         *
         * @return the executor; a task of it that does not heed its interrupt goes on
         * @throws IllegalArgumentException if settings contradict each other, or the default serializer has an unknown name
         * @throws IllegalStateException in a worker process, and in a native image
         */
        public ProcessExecutor buildInProcess() {
            return new InProcessExecutor(settings());
        }

        PoolSettings settings() {
            if (WorkerSettings.inWorker()) {
                throw new IllegalStateException("A worker process has no workers of its own: run the work in place");
            }
            if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
                throw new IllegalStateException(
                        "A native image has no class path that a worker JVM could be started with:"
                                + " run the application on a JVM, or the work in place");
            }
            int most = workers();
            if (minWorkers > most) {
                throw new IllegalArgumentException(
                        "minWorkers must be at most workers (" + most + "), was " + minWorkers);
            }
            LaunchSettings launch = new LaunchSettings(
                    name, maxHeapBytes, workerArgs(), classPath, applicationLoader(), setup, archive, startTimeout);
            return new PoolSettings(
                    name,
                    most,
                    minWorkers,
                    queueCapacity,
                    prefetch,
                    serializer != null ? serializer : DefaultSerializer.find(),
                    serialization,
                    taskTimeout,
                    queueTimeout,
                    submitTimeout,
                    idleTimeout,
                    hungAfter,
                    recycleLimits,
                    cancelGrace,
                    shutdownGrace,
                    firstStartPause,
                    launch,
                    initializer,
                    initializerTimeout,
                    preparation,
                    preparationTimeout,
                    prepareEagerly,
                    forwardLogs,
                    List.copyOf(carriers),
                    List.copyOf(listeners));
        }

        private List<String> workerArgs() {
            List<String> all = new ArrayList<>();
            all.add(DeepReflection.asHere(jvmArgs));
            if (recycleLimits.maxHeapBytes() > 0) {
                all.add("-D" + WorkerSettings.COLLECT_ABOVE_PROPERTY + "=" + recycleLimits.maxHeapBytes());
            }
            all.addAll(jvmArgs);
            return List.copyOf(all);
        }

        private ClassLoader applicationLoader() {
            ClassLoader chosen =
                    classLoader != null ? classLoader : Thread.currentThread().getContextClassLoader();
            return chosen != null ? chosen : ProcessPoolExecutor.class.getClassLoader();
        }

        private static int atLeast(int least, String name, int value) {
            if (value < least) {
                throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
            }
            return value;
        }

        private static Duration positive(String name, Duration value) {
            if (value.isZero() || value.isNegative()) {
                throw new IllegalArgumentException(name + " must be longer than zero, was " + value);
            }
            return bounded(value);
        }

        private static Duration notNegative(String name, Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException(name + " must not be negative, was " + value);
            }
            return bounded(value);
        }

        /** "For ever" is said with the longest of durations, which no clock can count in nanoseconds. */
        private static Duration bounded(Duration value) {
            return value.compareTo(LONGEST) < 0 ? value : LONGEST;
        }
    }
}
