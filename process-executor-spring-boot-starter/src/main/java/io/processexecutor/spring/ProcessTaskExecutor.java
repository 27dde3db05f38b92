package io.processexecutor.spring;

import io.processexecutor.ContextCarrier;
import io.processexecutor.ContextCarrier.Scope;
import io.processexecutor.ContextCarrier.Snapshot;
import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSubmitter;
import io.processexecutor.spring.worker.InPlaceExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * The bean {@code processTaskExecutor}: an {@link org.springframework.core.task.AsyncTaskExecutor} whose tasks run in
 * worker processes.
 *
 * <p>A call of a method annotated with {@code @Async("processTaskExecutor")} arrives here as a callable of Spring's own,
 * which runs on a <em>dispatcher</em>, one of as many threads as there are workers; from inside it the advisor ships the
 * method to a worker and waits. So everything Spring does around an asynchronous method stays as it is. Any other task is
 * shipped itself, as by a {@link ProcessExecutor}.
 *
 * <p>Safe for use by any number of threads. No process is started before the first task, or the start of the application
 * if a minimum of workers is asked for.
 */
public final class ProcessTaskExecutor extends ThreadPoolTaskExecutor implements TaskSubmitter {

    private static final Logger log = LoggerFactory.getLogger(ProcessTaskExecutor.class);

    private static final ThreadLocal<@Nullable ProcessTaskExecutor> DISPATCHER_OF = new ThreadLocal<>();

    /** Set on a thread that runs a shipped method: through the bean's proxy it arrives here once more. */
    private static final ThreadLocal<@Nullable Boolean> RUNS_METHOD = new ThreadLocal<>();

    private static final InPlaceExecutor IN_PLACE = new InPlaceExecutor();

    private final transient Supplier<ProcessExecutor> factory;
    private final transient boolean startEagerly;
    private final transient Duration shutdownGrace;
    private transient @Nullable ProcessExecutor workers;
    private transient boolean closed;
    private transient volatile boolean started;
    private transient boolean inPlace;
    private transient List<ContextCarrier> carriers = List.of();

    /**
     * Creates one; starts nothing.
     *
     * @param factory makes the executor behind it, once, when it is first needed
     * @param startEagerly whether it is needed when the application starts
     * @param shutdownGrace how long tasks may take to finish when the application is closed
     */
    public ProcessTaskExecutor(Supplier<ProcessExecutor> factory, boolean startEagerly, Duration shutdownGrace) {
        this.factory = factory;
        this.startEagerly = startEagerly;
        this.shutdownGrace = shutdownGrace;
        setThreadNamePrefix("process-dispatcher-");
        setWaitForTasksToCompleteOnShutdown(true);
        setAwaitTerminationMillis(shutdownGrace.toMillis());
    }

    /** What stands in a worker for any executor of the application: runs everything on the thread that submits it. */
    static ProcessTaskExecutor inPlace() {
        ProcessTaskExecutor executor = new ProcessTaskExecutor(InPlaceExecutor::new, false, Duration.ZERO);
        executor.inPlace = true;
        return executor;
    }

    /** What goes from the caller's thread to a dispatcher; from there the executor behind this one takes it on. */
    void setContextCarriers(List<ContextCarrier> carriers) {
        this.carriers = carriers;
    }

    /** Runs a shipped method where it was shipped to; what it calls asynchronously runs in place, as in any worker. */
    static <T extends @Nullable Object> T runMethod(Callable<T> method) throws Exception {
        Boolean outer = RUNS_METHOD.get();
        RUNS_METHOD.set(true);
        try {
            return method.call();
        } finally {
            if (outer == null) {
                RUNS_METHOD.remove();
            }
        }
    }

    /** Returns the executor whose dispatcher the current thread is at the moment, if it is one. */
    static @Nullable ProcessTaskExecutor current() {
        return DISPATCHER_OF.get();
    }

    /**
     * The executor behind this one.
     *
     * @return the executor, made now if it was not needed before; closed together with this one
     */
    public synchronized ProcessExecutor processExecutor() {
        if (workers == null) {
            if (closed) {
                throw new java.util.concurrent.RejectedExecutionException("The process task executor is closed");
            }
            workers = factory.get();
        }
        return workers;
    }

