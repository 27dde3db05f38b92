package io.processexecutor.spring;

import io.processexecutor.Broadcast;
import io.processexecutor.ContextCarrier;
import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessExecutorException;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.ProcessPool;
import io.processexecutor.ProcessTask;
import io.processexecutor.SharedBuffer;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSubmitter;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.internal.protocol.TaskInProcess;
import io.processexecutor.spring.bean.SingletonBeans;
import io.processexecutor.spring.observation.TaskObserver;
import io.processexecutor.spring.worker.InPlaceExecutor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.EmbeddedValueResolverAware;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.StringValueResolver;
import org.springframework.util.function.SingletonSupplier;

/**
 * The bean {@code processTaskExecutor}: an {@link org.springframework.core.task.AsyncTaskExecutor} whose tasks run in
 * worker processes.
 *
 * <p>A call of a method annotated with {@code @Async("processTaskExecutor")} arrives here as a callable of Spring's own,
 * which runs on a <em>dispatcher</em>, one of as many threads as there are workers; from inside it the advisor ships the
 * method to a worker and waits. So everything Spring does around an asynchronous method stays as it is. A
 * {@link java.util.concurrent.FutureTask}, and what {@code CompletableFuture.supplyAsync} and their like submit, runs on a
 * dispatcher too and has the function inside it shipped. Any other task is shipped itself, as by a
 * {@link ProcessExecutor}; what cannot run anywhere else is refused with {@link TaskRejectedException}. Whatever way it
 * came, a task counts for the same queue capacity.
 *
 * <p>Safe for use by any number of threads. No process is started before the first task, or the start of the application
 * if a minimum of workers is asked for. Stopped by the application's lifecycle it finishes what it has, ends its workers
 * and takes no task until it is started again.
 */
