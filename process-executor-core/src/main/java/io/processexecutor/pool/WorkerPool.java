package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.ProcessPool;
import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSerializer;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerStartException;
import io.processexecutor.event.WorkerStarted;
import io.processexecutor.internal.files.SharedFiles;
import io.processexecutor.internal.logging.LogTargets;
import io.processexecutor.internal.process.WorkerProcess;
import io.processexecutor.internal.protocol.PayloadFiles;
import io.processexecutor.internal.sharing.SharedObjects;
import io.processexecutor.serialization.ExecutorSerializers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private static final int SUBMITTERS_KEPT = 250;

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
    private final PayloadFiles payloads;
    private final IdleWorkers idle;
    private final Recycling recycling;
    private final WorkerWatch workerWatch;
    private final PoolStatistics statistics;
    private final BreakerNews breakerNews;
    private final Alarm readerWatch;
    private final Preparation preparation;
    private final PreparedWorkers preparedWorkers;
    private final Dispatcher dispatcher;
    private final Verdicts verdicts;
    private final SharedObjects shared;
    private final Encoding encoding;

    private final Admission admission;
    private final PoolLifecycle lifecycle;
    private final TaskQueue queue = new TaskQueue();

    /** Workers that are reserved for a task, have one, or lost one whose fate is not decided yet. */
    private final AtomicInteger busy = new AtomicInteger();

    private final Stragglers stragglers = new Stragglers();

    private final BriefWait briefWait = new BriefWait(busy);

    WorkerPool(PoolSettings settings) {
        Shortage.expect();
        this.settings = settings;
        this.serializers = ExecutorSerializers.of(settings.serialization());
        this.serializer = serializers.configured(settings.serializer());
        this.initializer = WorkerInitializer.of(settings, serializers);
        this.listeners = new Listeners(settings.name(), settings.listeners());
        this.payloads = PayloadFiles.ofParent(this::sharedFiles);
        this.outcomes = new TaskOutcomes(settings, listeners, queue, payloads);
        this.threads = new PoolThreads(settings.name());
        this.deadlines = new Deadlines(settings, threads, outcomes, this);
        TaskRequest prepares = Preparation.encoded(settings, serializers);
        this.supply = new WorkerSupply(
                settings,
                serializers,
                new PoolRehearsals(settings, serializers, initializer, prepares, outcomes),
                this);
        this.idle = new IdleWorkers(settings.idleTimeout(), supply, threads);
        this.preparation = new Preparation(this, prepares);
        this.statistics = new PoolStatistics(supply, outcomes, queue, preparation, busy, settings.queueCapacity());
        this.breakerNews = new BreakerNews(supply, statistics, listeners);
        this.recycling = new Recycling(settings, supply, idle, statistics);
        this.workerWatch = new WorkerWatch(this, supply, recycling, threads, logTargets);
        this.admission = new Admission(settings, queue, supply, outcomes, statistics, busy);
        this.lifecycle = new PoolLifecycle(
                settings, threads, queue, admission, outcomes, supply, idle, recycling, listeners, busy);
        this.readerWatch = new Alarm(threads, this::relieveReaders, Duration.ofNanos(ReplyReader.PATIENCE_NANOS));
        this.preparedWorkers = new PreparedWorkers(this, preparation, queue, supply, idle, listeners, busy);
        this.dispatcher = new Dispatcher(this, queue, supply, idle, recycling, preparedWorkers, busy);
        this.verdicts = new Verdicts(this, dispatcher, queue, supply, idle, statistics, listeners, busy);
        this.shared = new SharedObjects(settings.name(), supply.storage(), this::isShutdown);
        this.encoding = new Encoding(serializers, settings.carriers(), payloads, shared.scope());
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

    /** Whether where a task was submitted is remembered, which takes more memory than a small task itself. */
    boolean keepsSubmitters() {
        return queue.size() < SUBMITTERS_KEPT;
    }

    /** What tasks are encoded with. */
    Encoding encoding() {
        return encoding;
    }

    /** Where large payloads are. */
    PayloadFiles payloads() {
        return payloads;
    }

    private @Nullable SharedFiles sharedFiles() {
        return supply.sharedFiles();
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

    /** What tasks find in their workers without bringing it along. */
    SharedObjects shared() {
        return shared;
    }

    PoolThreads threads() {
        return threads;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    PreparedWorkers preparedWorkers() {
        return preparedWorkers;
    }

    Verdicts verdicts() {
        return verdicts;
    }

    BriefWait briefWait() {
        return briefWait;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    // ---- tasks

    /** Accepts a task, once there is room for it. */
    void submit(PendingTask<?> task) {
        admission.admit(task);
        try {
            deadlines.queued(task);
            dispatcher.dispatch();
        } catch (Throwable e) {
            // Who is told that it failed may submit it once more: so it is either taken, or nobody runs it.
            if (queue.remove(task)) {
                outcomes.rejected(task);
                throw e;
            }
            Shortage.tell(log, Mishap.AFTER_SUBMISSION_FAILED, e);
        }
        if (isShutdown() && queue.remove(task)) {
            settle();
            throw admission.rejected(task, "it is shut down");
        }
    }

    /**
     * A task's future is being completed from outside; before that runs anybody's code, the task is dealt with. Whatever this
     * throws, the future must be completed now.
     */
    void abandon(PendingTask<?> task, Object had, boolean interrupt) {
        PooledWorker worker = had instanceof PooledWorker itsWorker ? itsWorker : null;
        if (worker != null && !interrupt) {
            task.mayRunOn();
        }
        // Where there is no memory even to tell of it, the rest is done all the same.
        try {
            noteEnding(task);
        } finally {
            try {
                // Not before it is noted: else the pool may have terminated while its future is not done.
                if (worker == null) {
                    queue.left();
                }
                letGoOf(task);
            } finally {
                tellOfEnd(task, worker, interrupt);
            }
        }
    }

    private void noteEnding(PendingTask<?> task) {
        try {
            outcomes.ending(task);
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.ENDING_NOT_NOTED, e);
        }
    }

    private static void letGoOf(PendingTask<?> task) {
        try {
            task.forgetRequest();
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.REQUEST_KEPT, e);
        }
    }

    private void tellOfEnd(PendingTask<?> task, @Nullable PooledWorker worker, boolean interrupt) {
        try {
            if (worker == null) {
                settle();
            } else if (interrupt) {
                worker.stop(task, Reason.CANCELLED);
            } else {
                worker.recall(task);
            }
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.ABANDONED_UNTOLD, e);
        }
    }

    /** Its future is complete now. Never fails. */
    void abandoned(PendingTask<?> task, Object had) {
        try {
            outcomes.abandoned(task);
            if (had instanceof PooledWorker worker && !worker.state().holds(task)) {
                // It replied, or died, before the future was complete, and so did not let go of what was sent with the
                // task.
                task.releasePayload();
            }
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.TASK_END_UNTOLD, e);
        }
    }

    /** There was no memory to complete a future. */
    void completeLater(TaskFuture<?> future) {
        stragglers.add(future);
        try {
            workerWatch.begin();
        } catch (Throwable e) {
            // Then whoever settles next completes it.
        }
    }

    /** Whether there are futures that there was no memory to complete. */
    boolean hasStragglers() {
        return !stragglers.isNone();
    }

    // ---- what happens to workers

    /** A worker is up. What is returned tells the listeners so, for which no task need wait. */
    Runnable started(PooledWorker worker, Duration startup) {
        boolean breakerClosed = supply.started();
        statistics.started();
        log.debug(
                "{} - Worker {} (pid {}) is up after {} ms",
                settings.name(),
                worker.id(),
                worker.pid(),
                startup.toMillis());
        WorkerStarted event = new WorkerStarted(worker.id(), worker.pid(), startup);
        workerWatch.begin();
        if (!recycling.standsBy(worker)) {
            statistics.tookSlot(worker.state().slot());
            dispatcher.park(worker);
            if (preparation.isWanted(0)) {
                preparedWorkers.prepareIdle();
            }
        }
        dispatcher.dispatch();
        return () -> {
            if (breakerClosed) {
                log.info("{} - Workers can be started again", settings.name());
                breakerNews.changed();
            }
            listeners.tellOfStart(event);
        };
    }

    /** A worker could not be started. If this fails it may be called again, and that still counts as one. */
    void startFailed(PooledWorker worker, WorkerStartException failure) {
        if (worker.state().failStart()) {
            // First, so that the cause is known when the breaker opens; and that is before the slot is free, since the
            // next one would start at once.
            statistics.startFailed(failure);
            supply.startFailed();
        }
        supply.forget(worker);
        Duration pause = supply.pause();
        PooledWorker unused = recycling.inherit(worker);
        boolean triedAgain = true;
        try {
            // Also when nobody waits for it: after a shutdown a task may be put back that does.
            threads.later(this::startAgain, pause);
        } catch (OutOfMemoryError e) {
            triedAgain = false;
        }
        if (!isShutdown() || !queue.isEmpty()) {
            Shortage.warn(log, failure);
        }
        if (supply.isBreakerOpen()) {
            // Before those who wait; a listener that waits for one of them waits until the next start is tried.
            breakerNews.changed();
        }
        failWaiting(failure, triedAgain);
    }

    /** Starts workers for those who wait; if the breaker is open one in any case, which closes it if it comes up. */
    private void startAgain() {
        dispatcher.dispatch();
        if (!isShutdown()) {
            supply.probe();
        }
    }

    /** A worker counts no more among those there may be; another may start in its place. */
    void slotFreed(PooledWorker worker) {
        boolean freed = supply.freeSlot(worker);
        PooledWorker heir = recycling.inherit(worker);
        if (heir != null) {
            dispatcher.park(heir);
        }
        if (freed || heir != null) {
            dispatcher.dispatch();
        }
    }

    /** A task came to a worker while the pool was being stopped. */
    void stopTaskOf(PooledWorker worker) {
        lifecycle.stopTaskOf(worker);
    }

    /** A task waits again that a worker had. */
    void cameBack(PendingTask<?> task, PooledWorker worker) {
        lifecycle.cameBack(task, worker);
    }

    /** User code is about to hold a reading thread: look soon whether it still does. */
    void watchReaders() {
        readerWatch.set();
    }

    // ---- size and shutdown

    /** Has its listeners observe it, who may take their time; to be called before anybody else can use it. */
    void observe() {
        listeners.observe(this);
    }

    void start() {
        supply.keepMinimum();
    }

    /** Grows at once as far as tasks wait, and shrinks as workers become free. */
    void resize(int workers) {
        supply.slots().resize(workers);
        PooledWorker worker;
        // Somebody else may resize meanwhile, so what counts is not what this caller asked for.
        while (supply.slots().held() > supply.most() && (worker = idle.takeOldest()) != null) {
            dispatcher.park(worker);
        }
        dispatcher.dispatch();
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
        stragglers.complete();
        return lifecycle.isTerminated() && stragglers.isNone();
    }

    boolean awaitTermination(long nanos) throws InterruptedException {
        return lifecycle.awaitTermination(nanos);
    }

    /** Lets in who waits for room, and ends the pool, as far as it is shut down and drained. */
    void settle() {
        admission.roomMayHaveCome();
        stragglers.complete();
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
        dispatcher.dispatch();
    }

    @Override
    public boolean cancel(long taskId) {
        Stream<PendingTask<?>> running = supply.workers().stream()
                .map(worker -> worker.state().tasksInFlight())
                .flatMap(List::stream);
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

    /** Nobody waits for a worker while none can be started; one that is being started already may still come up. */
    private void failWaiting(WorkerStartException cause, boolean triedAgain) {
        if ((supply.isBreakerOpen() || !triedAgain) && supply.slots().held() == 0) {
            failAll(queue.waiting(), "started", cause);
        }
        settle();
    }

    /** Fails tasks that wait for a worker of which none can be had, since none can be started or prepared. */
    void failAll(List<PendingTask<?>> waiting, String wanting, WorkerStartException cause) {
        // With room for all: who was made done must be completed.
        List<Runnable> completions = new ArrayList<>(waiting.size());
        try {
            for (PendingTask<?> task : waiting) {
                Runnable completion = outcomes.notServed(task, wanting, cause);
                if (completion != null) {
                    completions.add(completion);
                }
            }
        } finally {
            threads.completeAll(completions);
        }
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
