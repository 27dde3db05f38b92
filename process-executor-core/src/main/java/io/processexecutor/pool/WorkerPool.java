package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.ProcessPool;
import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSerializer;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.BreakerChanged;
import io.processexecutor.event.WorkerPrepared;
import io.processexecutor.event.WorkerStarted;
import io.processexecutor.internal.logging.LogTargets;
import io.processexecutor.internal.process.WorkerProcess;
import io.processexecutor.internal.protocol.Message.Failed;
import io.processexecutor.serialization.ExecutorSerializers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of one executor and the tasks that wait for them. A task and an idle worker are brought together by
 * whichever thread made the second of the two available; no lock is on that way.
 */
final class WorkerPool implements ProcessPool {

    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

    private final PoolSettings settings;
    private final ExecutorSerializers serializers;
    private final TaskSerializer serializer;
    private final LogTargets logTargets = new LogTargets();
    private final @Nullable WorkerInitializer initializer;
    private final Listeners listeners;
    private final TaskOutcomes outcomes;
    private final PoolThreads threads;
    private final Deadlines deadlines;
    private final WorkerSupply supply;
    private final IdleWorkers idle;
    private final Recycling recycling;
    private final Prefetch prefetch;
    private final WorkerWatch workerWatch;
    private final PoolStatistics statistics;
    private final Alarm readerWatch;
    private final Preparation preparation;

    private final Admission admission;
    private final PoolLifecycle lifecycle;
    private final TaskQueue queue = new TaskQueue();

    /** Workers that are reserved for a task, have one, or lost one whose fate is not decided yet. */
    private final AtomicInteger busy = new AtomicInteger();

