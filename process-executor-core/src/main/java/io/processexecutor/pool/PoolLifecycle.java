package io.processexecutor.pool;

import io.processexecutor.WorkerExit.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a pool ends: drained, then stopped, then killed. */
final class PoolLifecycle {

    private static final Logger log = LoggerFactory.getLogger(PoolLifecycle.class);

    private static final Duration STOP_AGAIN = Duration.ofMillis(500);

    /** What the last worker that was killed may take to be gone, its output and files included. */
    private static final Duration KILL_WAIT = Duration.ofSeconds(30);

    /** How long who stops the pool waits for workers to tell which tasks they did not begin; they do so at once. */
    static final Duration RECALL_WAIT = Duration.ofMillis(200);

    private static final Duration RECALL_POLL = Duration.ofNanos(100_000);

    private record Sent(PendingTask<?> task, PooledWorker worker) {}

    private enum State {
        RUNNING,
        SHUTDOWN,
        /** As SHUTDOWN, and no task is wanted any more, wherever it is. */
        STOPPING,
        TERMINATED
    }

    private final PoolSettings settings;
    private final PoolThreads threads;
    private final TaskQueue queue;
    private final Admission admission;
    private final TaskOutcomes outcomes;
    private final EndingTasks ending;
    private final WorkerSupply supply;
    private final IdleWorkers idle;
    private final Recycling recycling;
    private final Listeners listeners;
    private final AtomicInteger busy;

    /** What workers had ahead when they were told to stop it. */
    private final Queue<Sent> stopped = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean closingAside = new AtomicBoolean();
    private final CountDownLatch terminated = new CountDownLatch(1);
    private volatile State state = State.RUNNING;

    /** Whether there was no room to stop all that was to be; who settles next does. */
    private volatile boolean stopAgain;

    PoolLifecycle(
            PoolSettings settings,
            PoolThreads threads,
            TaskQueue queue,
            Admission admission,
            TaskOutcomes outcomes,
            WorkerSupply supply,
            IdleWorkers idle,
            Recycling recycling,
            Listeners listeners,
            AtomicInteger busy) {
        this.settings = settings;
        this.threads = threads;
        this.queue = queue;
        this.admission = admission;
        this.outcomes = outcomes;
        this.ending = outcomes.endingTasks();
        this.supply = supply;
        this.idle = idle;
        this.recycling = recycling;
        this.listeners = listeners;
        this.busy = busy;
    }

    boolean isShutdown() {
        return state != State.RUNNING;
    }

    boolean isStopping() {
        return state == State.STOPPING;
    }

    boolean isTerminated() {
        return terminated.getCount() == 0 && ending.areComplete();
    }

    void shutdown() {
        if (advance(State.RUNNING, State.SHUTDOWN)) {
            log.debug("{} - Shutting down", settings.name());
            admission.close();
            settle();
            if (terminated.getCount() > 0 || !ending.isNone()) {
                threads.keepJvmUntil(this::awaitAll);
            }
        }
        settle();
    }

    List<Runnable> shutdownNow() {
        List<Runnable> neverStarted = stop();
        Set<PendingTask<?>> notBegun = notBegun();
        // One may have come back meanwhile.
        neverStarted.removeIf(notBegun::contains);
        neverStarted.addAll(0, notBegun);
        settle();
        return neverStarted;
    }

    private List<Runnable> stop() {
        boolean stopped = false;
        try {
            List<Runnable> neverStarted = stopAll();
            stopped = true;
            return neverStarted;
        } finally {
            stopAgain = !stopped;
        }
    }

    private List<Runnable> stopAll() {
        shutdown();
        // From here on, who takes a task up again or gives it to a worker stops it.
        boolean unused = advance(State.SHUTDOWN, State.STOPPING);
        List<Runnable> neverStarted = new ArrayList<>();
        // First all are taken, and only then completed: a callback may wait for any other of them.
        List<Runnable> completions = new ArrayList<>();
        try {
            for (PendingTask<?> task : queue.waiting()) {
                if (drop(task, PendingTask.NoWorker.QUEUED, completions)) {
                    neverStarted.add(task);
                }
            }
            for (PooledWorker worker : supply.workers()) {
                stopTaskOf(worker, completions);
                worker.hurry();
            }
            for (PendingTask<?> task : ending.incomplete()) {
                Object owner = task.owner();
                if (drop(task, owner, completions) && owner == PendingTask.NoWorker.QUEUED) {
                    neverStarted.add(task);
                }
            }
        } finally {
            threads.completeAll(completions);
        }
        return neverStarted;
    }

