package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.TaskSerializer;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.BreakerChanged;
import io.processexecutor.event.WorkerStarted;
import io.processexecutor.internal.process.WorkerIntroduction;
import io.processexecutor.internal.protocol.Message.Failed;
import io.processexecutor.serialization.ExecutorSerializers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of one executor and the tasks that wait for them. A task and an idle worker are brought together by
 * whichever thread made the second of the two available; no lock is on that way.
 */
final class WorkerPool {

    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

    private static final Duration SHUTDOWN_RETRY = Duration.ofMillis(500);

    private enum State {
        RUNNING,
        SHUTDOWN,
        /** As SHUTDOWN, and no task is wanted any more, wherever it is. */
        STOPPING,
        TERMINATED
    }

    private final PoolSettings settings;
    private final ExecutorSerializers serializers;
    private final TaskSerializer serializer;
    private final WorkerIntroduction introduction;
    private final Listeners listeners;
    private final TaskOutcomes outcomes;
    private final PoolThreads threads;
    private final Deadlines deadlines;
    private final WorkerSupply supply;
    private final IdleWorkers idle;
    private final Recycling recycling;
    private final WorkerWatch workerWatch;
    private final PoolStatistics statistics;
    private final Alarm readerWatch;
    private final Preparation preparation;

    private final TaskQueue queue = new TaskQueue();
    private final Room room = new Room();

    /** Workers that are reserved for a task, have one, or lost one whose fate is not decided yet. */
    private final AtomicInteger busy = new AtomicInteger();

    private final CountDownLatch terminated = new CountDownLatch(1);
    private volatile State state = State.RUNNING;

    WorkerPool(PoolSettings settings) {
        this.settings = settings;
        this.serializers = ExecutorSerializers.of(settings.serialization());
        this.serializer = serializers.configured(settings.serializer());
        this.introduction = WorkerInitializer.of(settings, serializers);
        this.listeners = new Listeners(settings.listeners());
        this.outcomes = new TaskOutcomes(settings, listeners, queue);
        this.threads = new PoolThreads(settings.name());
        this.deadlines = new Deadlines(settings, threads, outcomes, this);
        this.supply = new WorkerSupply(settings, serializers.describe(), this);
        this.idle = new IdleWorkers(settings.idleTimeout(), supply, threads);
        this.recycling = new Recycling(settings, supply, idle);
        this.workerWatch = new WorkerWatch(settings, supply, recycling, threads);
        this.statistics = new PoolStatistics(supply, outcomes, queue);
        this.readerWatch = new Alarm(threads, this::relieveReaders, Duration.ofNanos(ReplyReader.PATIENCE_NANOS));
        this.preparation = new Preparation(this, serializers);
    }

    PoolSettings settings() {
        return settings;
    }

    /** All that tasks may choose from. */
    ExecutorSerializers serializers() {
        return serializers;
    }

    /** What encodes tasks that do not choose. */
    TaskSerializer serializer() {
        return serializer;
    }

    /** What each worker does before its first task. */
    WorkerIntroduction introduction() {
        return introduction;
    }

