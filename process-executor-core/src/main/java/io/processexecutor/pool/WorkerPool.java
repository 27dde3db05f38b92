package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.TaskCompleted.Outcome;
import io.processexecutor.event.WorkerStarted;
import io.processexecutor.internal.process.WorkerLauncher;
import io.processexecutor.internal.protocol.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of one executor and the tasks that wait for them. A task and an idle worker are brought together by
 * whichever thread made the second of the two available; no lock is on that way.
 */
final class WorkerPool {

    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

    private enum State {
        RUNNING,
        SHUTDOWN,
        TERMINATED
    }

    private final PoolSettings settings;
    private final WorkerLauncher launcher;
    private final Listeners listeners;
    private final TaskOutcomes outcomes;
    private final PoolThreads threads;
    private final Deadlines deadlines;
    private final StartBreaker breaker;
    private final Alarm eviction;
    private final Alarm readerWatch;

    private final TaskQueue queue = new TaskQueue();
    private final Deque<PooledWorker> idle = new ConcurrentLinkedDeque<>();
    private final Set<PooledWorker> workers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger slots = new AtomicInteger();
    private final AtomicInteger starting = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger lastWorkerId = new AtomicInteger();
    private final LongAdder starts = new LongAdder();
    private final LongAdder exits = new LongAdder();
    private final LongAdder crashes = new LongAdder();

    private final CountDownLatch terminated = new CountDownLatch(1);
    private volatile State state = State.RUNNING;

    WorkerPool(PoolSettings settings) {
        this.settings = settings;
        this.launcher = new WorkerLauncher(settings.launch());
        this.breaker = new StartBreaker(settings.firstStartPause());
        this.listeners = new Listeners(settings.listeners());
        this.outcomes = new TaskOutcomes(settings, listeners);
        this.threads = new PoolThreads(settings.name());
        this.deadlines = new Deadlines(settings, threads, outcomes, this::describe);
        this.eviction = new Alarm(threads, this::evict, settings.idleTimeout());
        this.readerWatch = new Alarm(threads, this::relieveReaders, Duration.ofNanos(ReplyReader.PATIENCE_NANOS));
    }

    PoolSettings settings() {
        return settings;
    }

    TaskOutcomes outcomes() {
        return outcomes;
    }