    private void stopOnceMore() {
        stopAgain = false;
        try {
            List<Runnable> unused = stop();
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.NOT_STOPPED, e);
        }
    }

    /** A task came to a worker while the pool was being stopped. */
    void stopTaskOf(PooledWorker worker) {
        List<Runnable> completions = new ArrayList<>();
        try {
            stopTaskOf(worker, completions);
        } finally {
            threads.completeAll(completions);
        }
    }

    /** A task waits again that a worker had: while the pool is being stopped, nobody is to have it. */
    void cameBack(PendingTask<?> task, PooledWorker worker) {
        if (isStopping()) {
            stopped.add(new Sent(task, worker));
            List<Runnable> completions = new ArrayList<>(1);
            drop(task, PendingTask.NoWorker.QUEUED, completions);
            threads.completeAll(completions);
        }
    }

    /** Drains, then stops, then waits for the kills to have worked. */
    void close() {
        shutdown();
        if (listeners.isTelling()) {
            // The pool ends only after its listeners have returned, each of which may close it for each event.
            if (closingAside.compareAndSet(false, true)) {
                threads.complete(this::awaitEnd);
            }
        } else {
            awaitEnd();
        }
    }

    private void awaitEnd() {
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
                    "{} - Stopped {}; {} tasks never started",
                    settings.name(),
                    interrupted ? "since the thread that closes it was interrupted" : "after the shutdown grace",
                    neverStarted.size());
        }
        long deadline =
                System.nanoTime() + PoolThreads.nanos(settings.cancelGrace().plus(KILL_WAIT));
        while (!isTerminated()) {
            if (System.nanoTime() - deadline >= 0) {
                log.warn(
                        "{} - Not waited for any longer: {} and {} futures. A worker may be stuck in the kernel, or a"
                                + " listener not return",
                        settings.name(),
                        supply.workers(),
                        ending.incomplete().size());
                break;
            }
            try {
                if (!awaitTermination(STOP_AGAIN.toNanos())) {
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

    /** Waits for the workers, and for futures whose results arrived and are being decoded. Not for callbacks. */
    boolean awaitTermination(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        if (!terminated.await(nanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        for (PendingTask<?> task : ending.incomplete()) {
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

    /** Waits as well for callbacks, and for those who are told what became of tasks. */
    private void awaitAll() throws InterruptedException {
        terminated.await();
        ending.awaitNone();
    }

    /** Lets idle workers go and ends the pool, as far as it is shut down and drained. */
    void settle() {
        if (stopAgain) {
            stopOnceMore();
        }
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
        for (PooledWorker each : supply.workers()) {
            if (each.state().isPreparing()) {
                // Nobody waits any more for what it is being prepared for.
                each.kill(Reason.SHUTDOWN);
            }
        }
        synchronized (this) {
            // A worker that died may have been reserved for a task, which then goes back to the queue.
            if (state == State.TERMINATED
                    || busy.get() > 0
                    || !queue.isEmpty()
                    || !supply.workers().isEmpty()) {
                return;
            }
            state = State.TERMINATED;
        }
        try {
            end();
        } finally {
            terminated.countDown();
        }
    }

    /** Nobody does any of it again, so no step that fails keeps another from being done. */
    private void end() {
        try {
            supply.close();
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.FILES_LEFT, e);
        }
        try {
            closeThreads();
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.THREADS_LEFT, e);
        }
        try {
            listeners.ended();
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.END_UNTOLD, e);
        }
    }

    private void closeThreads() {
        try {
            // A task whose result is being decoded has a deadline yet.
            ending.whenComplete(threads::close);
        } catch (Throwable e) {
            // That is better lost than threads for ever.
            threads.close();
            throw e;
        }
    }

    private synchronized boolean advance(State from, State to) {
        if (state != from) {
            return false;
        }
        state = to;
        return true;
    }

    private boolean drop(PendingTask<?> task, Object owner, List<Runnable> completions) {
        // In this order: once the task is made done there must be room for what completes it.
        completions.add(PoolLifecycle::isToBeMadeDone);
        Runnable completion = outcomes.dropping(task, owner);
        if (completion == null) {
            completions.remove(completions.size() - 1);
            return false;
        }
        completions.set(completions.size() - 1, completion);
        return true;
    }

    private static void isToBeMadeDone() {}

    /** Of the tasks that workers had ahead when they were told to stop them those that they did not begin. */
    private Set<PendingTask<?>> notBegun() {
        // In the order of submission.
        Set<PendingTask<?>> notBegun = new TreeSet<>(Comparator.comparingLong(PendingTask::id));
        long deadline = System.nanoTime() + RECALL_WAIT.toNanos();
        for (PooledWorker worker : supply.workers()) {
            awaitWhile(() -> worker.state().isGivingBack(), deadline);
        }
        Sent sent;
        while ((sent = stopped.poll()) != null) {
            Sent each = sent;
            awaitWhile(() -> each.worker().mayBegin(each.task()), deadline);
            if (sent.task().isRecalled()) {
                notBegun.add(sent.task());
            }
        }
        return notBegun;
    }

    private static void awaitWhile(BooleanSupplier condition, long deadline) {
        while (condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(RECALL_POLL.toNanos());
        }
    }

    /** Also one that nobody waits for any more, since its future was completed while it was to run on. */
    private void stopTaskOf(PooledWorker worker, List<Runnable> completions) {
        List<PendingTask<?>> tasks = worker.state().tasksInFlight();
        // Backwards: once the first of them ends, the worker must know of the others.
        for (int i = tasks.size() - 1; i >= 0; i--) {
            if (i > 0) {
                // Until it is its turn it counts as waiting.
                stopped.add(new Sent(tasks.get(i), worker));
            }
            drop(tasks.get(i), worker, completions);
            worker.stop(tasks.get(i), Reason.SHUTDOWN);
        }
        if (!tasks.isEmpty()) {
            return;
        }
        if (worker.state().isPreparing()) {
            worker.kill(Reason.SHUTDOWN);
        }
    }
}