    /** What some tasks need to have been done before. */
    Preparation preparation() {
        return preparation;
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

    /** Accepts a task, once there is room for it. */
    void submit(PendingTask<?> task) {
        if (state != State.RUNNING) {
            throw rejected(task, "it is shut down");
        }
        if (room.hasWaiters() || !queue.offer(task, queueLimit())) {
            waitForRoom(task);
        }
        deadlines.queued(task);
        dispatch();
        if (state != State.RUNNING && queue.remove(task)) {
            settle();
            throw rejected(task, "it is shut down");
        }
    }

    /** A task's future is being completed from outside; before that runs anybody's code, the task is dealt with. */
    void abandon(PendingTask<?> task, Object had, boolean interrupt) {
        outcomes.ending(task);
        task.forgetRequest();
        if (had instanceof PooledWorker worker) {
            if (interrupt) {
                worker.stop(task, Reason.CANCELLED);
            }
        } else {
            queue.left();
            settle();
        }
    }

    /** Brings waiting tasks and idle workers together until one of them runs out. */
    void dispatch() {
        List<PooledWorker> unfit;
        do {
            unfit = bringTogether();
            prepareSome(unfit);
            // What came while they were held here found none of them idle.
        } while (!unfit.isEmpty()
                && (queue.hasModestEntries()
                        || preparation.isWanted(queue.demanding().size())));
        if (state == State.RUNNING) {
            supply.keepMinimum();
        }
        settle();
    }

    /** Returns workers, reserved, which are not prepared as all the tasks that still wait need it. */
    private List<PooledWorker> bringTogether() {
        List<PooledWorker> unfit = List.of();
        while (queue.hasEntries()) {
            PooledWorker worker = idle.take();
            if (worker == null) {
                if (unfit.isEmpty()) {
                    supply.grow(queue);
                }
                break;
            }
            // Busy before the task leaves the queue: in between, a shutdown must not take the pool for drained.
            busy.incrementAndGet();
            PendingTask<?> task = queue.claim(worker);
            if (task == null || !worker.run(task)) {
                boolean unused = task != null && waitAgain(task, worker);
                busy.decrementAndGet();
                if (task == null && !worker.isPrepared() && !preparation.isNone()) {
                    unfit = unfit.isEmpty() ? new ArrayList<>() : unfit;
                    unfit.add(worker);
                } else {
                    park(worker);
                }
                continue;
            }
            deadlines.dispatched(task, worker);
            recycling.taskGiven(worker);
            if (state == State.STOPPING) {
                Queue<Runnable> completions = new ConcurrentLinkedQueue<>();
                stopTaskOf(worker, completions);
                threads.completeAll(completions);
            }
        }
        return unfit;
    }

    private void prepareSome(List<PooledWorker> reserved) {
        for (PooledWorker worker : reserved) {
            if (!prepare(worker)) {
                park(worker);
            }
        }
    }

    private boolean prepare(PooledWorker worker) {
        busy.incrementAndGet();
        if (state != State.STOPPING
                && preparation.begin(worker, queue.demanding().size())) {
            if (state == State.STOPPING) {
                worker.kill(Reason.SHUTDOWN);
            }
            return true;
        }
        busy.decrementAndGet();
        return false;
    }

    // ---- what comes of preparations

    void prepared(PooledWorker worker) {
        preparation.succeeded();
        log.debug("{} - Worker {} (pid {}) is prepared", settings.name(), worker.id(), worker.pid());
        release(worker);
        prepareIdle();
    }

    /** The worker goes on for all tasks that do not need it. */
    void preparationFailed(PooledWorker worker, Preparation.Attempt attempt, Failed failed) {
        WorkerStartException failure = preparation.failed(worker, attempt, failed);
        tellOfPreparation(failure);
        if (failed.unhealthy()) {
            retire(worker, Reason.UNHEALTHY);
        } else {
            release(worker);
        }
    }

    /** The worker died over it, or took too long. */
    void preparationCutShort(PooledWorker worker, Preparation.Attempt attempt, WorkerExit exit) {
        WorkerStartException failure = preparation.ended(worker, attempt, exit);
        busy.decrementAndGet();
        tellOfPreparation(failure);
    }

    private void tellOfPreparation(WorkerStartException failure) {
        log.warn("{}", failure.getMessage());
        if (!preparation.isUnderWay() && supply.workers().stream().noneMatch(PooledWorker::isPrepared)) {
            failAll(queue.demanding(), failure);
        }
        threads.later(
                () -> {
                    prepareIdle();
                    dispatch();
                },
                preparation.pause());
    }

    /** All that are up are to be prepared, and not more than some at once. */
    private void prepareIdle() {
        if (!settings.prepareEagerly() || state != State.RUNNING) {
            return;
        }
        for (PooledWorker worker : supply.workers()) {
            if (!worker.isPrepared() && idle.take(worker)) {
                prepareSome(List.of(worker));
            }
        }
    }

    // ---- what happens to workers

    /** A worker is up. */
    void started(PooledWorker worker, Duration startup) {
        if (supply.started()) {
            log.info("{} - Workers can be started again", settings.name());
            tellOfBreaker(new BreakerChanged(false, Duration.ZERO, null));
        }
        statistics.started(worker);
        log.debug(
                "{} - Worker {} (pid {}) is up after {} ms",
                settings.name(),
                worker.id(),
                worker.pid(),
                startup.toMillis());
        WorkerStarted event = new WorkerStarted(worker.id(), worker.pid(), startup);
        listeners.tell(listener -> listener.onWorkerStarted(event));
        workerWatch.begin();
        if (!recycling.standsBy(worker)) {
            park(worker);
            if (preparation.isWanted(0)) {
                prepareIdle();
            }
        }
        dispatch();
    }

    /** A worker could not be started. */
    void startFailed(PooledWorker worker, WorkerStartException failure) {
        int inARow = supply.startFailed(worker);
        if (inARow == StartBreaker.OPENS_AFTER) {
            tellOfBreaker(new BreakerChanged(true, supply.pause(), failure));
        }
        statistics.startFailed();
        PooledWorker unused = recycling.inherit(worker);
        // Also when nobody waits for it: after a shutdown a task may be put back that does.
        threads.later(this::dispatch, supply.pause());
        if (state == State.RUNNING || !queue.isEmpty()) {
            log.warn("{}", failure.getMessage());
            if (supply.isBreakerOpen() && supply.up() == 0) {
                failAll(queue.waiting(), failure);
            }
        }
        settle();
    }

    /** A worker replied and can take the next task. */
    void release(PooledWorker worker) {
        busy.decrementAndGet();
        if (!leavesAsSurplus(worker) && !recycling.leaves(worker)) {
            park(worker);
        }
        dispatch();
    }

    /** A worker replied and must take no further task. Its replacement starts before it ends. */
    void retire(PooledWorker worker, Reason reason) {
        busy.decrementAndGet();
        worker.leave(reason);
        dispatch();
    }

    /** A worker counts no more among those there may be; another may start in its place. */
    void slotFreed(PooledWorker worker) {
        boolean freed = supply.freeSlot(worker);
        PooledWorker heir = recycling.inherit(worker);
        if (heir != null) {
            park(heir);
        }
        if (freed || heir != null) {
            dispatch();
        }
    }

    /** A worker is gone and nothing of it is left. */
    void gone(PooledWorker worker, WorkerExit exit, @Nullable LostTask lost) {
        statistics.exited(exit);
        supply.slots().exited(worker.lastSlot(), exit);
        log.debug("{} - Gone: {}", settings.name(), exit);
        // The task is back in the queue, if that is where it goes, before the pool may take itself for drained; what
        // completes it comes last, since that runs user code.
        Runnable verdict = lost == null ? null : judge(lost, worker, exit);
        if (lost != null) {
            if (verdict != null) {
                outcomes.ending(lost.task());
            }
            busy.decrementAndGet();
        }
        idle.forget(worker);
        dispatch();
        listeners.tell(listener -> listener.onWorkerExited(exit));
        // Last, so that who waits for the end of the pool has been told of every worker.
        supply.workers().remove(worker);
        settle();
        if (lost != null && verdict != null) {
            verdict.run();
            outcomes.ended(lost.task());
        }
    }

    /** User code is about to hold a reading thread: look soon whether it still does. */
    void watchReaders() {
        readerWatch.set();
    }

    // ---- size and shutdown

    void start() {
        supply.keepMinimum();
    }

    /** Grows at once as far as tasks wait, and shrinks as workers become free. */
    void resize(int workers) {
        supply.slots().resize(workers);
        PooledWorker worker;
        // Somebody else may resize meanwhile, so what counts is not what this caller asked for.
        while (supply.slots().held() > supply.most() && (worker = idle.takeOldest()) != null) {
            park(worker);
        }
        dispatch();
    }

    void shutdown() {
        if (advance(State.RUNNING, State.SHUTDOWN)) {
            log.debug("{} - Shutting down ({})", settings.name(), describe());
            room.close();
            settle();
            if (!isTerminated()) {
                threads.keepJvmUntil(terminated);
            }
        }
        settle();
    }

    List<Runnable> shutdownNow() {
        shutdown();
        // From here on, who takes a task up again or gives it to a worker stops it.
        boolean unused = advance(State.SHUTDOWN, State.STOPPING);
        List<Runnable> neverStarted = new ArrayList<>();
        // First all are taken, and only then completed: a callback may wait for any other of them.
        Queue<Runnable> completions = new ConcurrentLinkedQueue<>();
        for (PendingTask<?> task : queue.waiting()) {
            if (drop(task, PendingTask.NoWorker.QUEUED, completions)) {
                neverStarted.add(task);
            }
        }
        for (PooledWorker worker : supply.workers()) {
            stopTaskOf(worker, completions);
        }
        for (PendingTask<?> task : outcomes.incomplete()) {
            drop(task, task.owner(), completions);
        }
        threads.completeAll(completions);
        settle();
        return neverStarted;
    }

    /** Drains, then stops, then waits for the kills to have worked. */
    void close() {
        shutdown();
        boolean interrupted = false;
        boolean done = false;
        try {
            done = awaitTermination(PoolThreads.nanos(settings.shutdownGrace()));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (!done) {
            List<Runnable> neverStarted = shutdownNow();
            log.info(
                    "{} - Stopped after the shutdown grace; {} tasks never started",
                    settings.name(),
                    neverStarted.size());
        }
        while (!isTerminated()) {
            try {
                if (!awaitTermination(SHUTDOWN_RETRY.toNanos())) {
                    shutdownNow();
                }
            } catch (InterruptedException e) {
                interrupted = true;
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
        return terminated.getCount() == 0 && outcomes.incomplete().isEmpty();
    }

    /** Waits for the workers, and for futures whose results arrived and are being decoded. Not for callbacks. */
    boolean awaitTermination(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        if (!terminated.await(nanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        for (PendingTask<?> task : outcomes.incomplete()) {
            try {
                Object unused = task.future().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | CancellationException e) {
                // It is done, which is all that was waited for.
            } catch (TimeoutException e) {
                return false;
            }
        }
        return true;
    }

    /** Lets idle workers go and ends the pool, as far as it is shut down and drained. */
    void settle() {
        room.mayHaveCome();
        int putBacks = queue.putBacks();
        if (state == State.RUNNING || !queue.isEmpty()) {
            return;
        }
        recycling.dismiss();
        // A task on its way from a dead worker back to the queue is seen in neither place.
        if (busy.get() == 0 && queue.putBacks() == putBacks) {
            supply.abandonLaunches();
        }
        PooledWorker worker;
        while ((worker = idle.take()) != null) {
            worker.leave(Reason.SHUTDOWN);
        }
        synchronized (this) {
            if (state == State.TERMINATED
                    || !queue.isEmpty()
                    || !supply.workers().isEmpty()) {
                return;
            }
            state = State.TERMINATED;
        }
        supply.close();
        threads.close();
        terminated.countDown();
    }

    // ---- observation

    ProcessExecutorStats stats() {
        return statistics.stats(busy.get());
    }

    List<WorkerInfo> workers() {
        return statistics.workers();
    }

    /** The state of the pool as messages tell it. */
    String describe() {
        ProcessExecutorStats now = stats();
        return "max=" + now.maxWorkers() + ", busy=" + now.running() + ", idle=" + now.idleWorkers() + ", starting="
                + now.startingWorkers() + ", queued=" + now.queued();
    }

    // ---- inside

    private int queueLimit() {
        // A task for which there is or will be a worker at once does not count as waiting.
        long limit = (long) settings.queueCapacity() + Math.max(0, supply.most() - busy.get());
        return (int) Math.min(limit, Integer.MAX_VALUE);
    }

    private RejectedExecutionException rejected(PendingTask<?> task, String why) {
        outcomes.rejected(task);
        return new RejectedExecutionException(
                settings.name() + " - The executor does not take the " + task + ": " + why + " (" + describe() + ")");
    }

    private synchronized boolean advance(State from, State to) {
        if (state != from) {
            return false;
        }
        state = to;
        return true;
    }

    /** Makes a worker available, if it is still one of those there should be. */
    private void park(PooledWorker worker) {
        if (!leavesAsSurplus(worker)) {
            idle.park(worker);
            recycling.idle(worker);
        }
    }

    private boolean leavesAsSurplus(PooledWorker worker) {
        if (!supply.freeSurplusSlot(worker)) {
            return false;
        }
        worker.leave(Reason.RESIZED);
        return true;
    }

    private boolean waitAgain(PendingTask<?> task, PooledWorker worker) {
        if (!task.giveBack(worker)) {
            return false;
        }
        queue.putBack(task);
        deadlines.queued(task);
        return true;
    }

    private boolean drop(PendingTask<?> task, Object owner, Queue<Runnable> completions) {
        Runnable completion = outcomes.dropping(task, owner);
        return completion != null && completions.add(completion);
    }

    private void tellOfBreaker(BreakerChanged event) {
        listeners.tell(listener -> listener.onBreakerChanged(event));
    }

    private void waitForRoom(PendingTask<?> task) {
        String full = "its queue is full";
        try {
            if (settings.submitTimeout().isZero()) {
                throw rejected(task, full);
            }
            boolean accepted = room.await(
                    () -> queue.offer(task, queueLimit()),
                    () -> state != State.RUNNING,
                    PoolThreads.nanos(settings.submitTimeout()));
            if (!accepted) {
                throw rejected(
                        task,
                        state == State.RUNNING
                                ? full + " and stayed so for " + settings.submitTimeout()
                                : "it is shut down");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            RejectedExecutionException interrupted = rejected(task, full + " and the caller was interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** Also one that nobody waits for any more, since its future was completed while it was to run on. */
    private void stopTaskOf(PooledWorker worker, Queue<Runnable> completions) {
        PendingTask<?> task = worker.current();
        if (task != null) {
            drop(task, worker, completions);
            worker.stop(task, Reason.SHUTDOWN);
        } else if (worker.isPreparing()) {
            worker.kill(Reason.SHUTDOWN);
        }
    }

    /** Decides what becomes of the task whose worker died; what is returned tells the caller, if it is not run again. */
    private @Nullable Runnable judge(LostTask lost, PooledWorker worker, WorkerExit exit) {
        PendingTask<?> task = lost.task();
        Duration overrun = task.overrun();
        if (overrun != null) {
            return () -> outcomes.ranTooLong(task, worker, overrun, List.of());
        }
        if (state == State.STOPPING || exit.reason() == Reason.SHUTDOWN) {
            return () -> outcomes.dropped(task, worker);
        }
        boolean begun = lost.hasBegun();
        boolean again = begun ? task.countCrash() <= task.options().retryOnCrash() : task.countHandBack() < 2;
        if (!again) {
            return () -> outcomes.crashed(task, worker, exit, lost.describe());
        }
        if (begun) {
            task.waitAnew();
        }
        if (waitAgain(task, worker)) {
            log.info("{} - The {} is run again: {}", settings.name(), task, exit);
        }
        return null;
    }

    private void failAll(List<PendingTask<?>> waiting, WorkerStartException cause) {
        Queue<Runnable> completions = new ConcurrentLinkedQueue<>();
        for (PendingTask<?> task : waiting) {
            Runnable completion = outcomes.notStarting(task, cause);
            if (completion != null) {
                completions.add(completion);
            }
        }
        threads.completeAll(completions);
    }

    private void relieveReaders() {
        boolean held = false;
        for (PooledWorker worker : supply.workers()) {
            held |= worker.relieveReader();
        }
        if (held) {
            watchReaders();
        }
    }
}