    WorkerPool(PoolSettings settings) {
        this.settings = settings;
        this.serializers = ExecutorSerializers.of(settings.serialization());
        this.serializer = serializers.configured(settings.serializer());
        this.initializer = WorkerInitializer.of(settings, serializers);
        this.listeners = new Listeners(settings.name(), settings.listeners());
        this.outcomes = new TaskOutcomes(settings, listeners, queue);
        this.threads = new PoolThreads(settings.name());
        this.deadlines = new Deadlines(settings, threads, outcomes, this);
        this.supply = new WorkerSupply(settings, serializers.describe(), Rehearsal.of(settings, serializers), this);
        this.idle = new IdleWorkers(settings.idleTimeout(), supply, threads);
        this.recycling = new Recycling(settings, supply, idle);
        this.prefetch = new Prefetch(settings, queue, supply, recycling, threads);
        this.workerWatch = new WorkerWatch(settings, supply, recycling, threads, logTargets);
        this.statistics = new PoolStatistics(supply, outcomes, queue, busy, settings.queueCapacity());
        this.admission = new Admission(settings, queue, supply, outcomes, statistics, busy);
        this.lifecycle = new PoolLifecycle(
                settings, threads, queue, admission, outcomes, supply, idle, recycling, listeners, busy);
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

    /** What comes before a worker is up. */
    void introduce(WorkerProcess worker, LogReplay logs) throws IOException {
        if (settings.forwardLogs()) {
            logs.begin(worker);
        }
        if (initializer != null) {
            initializer.run(worker, logs::receive);
        }
    }

    /** Takes what a worker logs. */
    LogReplay logReplay(PooledWorker worker) {
        return new LogReplay(worker, settings, logTargets, threads);
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
        admission.admit(task);
        deadlines.queued(task);
        dispatch();
        if (isShutdown() && queue.remove(task)) {
            settle();
            throw admission.rejected(task, "it is shut down");
        }
    }

    /** A task's future is being completed from outside; before that runs anybody's code, the task is dealt with. */
    void abandon(PendingTask<?> task, Object had, boolean interrupt) {
        outcomes.ending(task);
        task.forgetRequest();
        if (had instanceof PooledWorker worker) {
            if (interrupt) {
                worker.stop(task, Reason.CANCELLED);
            } else {
                worker.recall(task);
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
        if (!isShutdown()) {
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
            if (task == null || !give(worker, List.of(task))) {
                busy.decrementAndGet();
                if (task == null && !worker.isPrepared() && !preparation.isNone()) {
                    unfit = unfit.isEmpty() ? new ArrayList<>() : unfit;
                    unfit.add(worker);
                } else {
                    park(worker);
                }
            }
        }
        return unfit;
    }

    /**
     * Gives tasks to a worker.
     *
     * @param tasks claimed by the worker; unless it runs one already, the first is to run at once
     * @return whether it has something to do now
     */
    private boolean give(PooledWorker worker, List<PendingTask<?>> tasks) {
        PendingTask<?> runsAlready = worker.current();
        List<PendingTask<?>> refused = worker.run(tasks);
        for (int i = refused.size() - 1; i >= 0; i--) {
            putBack(refused.get(i), worker, runsAlready != null || refused.get(i) != tasks.get(0));
        }
        if (refused.size() == tasks.size()) {
            return false;
        }
        recycling.taskGiven(worker);
        if (runsAlready == null) {
            if (refused.contains(tasks.get(0))) {
                promoted(worker);
            } else {
                deadlines.dispatched(tasks.get(0), worker);
            }
        }
        if (isStopping()) {
            lifecycle.stopTaskOf(worker);
        }
        return true;
    }

    /** A worker runs now what it had ahead. To be called by who reads its replies. */
    private void promoted(PooledWorker worker) {
        PendingTask<?> current = worker.current();
        if (current != null) {
            queue.noLongerAhead();
            current.begins();
            deadlines.dispatched(current, worker);
        }
    }

    /** A task that a worker had, or was to have, goes back to where it was, unless it is done. */
    private void putBack(PendingTask<?> task, PooledWorker worker, boolean wasAhead) {
        if (wasAhead) {
            queue.noLongerAhead();
        }
        task.cancelRunTimer();
        boolean unused = waitAgain(task, worker);
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
        if (!isStopping() && preparation.begin(worker, queue.demanding().size())) {
            if (isStopping()) {
                worker.kill(Reason.SHUTDOWN);
            }
            return true;
        }
        busy.decrementAndGet();
        return false;
    }

    // ---- what comes of preparations

    /** What is returned tells the listeners so, for which no task need wait. */
    Runnable prepared(PooledWorker worker, Duration took) {
        preparation.succeeded();
        log.debug(
                "{} - Worker {} (pid {}) is prepared after {} ms",
                settings.name(),
                worker.id(),
                worker.pid(),
                took.toMillis());
        WorkerPrepared event = new WorkerPrepared(worker.id(), worker.pid(), took);
        release(worker);
        prepareIdle();
        return () -> listeners.tellOfPreparation(event);
    }

    /** The worker goes on for all tasks that do not need it. */
    void preparationFailed(PooledWorker worker, Preparation.Attempt attempt, Failed failed) {
        WorkerStartException failure = preparation.failed(worker, attempt, failed);
        log.warn("{}", failure.getMessage());
        failDemanding(failure);
        if (failed.unhealthy()) {
            retire(worker);
        } else {
            release(worker);
        }
    }

    /** The worker died over it, or took too long. */
    void preparationCutShort(PooledWorker worker, Preparation.Attempt attempt, WorkerExit exit) {
        busy.decrementAndGet();
        if (exit.reason() == Reason.SHUTDOWN) {
            preparation.abandoned();
        } else {
            WorkerStartException failure = preparation.ended(worker, attempt, exit);
            log.warn("{}", failure.getMessage());
            if (preparation.deservesAnother(attempt)) {
                prepareLater();
            } else {
                failDemanding(failure);
            }
        }
    }

    private void failDemanding(WorkerStartException failure) {
        if (!preparation.isUnderWay() && supply.workers().stream().noneMatch(PooledWorker::isPrepared)) {
            failAll(queue.demanding(), failure);
        }
        prepareLater();
    }

    private void prepareLater() {
        threads.later(
                () -> {
                    prepareIdle();
                    dispatch();
                },
                preparation.pause());
    }

    /** All that are up are to be prepared, and not more than some at once. */
    private void prepareIdle() {
        if (!settings.prepareEagerly() || isShutdown()) {
            return;
        }
        for (PooledWorker worker : supply.workers()) {
            if (!worker.isPrepared() && idle.take(worker)) {
                prepareSome(List.of(worker));
            }
        }
    }

    // ---- what happens to workers

    /** A worker is up. What is returned tells the listeners so, for which no task need wait. */
    Runnable started(PooledWorker worker, Duration startup) {
        boolean breakerClosed = supply.started();
        statistics.started(worker);
        log.debug(
                "{} - Worker {} (pid {}) is up after {} ms",
                settings.name(),
                worker.id(),
                worker.pid(),
                startup.toMillis());
        WorkerStarted event = new WorkerStarted(worker.id(), worker.pid(), startup);
        workerWatch.begin();
        if (!recycling.standsBy(worker)) {
            park(worker);
            if (preparation.isWanted(0)) {
                prepareIdle();
            }
        }
        dispatch();
        return () -> {
            if (breakerClosed) {
                log.info("{} - Workers can be started again", settings.name());
                tellOfBreaker(new BreakerChanged(false, Duration.ZERO, null));
            }
            listeners.tellOfStart(event);
        };
    }

    /** A worker could not be started. */
    void startFailed(PooledWorker worker, WorkerStartException failure) {
        int inARow = supply.startFailed(worker);
        Duration pause = supply.pause();
        statistics.startFailed(failure);
        PooledWorker unused = recycling.inherit(worker);
        // Also when nobody waits for it: after a shutdown a task may be put back that does.
        threads.later(this::startAgain, pause);
        if (!isShutdown() || !queue.isEmpty()) {
            log.warn("{}", failure.getMessage());
        }
        if (inARow == StartBreaker.OPENS_AFTER) {
            // Before those who wait; a listener that waits for one of them waits until the next start is tried.
            tellOfBreaker(new BreakerChanged(true, pause, failure));
        }
        failWaiting(failure);
    }

    /** Starts workers for those who wait; if the breaker is open one in any case, which closes it if it comes up. */
    private void startAgain() {
        dispatch();
        if (!isShutdown()) {
            supply.probe();
        }
    }

    /** A worker replied and can take the next task, if it has none. */
    void release(PooledWorker worker) {
        if (worker.current() != null) {
            goOn(worker);
            return;
        }
        if (leavesAsSurplus(worker) || recycling.leaves(worker)) {
            busy.decrementAndGet();
        } else {
            List<PendingTask<?>> next = isStopping() ? List.of() : prefetch.next(worker);
            if (!next.isEmpty() && give(worker, next)) {
                settle();
                return;
            }
            busy.decrementAndGet();
            park(worker);
        }
        dispatch();
    }

    /** A worker goes on with a task that it has already. */
    private void goOn(PooledWorker worker) {
        promoted(worker);
        if (isStopping()) {
            lifecycle.stopTaskOf(worker);
        } else if (supply.hasSurplus() || recycling.isDue(worker)) {
            worker.recall();
        } else {
            List<PendingTask<?>> more = prefetch.more(worker);
            if (!more.isEmpty()) {
                boolean unused = give(worker, more);
            }
        }
        settle();
    }

    /**
     * A worker will not begin some of its tasks.
     *
     * @param tasks in the order in which it had them
     * @param first the one it was to run first
     */
    void givenBack(PooledWorker worker, List<PendingTask<?>> tasks, @Nullable PendingTask<?> first) {
        for (int i = tasks.size() - 1; i >= 0; i--) {
            putBack(tasks.get(i), worker, tasks.get(i) != first);
        }
        PendingTask<?> current = worker.current();
        if (current == null) {
            if (!tasks.isEmpty()) {
                release(worker);
            }
        } else if (current != first) {
            promoted(worker);
        }
        dispatch();
    }

    /** A worker replied that it is not well. Its replacement starts before it ends. */
    void retire(PooledWorker worker, List<PendingTask<?>> notBegun) {
        for (int i = notBegun.size() - 1; i >= 0; i--) {
            putBack(notBegun.get(i), worker, true);
        }
        retire(worker);
    }

    private void retire(PooledWorker worker) {
        busy.decrementAndGet();
        worker.leave(Reason.UNHEALTHY);
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

    /**
     * A worker is gone and nothing of it is left.
     *
     * @param lost the tasks that it had, in the order in which it ran them
     * @param told whether it has been said already what happened
     */
    void gone(PooledWorker worker, WorkerExit exit, List<LostTask> lost, boolean told) {
        statistics.exited(exit);
        supply.slots().exited(worker.lastSlot(), exit);
        log.debug("{} - Gone: {}", settings.name(), exit);
        if (exit.reason() == Reason.CRASHED && !told) {
            log.warn(
                    "{} - Worker {} (pid {}) crashed with {} {}. {}",
                    settings.name(),
                    exit.workerId(),
                    exit.pid(),
                    exit.describe(),
                    lost.isEmpty() ? "while it had no task" : lost.get(0).when(),
                    exit.advice());
        }
        // The task is back in the queue, if that is where it goes, before the pool may take itself for drained; what
        // completes it comes last, since that runs user code.
        Queue<Runnable> verdicts = new ConcurrentLinkedQueue<>();
        for (int i = lost.size() - 1; i >= 0; i--) {
            sentence(lost.get(i), worker, exit, verdicts);
        }
        if (!lost.isEmpty()) {
            busy.decrementAndGet();
        }
        idle.forget(worker);
        dispatch();
        listeners.tellOfExit(exit);
        // Last, so that who waits for the end of the pool has been told of every worker.
        supply.workers().remove(worker);
        settle();
        Runnable first = verdicts.poll();
        threads.completeAll(verdicts);
        if (first != null) {
            first.run();
        }
    }

    private void sentence(LostTask lost, PooledWorker worker, WorkerExit exit, Queue<Runnable> verdicts) {
        PendingTask<?> task = lost.task();
        if (lost.wasAhead()) {
            queue.noLongerAhead();
        }
        if (lost.isInnocent() && !isStopping() && exit.reason() != Reason.SHUTDOWN) {
            boolean unused = waitAgain(task, worker);
            return;
        }
        Runnable verdict = judge(lost, worker, exit);
        if (verdict != null) {
            outcomes.ending(task);
            verdicts.add(() -> {
                verdict.run();
                outcomes.ended(task);
            });
        }
    }

    /** User code is about to hold a reading thread: look soon whether it still does. */
    void watchReaders() {
        readerWatch.set();
    }

    // ---- size and shutdown

    void start() {
        listeners.observe(this);
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
        lifecycle.shutdown();
    }

    List<Runnable> shutdownNow() {
        return lifecycle.shutdownNow();
    }

    void close() {
        lifecycle.close();
    }

    @Override
    public boolean isShutdown() {
        return lifecycle.isShutdown();
    }

    boolean isStopping() {
        return lifecycle.isStopping();
    }

    boolean isTerminated() {
        return lifecycle.isTerminated();
    }

    boolean awaitTermination(long nanos) throws InterruptedException {
        return lifecycle.awaitTermination(nanos);
    }

    /** Lets in who waits for room, and ends the pool, as far as it is shut down and drained. */
    void settle() {
        admission.roomMayHaveCome();
        lifecycle.settle();
    }

    // ---- observation

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public ProcessExecutorStats stats() {
        return statistics.stats();
    }

    @Override
    public List<WorkerInfo> workers() {
        return statistics.workers();
    }

    @Override
    public List<WorkerExit> lastExits() {
        return statistics.lastExits();
    }

    @Override
    public Optional<WorkerStartException> startFailure() {
        return statistics.startFailure();
    }

    // ---- what may be asked of it

    @Override
    public Optional<TaskProgress> progress(Future<?> future) {
        return Progressing.progress(future);
    }

    @Override
    public void recycle() {
        supply.workers().forEach(PooledWorker::recycle);
        workerWatch.lookSoon();
        dispatch();
    }

    @Override
    public boolean cancel(long taskId) {
        Stream<PendingTask<?>> running =
                supply.workers().stream().map(PooledWorker::tasksInFlight).flatMap(List::stream);
        return Stream.concat(queue.waiting().stream(), running)
                .filter(task -> task.id() == taskId && !task.isDone())
                .findFirst()
                .map(task -> task.future().cancel(true))
                .orElse(false);
    }

    /** The state of the pool as messages tell it. */
    String describe() {
        return statistics.describe();
    }

    // ---- inside

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

    private void tellOfBreaker(BreakerChanged event) {
        listeners.tell(listener -> listener.onBreakerChanged(event));
    }

    /** Decides what becomes of the task whose worker died; what is returned tells the caller, if it is not run again. */
    private @Nullable Runnable judge(LostTask lost, PooledWorker worker, WorkerExit exit) {
        PendingTask<?> task = lost.task();
        Duration overrun = task.overrun();
        if (overrun != null) {
            return () -> outcomes.ranTooLong(task, worker, overrun, List.of());
        }
        if (isStopping() || exit.reason() == Reason.SHUTDOWN) {
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

    /** Nobody waits for a worker while none can be started. */
    private void failWaiting(WorkerStartException cause) {
        if (supply.isBreakerOpen() && supply.up() == 0) {
            failAll(queue.waiting(), cause);
        }
        settle();
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