    /**
     * Gives a view of this executor whose tasks carry the given options.
     *
     * @param options timeout, label and the like
     * @return a view that shares the workers
     */
    public TaskSubmitter with(TaskOptions options) {
        return processExecutor().with(options);
    }

    @Override
    public <T> CompletableFuture<T> submit(ProcessTask<T> task) {
        return processExecutor().submit(task);
    }

    @Override
    public CompletableFuture<Void> submit(ProcessAction action) {
        return processExecutor().submit(action);
    }

    @Override
    public <T> CompletableFuture<T> submit(Callable<T> task) {
        if (isForDispatcher(task)) {
            return dispatch(task);
        }
        return executorFor(task).submit(task);
    }

    @Override
    public CompletableFuture<?> submit(Runnable task) {
        return isForDispatcher(task)
                ? dispatch(calling(task))
                : executorFor(task).submit(task);
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
        if (isForDispatcher(task)) {
            super.execute(dispatching(carrying(calling(task))));
        } else {
            executorFor(task).execute(task);
        }
    }

    /** Spring starts only what does not run, and takes an executor for running once it can take tasks. */
    @Override
    public boolean isRunning() {
        return super.isRunning() && (started || !startEagerly);
    }

    @Override
    public void start() {
        super.start();
        started = true;
        if (startEagerly) {
            processExecutor();
        }
    }

    /** Lets tasks finish for the shutdown grace, in dispatchers and workers together, then kills what is left. */
    @Override
    public void shutdown() {
        long deadline = System.nanoTime() + shutdownGrace.toNanos();
        super.shutdown();
        ProcessExecutor toClose;
        synchronized (this) {
            closed = true;
            toClose = workers;
        }
        if (toClose == null) {
            return;
        }
        toClose.shutdown();
        try {
            if (!toClose.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                log.info("Tasks did not finish within the shutdown grace of {} and are stopped", shutdownGrace);
                toClose.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            toClose.shutdownNow();
        }
        toClose.close();
    }

    /** Completing the future from outside interrupts the dispatcher, which stops the task. */
    private <T> CompletableFuture<T> dispatch(Callable<T> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        AtomicBoolean done = new AtomicBoolean();
        Callable<T> carrying = carrying(task);
        Future<?> running = super.submit(dispatching(() -> {
            try {
                T value = carrying.call();
                done.set(true);
                future.complete(value);
            } catch (Throwable failure) {
                done.set(true);
                future.completeExceptionally(failure);
            }
            return null;
        }));
        CompletableFuture<T> unused = future.whenComplete((value, failure) -> {
            if (!done.get()) {
                running.cancel(true);
            }
        });
        return future;
    }

    private boolean isForDispatcher(Object task) {
        return !inPlace && RUNS_METHOD.get() == null && AsyncCalls.isAsyncCall(task);
    }

    private ProcessExecutor executorFor(Object task) {
        return RUNS_METHOD.get() != null && AsyncCalls.isAsyncCall(task) ? IN_PLACE : processExecutor();
    }

    /** To be called on the caller's thread. */
    private <T extends @Nullable Object> Callable<T> carrying(Callable<T> task) {
        List<Snapshot> captured = new ArrayList<>();
        for (ContextCarrier each : carriers) {
            Snapshot snapshot = each.capture();
            if (snapshot != null) {
                captured.add(snapshot);
            }
        }
        return captured.isEmpty()
                ? task
                : () -> {
                    Deque<Scope> scopes = new ArrayDeque<>();
                    try {
                        for (Snapshot each : captured) {
                            scopes.push(each.restore());
                        }
                        return task.call();
                    } finally {
                        scopes.forEach(Scope::close);
                    }
                };
    }

    private Runnable dispatching(Callable<?> task) {
        return () -> {
            DISPATCHER_OF.set(this);
            try {
                task.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                DISPATCHER_OF.remove();
            }
        };
    }

    private static <T extends @Nullable Object> Callable<T> calling(Runnable task) {
        return () -> {
            task.run();
            return null;
        };
    }
}
