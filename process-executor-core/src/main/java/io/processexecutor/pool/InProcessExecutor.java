package io.processexecutor.pool;

import io.processexecutor.Broadcast;
import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.SharedBuffer;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerStartException;
import io.processexecutor.internal.protocol.Message.Form;
import io.processexecutor.internal.protocol.PayloadFiles;
import io.processexecutor.internal.protocol.TaskInProcess;
import io.processexecutor.internal.sharing.HeapStorage;
import io.processexecutor.internal.sharing.SharedObjects;
import io.processexecutor.serialization.ExecutorSerializers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Tasks travel as if to a worker and back, and run on threads of this process. */
final class InProcessExecutor extends SubmittingExecutor {

    private final PoolSettings settings;
    private final ExecutorSerializers serializers;
    private final TaskSerializer serializer;
    private final ThreadPoolExecutor threads;
    private final Listeners listeners;
    private final SharedObjects shared;
    private final Encoding encoding;
    private final AtomicLong lastTaskId = new AtomicLong();
    private final Room room = new Room();

    /** What waits and what runs: one that waits for a thread which is about to be free does not count as waiting. */
    private final AtomicInteger inside = new AtomicInteger();

    /** What is not done yet, by number. */
    private final Map<Long, Future<?>> live = new ConcurrentHashMap<>();