    PoolThreads threads() {
        return threads;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    // ---- tasks

    /** Accepts a task. */
    void submit(PendingTask<?> task) {
        if (state != State.RUNNING) {
            throw rejected(task, "it is shut down");
        }
        if (!queue.offer(task, queueLimit())) {
            throw rejected(task, "its queue is full");
        }
        deadlines.queued(task, queue);
        dispatch();
        if (state != State.RUNNING && withdraw(task)) {
            throw rejected(task, "it is shut down");
        }
    }

    /** The future of a task was completed from outside. */
    void abandon(PendingTask<?> task, Object had, boolean interrupt) {
        outcomes.abandoned(task);
        if (had instanceof PooledWorker worker) {
            if (interrupt) {
                worker.stop(task, Reason.CANCELLED);
            }
        } else {
            queue.left();
            terminateIfDone();
        }
    }

    /** Brings waiting tasks and idle workers together until one of them runs out. */
    void dispatch() {
        while (!queue.isEmpty()) {
            PooledWorker worker = takeIdle();
            if (worker == null) {
                grow();
                return;
            }
            PendingTask<?> task = queue.claim(worker);
            if (task == null) {
                park(worker);
                continue;
            }
            busy.incrementAndGet();
            if (worker.run(task)) {
                deadlines.dispatched(task, worker);
            } else {
                busy.decrementAndGet();
                if (task.giveBack(worker)) {
                    queue.putBack(task);
                }
                park(worker);
            }
        }
    }

    // ---- what happens to workers

    /** A worker is up. */
    void started(PooledWorker worker, Duration startup) {
        starting.decrementAndGet();
        starts.increment();
        breaker.succeeded();
        log.debug(
                "{} - Worker {} (pid {}) is up after {} ms",
                settings.name(),
                worker.id(),
                worker.pid(),
                startup.toMillis());
        WorkerStarted event = new WorkerStarted(worker.id(), worker.pid(), startup);
        listeners.tell(listener -> listener.onWorkerStarted(event));
        offer(worker);
    }

    /** A worker could not be started. */
    void startFailed(PooledWorker worker, WorkerStartException failure) {
        starting.decrementAndGet();
        workers.remove(worker);
        slotFreed(worker);
        if (state == State.RUNNING || !queue.isEmpty()) {
            boolean giveUp = breaker.failed();
            log.warn("{}", failure.getMessage());
            if (giveUp) {
                failWaiting(failure);
            }
            threads.later(this::dispatch, Duration.ofNanos(Math.max(0, breaker.pauseNanos())));
        }
        terminateIfDone();
    }

    /** A worker replied and can take the next task. */
    void release(PooledWorker worker) {
        busy.decrementAndGet();
        offer(worker);
    }

    /** A worker replied and must take no further task. Its replacement starts before it ends. */
    void retire(PooledWorker worker, Reason reason) {
        busy.decrementAndGet();
        worker.leave(reason);
        dispatch();
    }

    /** A worker counts no more among those there may be; another may start in its place. */
    void slotFreed(PooledWorker worker) {
        if (worker.freeSlot()) {
            slots.decrementAndGet();
            dispatch();
            keepMinimum();
        }
    }

    /** A worker is gone and nothing of it is left. */
    void gone(PooledWorker worker, WorkerExit exit, @Nullable LostTask lost) {
        idle.remove(worker);
        workers.remove(worker);
        exits.increment();
        if (exit.reason() == Reason.CRASHED) {
            crashes.increment();
        }
        log.debug("{} - Gone: {}", settings.name(), exit);
        listeners.tell(listener -> listener.onWorkerExited(exit));
        if (lost != null) {
            busy.decrementAndGet();
            judge(lost, worker, exit);
        }
        terminateIfDone();
    }

    /** User code is about to hold a reading thread: look soon whether it still does. */
    void watchReaders() {
        readerWatch.set();
    }

    // ---- shutdown

    void start() {
        keepMinimum();
    }

    void shutdown() {
        synchronized (this) {
            if (state != State.RUNNING) {
                return;
            }
            state = State.SHUTDOWN;
        }
        log.debug("{} - Shutting down ({})", settings.name(), describe());
        leaveIfDrained();
        terminateIfDone();
    }

    List<Runnable> shutdownNow() {
        shutdown();
        List<Runnable> neverStarted = new ArrayList<>();
        for (PendingTask<?> task : queue.waiting()) {
            if (task.isQueued() && outcomes.dropped(task)) {
                queue.left();
                neverStarted.add(task);
            }
        }
        for (PooledWorker worker : workers) {
            PendingTask<?> task = worker.current();
            if (task != null) {
                outcomes.dropped(task);
                worker.stop(task, Reason.SHUTDOWN);
            }
        }
        leaveIfDrained();
        terminateIfDone();
        return neverStarted;
    }

    /** Drains, then stops, then waits for the kills to have worked. */
    void close() {
        shutdown();
        boolean interrupted = false;
        boolean done = false;
        try {
            done = awaitTermination(settings.shutdownGrace());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (!done) {
            List<Runnable> neverStarted = shutdownNow();
            log.info(
                    "{} - Stopped after the shutdown grace; {} tasks never started",
                    settings.name(),
                    neverStarted.size());
            while (!isTerminated()) {
                try {
                    terminated.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isShutdown() {
        return state != State.RUNNING;
    }

    boolean isTerminated() {
        return state == State.TERMINATED;
    }

    boolean awaitTermination(Duration timeout) throws InterruptedException {
        return terminated.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    ProcessExecutorStats stats() {
        int running = busy.get();
        int up = Math.max(0, slots.get() - starting.get());
        return new ProcessExecutorStats(
                Math.max(0, queue.size()),
                running,
                outcomes.completed(),
                starting.get(),
                Math.max(0, up - running),
                running,
                starts.sum(),
                exits.sum(),
                crashes.sum());
    }

    /** The state of the pool as messages tell it. */
    String describe() {
        ProcessExecutorStats now = stats();
        return "max=" + settings.workers() + ", busy=" + now.busyWorkers() + ", idle=" + now.idleWorkers()
                + ", starting=" + now.startingWorkers() + ", queued=" + now.queued();
    }

    // ---- inside

    private int queueLimit() {
        int capacity = settings.queueCapacity();
        if (capacity == Integer.MAX_VALUE) {
            return capacity;
        }
        // A task for which there is or will be a worker at once does not count as waiting.
        return capacity + Math.max(0, settings.workers() - busy.get());
    }

    private RejectedExecutionException rejected(PendingTask<?> task, String why) {
        task.finish();
        outcomes.rejected(task);
        return new RejectedExecutionException(
                settings.name() + " - The executor does not take the " + task + ": " + why + " (" + describe() + ")");
    }

    private boolean withdraw(PendingTask<?> task) {
        // A task that somebody else finished, or that a worker has, was accepted after all.
        if (!task.isQueued() || task.finish() != PendingTask.NoWorker.QUEUED) {
            return false;
        }
        queue.left();
        terminateIfDone();
        return true;
    }

    private void offer(PooledWorker worker) {
        park(worker);
        dispatch();
        leaveIfDrained();
        evictLater();
    }

    private @Nullable PooledWorker takeIdle() {
        PooledWorker worker;
        while ((worker = idle.pollFirst()) != null) {
            if (worker.reserve()) {
                return worker;
            }
        }
        return null;
    }

    private void park(PooledWorker worker) {
        if (worker.becomeIdle()) {
            // Last in, first out: what is not needed grows old and is let go.
            idle.addFirst(worker);
        }
    }

    private void grow() {
        while (!queue.isEmpty() && starting.get() < queue.size() && slots.get() < settings.workers()) {
            if (breaker.isTripped() && (starting.get() > 0 || breaker.pauseNanos() > 0)) {
                return;
            }
            if (!launchOne(settings.workers())) {
                return;
            }
        }
    }

    private void keepMinimum() {
        while (state == State.RUNNING && slots.get() < settings.minWorkers() && !breaker.isTripped()) {
            if (!launchOne(settings.minWorkers())) {
                return;
            }
        }
    }

    private boolean launchOne(int most) {
        int before = slots.get();
        if (before >= most || !slots.compareAndSet(before, before + 1)) {
            return before < most;
        }
        starting.incrementAndGet();
        PooledWorker worker = new PooledWorker(lastWorkerId.incrementAndGet(), this, launcher);
        workers.add(worker);
        worker.start();
        return true;
    }

    /** Decides what becomes of the task whose worker died. */
    private void judge(LostTask lost, PooledWorker worker, WorkerExit exit) {
        PendingTask<?> task = lost.task();
        boolean again = lost.hasBegun() ? task.countCrash() <= task.options().retryOnCrash() : task.countHandBack() < 2;
        if (exit.reason() == Reason.SHUTDOWN) {
            outcomes.dropped(task);
        } else if (!again) {
            outcomes.crashed(task, exit, lost.describe());
        } else if (task.giveBack(worker)) {
            log.info("{} - The {} is run again: {}", settings.name(), task, exit);
            queue.putBack(task);
            dispatch();
        }
    }

    private void failWaiting(WorkerStartException cause) {
        for (PendingTask<?> task : queue.waiting()) {
            if (task.isQueued()) {
                String message =
                        settings.name() + " - No worker can be started for the " + task + ": " + cause.getMessage();
                WorkerStartException its =
                        new WorkerStartException(message, cause.command(), cause.lastOutput(), cause);
                if (outcomes.fail(task, Outcome.ERROR, its)) {
                    queue.left();
                }
            }
        }
    }

    private void relieveReaders() {
        boolean held = false;
        for (PooledWorker worker : workers) {
            held |= worker.relieveReader();
        }
        if (held) {
            watchReaders();
        }
    }

    private void evictLater() {
        if (!idle.isEmpty() && slots.get() > settings.minWorkers() && state == State.RUNNING) {
            eviction.set();
        }
    }

    /** Lets go those that were idle for too long, oldest first. */
    private void evict() {
        PooledWorker oldest;
        while (slots.get() > settings.minWorkers() && (oldest = idle.peekLast()) != null) {
            long idleNanos = System.nanoTime() - oldest.idleSinceNanos();
            if (idleNanos < settings.idleTimeout().toNanos()) {
                break;
            }
            if (idle.removeLastOccurrence(oldest) && oldest.reserve()) {
                oldest.leave(Reason.IDLE);
            }
        }
        evictLater();
    }

    private void leaveIfDrained() {
        if (state == State.RUNNING || !queue.isEmpty()) {
            return;
        }
        if (busy.get() == 0) {
            launcher.abandonLaunches();
        }
        PooledWorker worker;
        while ((worker = takeIdle()) != null) {
            worker.leave(Reason.SHUTDOWN);
        }
    }

    private void terminateIfDone() {
        synchronized (this) {
            if (state != State.SHUTDOWN || !queue.isEmpty() || !workers.isEmpty()) {
                return;
            }
            state = State.TERMINATED;
        }
        launcher.close();
        threads.close();
        terminated.countDown();
    }

    void write(Connection connection) {
        threads.execute(() -> {
            try {
                connection.drain();
            } catch (IOException e) {
                log.debug("{} - Could not write to a worker", settings.name(), e);
            }
        });
    }
}