public final class ProcessTaskExecutor extends ThreadPoolTaskExecutor
        implements TaskSubmitter, ProcessPool, EmbeddedValueResolverAware {

    private static final Logger log = LoggerFactory.getLogger(ProcessTaskExecutor.class);

    private static final int DISPATCHERS_END_SECONDS = 5;

    static final ProcessExecutor IN_PLACE = new InPlaceExecutor();

    private enum State {
        OPEN,
        STOPPED,
        CLOSED
    }

    private final transient Supplier<ProcessExecutor> factory;
    private final transient boolean startEagerly;
    private final transient Duration shutdownGrace;
    private final transient Admission admission = new Admission(this::mostInside);
    private final transient Set<Dispatch<?>> waitingCalls = ConcurrentHashMap.newKeySet();
    private final transient LocalRuns localRuns = new LocalRuns();
    private final transient OpaqueTasks opaqueTasks = new OpaqueTasks();
    private transient AsyncOptions options = new AsyncOptions(text -> text);
    private transient Transactions transactions = new Transactions(TransactionPolicy.WARN);
    private transient Observers observers = new Observers(this, List::of);
    private transient SingletonSupplier<TaskObserver> taskObserver = SingletonSupplier.of(TaskObserver.NONE);
    private transient Carriers carriers = new Carriers(List.of());
    private transient @Nullable SingletonBeans beans;
    private transient boolean inPlace;
    private transient @Nullable Duration queueTimeout;
    private transient Duration submitTimeout = Duration.ZERO;
    private String name = ProcessExecutorAutoConfiguration.EXECUTOR_BEAN_NAME;
    private transient @Nullable ApplicationContext context;
    private transient volatile @Nullable ProcessExecutor workers;
    private transient volatile State state = State.OPEN;

    /** How often it was started: a stop ends no workers once there was another start. */
    private transient int starts;

    private volatile boolean running;
    private volatile boolean closing;
    private volatile boolean drained;
    private volatile boolean cancelsWaiting;

    /**
     * Creates one; starts nothing.
     *
     * @param factory makes the executor behind it, when it is first needed and again after a stop
     * @param startEagerly whether it is needed when the application starts
     * @param shutdownGrace how long tasks may take to finish when the application is stopped or closed
     */
    public ProcessTaskExecutor(Supplier<ProcessExecutor> factory, boolean startEagerly, Duration shutdownGrace) {
        this.factory = factory;
        this.startEagerly = startEagerly;
        this.shutdownGrace = shutdownGrace;
        setThreadNamePrefix("process-dispatcher-");
        setAwaitTerminationSeconds(DISPATCHERS_END_SECONDS);
    }

    /** What stands in a worker for any executor of the application: runs everything on the thread that submits it. */
    static ProcessTaskExecutor inPlace() {
        ProcessTaskExecutor executor = new ProcessTaskExecutor(() -> IN_PLACE, false, Duration.ZERO);
        executor.inPlace = true;
        return executor;
    }

    /** Whether a task runs on the thread that submits it: in a worker, and in a task that runs without one. */
    boolean runsInPlace() {
        return inPlace || TaskInProcess.runsHere();
    }

    /** Those that go to workers by name. */
    void setBeans(SingletonBeans beans) {
        this.beans = beans;
    }

    /** What is to be called in a worker: where the bean goes there by name, the worker's bean with the advice it has there. */
    Object called(Object target) {
        return beans == null ? target : beans.exposed(target);
    }

    void setContextCarriers(List<ContextCarrier> carriers) {
        this.carriers = new Carriers(carriers);
    }

    void setListeners(Supplier<List<ProcessExecutorListener>> listeners) {
        this.observers = new Observers(this, listeners);
    }

    void setTaskObserver(Supplier<TaskObserver> taskObserver) {
        this.taskObserver = SingletonSupplier.of(taskObserver);
    }

    TaskObserver taskObserver() {
        return taskObserver.obtain();
    }

    Observers observers() {
        return observers;
    }

    Carriers carriers() {
        return carriers;
    }

    /**
     * Sets what is done about calls from within a transaction. Defaults to a warning.
     *
     * @param policy the policy
     */
    public void setTransactions(TransactionPolicy policy) {
        this.transactions = new Transactions(policy);
    }

    /**
     * Sets how long a call of an asynchronous method may wait, from the moment it is made, unless its annotation says
     * otherwise. Should be the queue timeout of the executor behind this one. Unlimited by default.
     *
     * @param queueTimeout longer than zero; {@code null} for ever
     */
    public void setQueueTimeout(@Nullable Duration queueTimeout) {
        this.queueTimeout = queueTimeout;
    }

    /**
     * Sets how long a caller waits for room in a full queue before its task is rejected. Defaults to zero: it is rejected
     * at once.
     *
     * @param submitTimeout zero or longer
     */
    public void setSubmitTimeout(Duration submitTimeout) {
        this.submitTimeout = submitTimeout;
    }

    @Override
    public void setEmbeddedValueResolver(StringValueResolver resolver) {
        this.options = new AsyncOptions(resolver);
    }

    @Override
    public void setBeanName(String name) {
        super.setBeanName(name);
        this.name = name;
    }

    @Override
    public void setApplicationContext(ApplicationContext applicationContext) {
        super.setApplicationContext(applicationContext);
        this.context = applicationContext;
    }

    @Override
    public String name() {
        return name;
    }

    AsyncOptions options() {
        return options;
    }

    Transactions transactions() {
        return transactions;
    }

    OpaqueTasks opaqueTasks() {
        return opaqueTasks;
    }

    LocalRuns localRuns() {
        return localRuns;
    }

    @Nullable
    Duration queueTimeout() {
        return queueTimeout;
    }

    /**
     * The executor behind this one.
     *
     * @return the executor, made now if it was not needed before; closed together with this one
     * @throws RejectedExecutionException if this is stopped or closed
     */
    public ProcessExecutor processExecutor() {
        ProcessExecutor made = workers;
        return made == null ? makeProcessExecutor() : made;
    }

    private synchronized ProcessExecutor makeProcessExecutor() {
        ProcessExecutor made = workers;
        if (made == null) {
            if (state != State.OPEN) {
                throw new TaskRejectedException(name + " - The executor is " + describe(state));
            }
            made = factory.get();
            workers = made;
        }
        return made;
    }

    /**
     * Encodes a value for many tasks: it goes to each worker once, however many tasks use it. What the calling thread
     * submits itself may use it until it is closed; a call of an asynchronous method is encoded later, on its dispatcher,
     * so that it must be done before.
     *
     * @param value the value; encoded on the calling thread by the executor's serializer, and as it is now
     * @param <T> its type
     * @return what tasks are to capture, or asynchronous methods to be given, in place of the value
     * @throws TaskSerializationException if the value cannot be encoded
     * @throws RejectedExecutionException if this is stopped or closed
     */
    public <T> Broadcast<T> broadcast(T value) {
        return processExecutor().broadcast(value);
    }

    /**
     * Copies bytes to where all workers can read them without a further copy. As for what is {@linkplain #broadcast
     * broadcast}, asynchronous methods that were given it must be done before it is closed.
     *
     * @param bytes the bytes, from position to limit; the buffer itself is not changed
     * @return what tasks are to capture, or asynchronous methods to be given, in place of the bytes
     * @throws ProcessExecutorException if there is no room for them, in memory or on disk
     * @throws RejectedExecutionException if this is stopped or closed
     */
    public SharedBuffer share(ByteBuffer bytes) {
        return processExecutor().share(bytes);
    }

    /**
     * Gives a view of this executor whose tasks carry the given options.
     *
     * @param options timeout, label and the like
     * @return a view that shares the workers and the queue
     */
    public TaskSubmitter with(TaskOptions options) {
        return new Submitter(this, options);
    }

    @Override
    public <T> CompletableFuture<T> submit(ProcessTask<T> task) {
        return with(TaskOptions.defaults()).submit(task);
    }

    @Override
    public CompletableFuture<Void> submit(ProcessAction action) {
        return with(TaskOptions.defaults()).submit(action);
    }

    @Override
    public <T> CompletableFuture<T> submit(Callable<T> task) {
        return with(TaskOptions.defaults()).submit(task);
    }

    @Override
    public CompletableFuture<?> submit(Runnable task) {
        return with(TaskOptions.defaults()).submit(task);
    }

    @Override
    public <T> CompletableFuture<T> submitCompletable(Callable<T> task) {
        return submit(task);
    }

    @Override
    public CompletableFuture<Void> submitCompletable(Runnable task) {
        return submit(task).thenApply(nothing -> null);
    }

    @Override
    public void execute(Runnable task) {
        CompletableFuture<?> unused = submit(task).whenComplete((nothing, failure) -> {
            if (failure != null && !(failure instanceof CancellationException)) {
                log.warn("{} - A task given to execute() failed", name, failure);
            }
        });
    }

    @Override
    protected BlockingQueue<Runnable> createQueue(int queueCapacity) {
        return new DispatchQueue(this::waiting, this::getQueueCapacity);
    }

    // ---- lifecycle: in the phase of Spring's own executors, which is after that of a web server's graceful shutdown

    @Override
    public void start() {
        synchronized (this) {
            starts++;
            if (state == State.STOPPED) {
                state = State.OPEN;
            }
        }
        running = true;
        observers.begin();
        if (startEagerly) {
            processExecutor();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    /**
     * Lets tasks finish for the shutdown grace; then, unless the application is being closed and others may still need
     * it, or this was started again meanwhile, ends the workers and with them what is left.
     */
    @Override
    public void stop(Runnable callback) {
        running = false;
        int startsBefore = startsBeforeStop();
        CompletableFuture<?> unused = admission
                .idle(Nanos.of(shutdownGrace))
                .whenCompleteAsync(
                        (nothing, failure) -> {
                            if (!closing) {
                                endWorkersUnlessStartedSince(startsBefore);
                            }
                        },
                        // Not the common pool: all of its threads may wait for the application to be closed.
                        task -> new Thread(task, name + "-stop").start())
                .whenComplete((nothing, failure) -> callback.run());
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        closing |= event.getApplicationContext() == context;
        super.onApplicationEvent(event);
    }

    /**
     * Lets tasks finish for the shutdown grace, unless they had the shutdown phase of the application for that, then kills
     * what is left.
     */
    @Override
    public void shutdown() {
        moveTo(State.CLOSED);
        running = false;
        admission.idle(drained ? 0 : Nanos.of(shutdownGrace)).join();
        cancelsWaiting = true;
        super.shutdown();
        // Spring knows what was decorated by weak references only, and cancels none of what was collected.
        waitingCalls.forEach(call -> call.cancel(true));
        endWorkers();
        observers.end();
    }

    /** Whether what is cancelled now is so because this was shut down. */
    boolean cancelsWaiting() {
        return cancelsWaiting;
    }

    private synchronized void moveTo(State next) {
        if (state != State.CLOSED) {
            state = next;
        }
    }

    private synchronized int startsBeforeStop() {
        if (closing) {
            drained = true;
        } else {
            moveTo(State.STOPPED);
        }
        return starts;
    }

    private void endWorkers() {
        end(takeWorkers());
    }

    private void endWorkersUnlessStartedSince(int startsBefore) {
        ProcessExecutor ended;
        synchronized (this) {
            ended = starts == startsBefore ? takeWorkers() : null;
        }
        end(ended);
    }

    private synchronized @Nullable ProcessExecutor takeWorkers() {
        ProcessExecutor taken = workers;
        workers = null;
        return taken;
    }

    private static void end(@Nullable ProcessExecutor ended) {
        if (ended != null) {
            ended.shutdownNow();
            ended.close();
        }
    }

    // ---- admission: one queue for all

    private long mostInside() {
        // How many threads there may be is asked for under a lock.
        return getQueueCapacity() == Integer.MAX_VALUE ? Long.MAX_VALUE : (long) getQueueCapacity() + getMaxPoolSize();
    }

    private int waiting() {
        ProcessExecutor made = workers;
        return waitingCalls.size() + (made == null ? 0 : made.stats().queued());
    }

    // ---- observation

    /** Of everything that waits, calls for a dispatcher and tasks for a worker. */
    @Override
    public ProcessExecutorStats stats() {
        ProcessExecutor made = workers;
        int waiting = waiting();
        int remaining = Math.max(0, getQueueCapacity() - waiting);
        return made == null
                ? ProcessExecutorStats.ofNoWorkers(waiting, remaining, getMaxPoolSize())
                : made.stats().withQueue(waiting, remaining);
    }

    @Override
    public List<WorkerInfo> workers() {
        ProcessExecutor made = workers;
        return made == null ? List.of() : made.workers();
    }

    @Override
    public List<WorkerExit> lastExits() {
        ProcessExecutor made = workers;
        return made == null ? List.of() : made.lastExits();
    }

    @Override
    public Optional<WorkerStartException> startFailure() {
        ProcessExecutor made = workers;
        return made == null ? Optional.empty() : made.startFailure();
    }

    /** Whether the application, or this executor, is being stopped or closed. */
    @Override
    public boolean isShutdown() {
        return closing || state != State.OPEN;
    }

    @Override
    public Optional<TaskProgress> progress(Future<?> future) {
        Future<?> task = future instanceof Dispatch<?> call ? call.task() : future;
        ProcessExecutor made = workers;
        return task == null || made == null ? Optional.empty() : made.progress(task);
    }

    @Override
    public void recycle() {
        ProcessExecutor made = workers;
        if (made != null) {
            made.recycle();
        }
    }

    /** Of the tasks that were shipped: a call that waits for a dispatcher has no number yet. */
    @Override
    public boolean cancel(long taskId) {
        ProcessExecutor made = workers;
        return made != null && made.cancel(taskId);
    }

    /** A task ended, or was refused, before it reached the executor behind. */
    void tellUnshipped(Optional<String> label, TaskCompleted.Outcome outcome, long waitedNanos) {
        Duration waited = Duration.ofNanos(waitedNanos);
        observers.tell(
                new TaskCompleted(0, label, outcome, 0, waited, Duration.ZERO, Duration.ZERO, waited, List.of()));
    }

    /** A call has got its dispatcher, or waits for none any more. */
    void leftQueue(Dispatch<?> call) {
        waitingCalls.remove(call);
    }

    /** A task is done. */
    void leave() {
        admission.leave();
    }

    /** A call is done before it had a dispatcher. */
    void forget(Dispatch<?> dispatch) {
        boolean unused = getThreadPoolExecutor().remove(dispatch);
    }

    /** Accepts a task. */
    void enter(String task, Optional<String> label) {
        State now = state;
        if (now != State.OPEN) {
            throw rejected(task, label, "it is " + describe(now));
        }
        try {
            if (!admission.enter(Nanos.of(submitTimeout))) {
                throw rejected(
                        task,
                        label,
                        "its queue is full" + (submitTimeout.isZero() ? "" : " and stayed so for " + submitTimeout));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            TaskRejectedException rejected = rejected(task, label, "its queue is full and the caller was interrupted");
            rejected.initCause(e);
            throw rejected;
        }
    }

    private TaskRejectedException rejected(String task, Optional<String> label, String why) {
        tellUnshipped(label, TaskCompleted.Outcome.REJECTED, 0);
        return new TaskRejectedException(name + " - The executor does not take the task " + task + ": " + why + " ("
                + waiting() + " waiting, " + getQueueCapacity() + " may, " + getMaxPoolSize() + " workers)");
    }

    private static String describe(State state) {
        return state == State.STOPPED ? "stopped until the application is started again" : "closed";
    }

    /** Gives an accepted call to the dispatchers. */
    void run(Dispatch<?> dispatch) {
        waitingCalls.add(dispatch);
        dispatch.accepted();
        try {
            super.execute(dispatch);
        } catch (RejectedExecutionException e) {
            dispatch.cancel(false);
            throw e;
        }
    }
}