    InProcessExecutor(PoolSettings settings) {
        super(settings.name());
        this.settings = settings;
        this.serializers = ExecutorSerializers.of(settings.serialization());
        this.serializer = serializers.configured(settings.serializer());
        this.listeners = new Listeners(settings.name(), settings.listeners());
        this.shared = new SharedObjects(settings.name(), new HeapStorage(serializers), this::isShutdown);
        this.encoding = new Encoding(serializers, settings.carriers(), PayloadFiles.NONE, shared.scope());
        AtomicInteger number = new AtomicInteger();
        this.threads =
                new ThreadPoolExecutor(
                        settings.workers(),
                        settings.workers(),
                        PoolThreads.nanos(settings.idleTimeout()),
                        TimeUnit.NANOSECONDS,
                        new LinkedBlockingQueue<>(),
                        work -> {
                            Thread thread =
                                    new Thread(work, settings.name() + "-in-process-" + number.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        }) {
                    @Override
                    protected void terminated() {
                        listeners.ended();
                    }
                };
        threads.allowCoreThreadTimeOut(true);
        listeners.observe(this);
    }

    @Override
    <T> CompletableFuture<T> submit(Object task, Form form, TaskOptions options, @Nullable T fixedResult) {
        Objects.requireNonNull(task, "task");
        if (TaskInProcess.runsHere() && !threads.isShutdown()) {
            return runInPlace(task, form, fixedResult);
        }
        TaskRequest request = encode(task, form, options);
        Duration timeout = options.timeout().orElse(settings.taskTimeout());
        InProcessTask<T> travelling = new InProcessTask<>(
                lastTaskId.incrementAndGet(), request, serializers, timeout, fixedResult, listeners, this::leave);
        CompletableFuture<T> future = travelling.future();
        live.put(travelling.id(), future);
        CompletableFuture<T> unused = future.whenComplete((value, failure) -> live.remove(travelling.id()));
        try {
            admit(travelling);
        } catch (Throwable e) {
            live.remove(travelling.id());
            request.encoded().uses().release();
            throw e;
        }
        Duration queueTimeout = options.queueTimeout().orElse(settings.queueTimeout());
        if (queueTimeout != null) {
            travelling.expireAfter(queueTimeout);
        }
        return future;
    }

    private void admit(InProcessTask<?> task) {
        if (room.hasWaiters() || !offer(task)) {
            room.admit(() -> offer(task), threads::isShutdown, settings.submitTimeout(), why -> {
                task.rejected();
                return new RejectedExecutionException(
                        Admission.refusal(settings.name(), task.toString(), why, PoolStatistics.describe(stats(), 0)));
            });
        }
    }

    private boolean offer(InProcessTask<?> task) {
        long limit = (long) settings.queueCapacity() + threads.getMaximumPoolSize();
        int now;
        do {
            now = inside.get();
            if (now >= limit) {
                return false;
            }
        } while (!inside.compareAndSet(now, now + 1));
        boolean taken = false;
        try {
            threads.execute(task);
            taken = true;
        } catch (RejectedExecutionException e) {
            // It was shut down, and whoever offers asks for that.
        } finally {
            if (!taken) {
                leave();
            }
        }
        return taken;
    }

    private void leave() {
        inside.decrementAndGet();
        room.mayHaveCome();
    }

    /** Neither encoded nor observed, as in a worker. */
    private static <T> CompletableFuture<T> runInPlace(Object task, Form form, @Nullable T fixedResult) {
        try {
            @Nullable Object value = null;
            if (form == Form.CALL) {
                value = ((Callable<?>) task).call();
            } else {
                ((Runnable) task).run();
            }
            @SuppressWarnings("unchecked") // the task was submitted as one that returns a T
            T result = fixedResult != null ? fixedResult : (T) value;
            return CompletableFuture.completedFuture(result);
        } catch (Throwable failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private TaskRequest encode(Object task, Form form, TaskOptions options) {
        long began = System.nanoTime();
        try {
            return TaskRequest.encode(task, form, options, serializer, encoding);
        } catch (TaskSerializationException e) {
            TaskOutcomes.tellUnencodable(listeners, options, System.nanoTime() - began);
            throw e;
        }
    }

    /** Of threads in place of workers. */
    @Override
    public ProcessExecutorStats stats() {
        int running = threads.getActiveCount();
        return new ProcessExecutorStats(
                threads.getQueue().size(),
                Math.max(0, settings.queueCapacity() - threads.getQueue().size()),
                running,
                threads.getCompletedTaskCount(),
                threads.getMaximumPoolSize(),
                0,
                Math.max(0, threads.getPoolSize() - running),
                0,
                0,
                0,
                false,
                Map.of(),
                0);
    }

    @Override
    public List<WorkerInfo> workers() {
        return List.of();
    }

    @Override
    public List<WorkerExit> lastExits() {
        return List.of();
    }

    @Override
    public Optional<WorkerStartException> startFailure() {
        return Optional.empty();
    }

    /** There is nothing to replace. */
    @Override
    public void recycle() {}

    @Override
    public boolean cancel(long taskId) {
        Future<?> future = live.get(taskId);
        return future != null && future.cancel(true);
    }

    @Override
    public <T> Broadcast<T> broadcast(T value) {
        return shared.broadcast(value, serializers, serializer);
    }

    @Override
    public SharedBuffer share(ByteBuffer bytes) {
        return shared.share(bytes);
    }

    @Override
    public synchronized void resize(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be at least 1, was " + workers);
        }
        if (workers > threads.getMaximumPoolSize()) {
            threads.setMaximumPoolSize(workers);
            threads.setCorePoolSize(workers);
        } else {
            threads.setCorePoolSize(workers);
            threads.setMaximumPoolSize(workers);
        }
        room.mayHaveCome();
    }

    @Override
    public void shutdown() {
        threads.shutdown();
        room.close();
    }

    @Override
    public List<Runnable> shutdownNow() {
        List<Runnable> neverStarted = threads.shutdownNow();
        room.close();
        neverStarted.forEach(each -> ((InProcessTask<?>) each).future().cancel(true));
        return neverStarted;
    }

    @Override
    public boolean isShutdown() {
        return threads.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return threads.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return threads.awaitTermination(timeout, unit);
    }

    @Override
    public void close() {
        shutdown();
        try {
            if (threads.awaitTermination(PoolThreads.nanos(settings.shutdownGrace()), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        shutdownNow();
    }

    @Override
    public String toString() {
        return settings.name() + " (in process)";
    }
}
