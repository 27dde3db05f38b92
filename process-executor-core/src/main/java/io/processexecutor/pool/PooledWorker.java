package io.processexecutor.pool;

import io.processexecutor.RunningTask;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerStartException;
import io.processexecutor.WorkerVitals;
import io.processexecutor.internal.process.WorkerLauncher;
import io.processexecutor.internal.process.WorkerProcess;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Cancel;
import io.processexecutor.internal.protocol.Message.Recall;
import io.processexecutor.internal.protocol.StatusPage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker of the pool, from before its launch until after its end. A thread of its own launches it and then reads its
 * replies.
 */
final class PooledWorker {

    private static final Logger log = LoggerFactory.getLogger(PooledWorker.class);

    /** How long a worker that was asked to end may take, its shutdown hooks included, and then again after SIGTERM. */
    private static final Duration LEAVE_GRACE = Duration.ofSeconds(5);

    private static final Duration TERMINATE_GRACE = Duration.ofMillis(800);

    /** How long a worker that is to be killed may take to give back what it has not begun, a step and how many. */
    private static final Duration RECALL_WAIT = Duration.ofMillis(10);

    private static final int RECALL_WAITS = 20;

    private final int id;
    private final WorkerPool pool;
    private final WorkerLauncher launcher;
    private final long createdNanos = System.nanoTime();
    private final HeartbeatCheck heart = new HeartbeatCheck();
    private final LogReplay logs;

    private final Pace pace = new Pace();
    private final WorkerState state;
    private final Replies replies;
    private final Aftermath aftermath;

    private volatile @Nullable WorkerProcess process;
    private volatile @Nullable ReplyReader reader;
    private volatile Duration startup = Duration.ZERO;
    private volatile boolean recycled;
    private volatile boolean toBeKilled;

    PooledWorker(int id, int slot, WorkerPool pool, WorkerLauncher launcher) {
        this.id = id;
        this.state = new WorkerState(slot);
        this.pool = pool;
        this.launcher = launcher;
        this.replies = new Replies(this, pool);
        this.aftermath = new Aftermath(this, pool);
        this.logs = pool.logReplay(this);
    }

    int id() {
        return id;
    }

    WorkerState state() {
        return state;
    }

    Pace pace() {
        return pace;
    }

    void start() {
        startThread(this::launch);
    }

    void startThread(Runnable work) {
        Thread thread = new Thread(work, pool.settings().name() + "-worker-" + id);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Sends tasks to this reserved worker, or to one that has some already, without blocking. Not for two threads at once.
     *
     * @return those that it did not get: all if it died meanwhile, and those that were done between claim and here
     */
    List<PendingTask<?>> run(List<PendingTask<?>> given) {
        if (!state.accept(given)) {
            return given;
        }
        try {
            return sendAccepted(given);
        } catch (Throwable e) {
            // They are its own now, and its end decides what becomes of them.
            kill(Reason.UNHEALTHY);
            Shortage.tell(log, Mishap.TASKS_NOT_SENT, e);
            return List.of();
        }
    }

    private List<PendingTask<?>> sendAccepted(List<PendingTask<?>> given) {
        List<Message> messages = new ArrayList<>(given.size());
        List<PendingTask<?>> unsent = List.of();
        for (PendingTask<?> task : given) {
            // Only now: who ends the task from here on finds that this worker has it.
            Message message = task.toMessage();
            if (message != null) {
                messages.add(message);
            } else if (state.takeOut(task)) {
                unsent = unsent.isEmpty() ? new ArrayList<>() : unsent;
                unsent.add(task);
            }
        }
        send(messages);
        return unsent;
    }

    /** Asks for all tasks back that it has not begun. */
    void recall() {
        List<Long> ids = state.beginRecall();
        if (!ids.isEmpty()) {
            send(new Recall(ids));
        }
    }

    /** Asks for a task back, unless it may run already. */
    void recall(PendingTask<?> task) {
        if (state.isAhead(task)) {
            send(new Recall(List.of(task.id())));
        }
    }

    /**
     * Has this reserved worker run what comes before a task that needs a prepared one.
     *
     * @param tooLong what to do when its time is over
     * @return false if the worker died meanwhile
     */
    boolean prepare(Preparation.Attempt begun, Message.Run action, Runnable tooLong) {
        if (!state.beginPreparation(begun)) {
            return false;
        }
        try {
            send(action);
            pool.threads().later(tooLong, pool.settings().preparationTimeout());
        } catch (Throwable e) {
            // Its end is that of the preparation, too, which might else take for ever.
            kill(Reason.UNHEALTHY);
            Shortage.tell(log, Mishap.PREPARATION_NOT_SENT, e);
        }
        return true;
    }

    /** The last lines of its standard error so far. */
    List<String> lastOutput() {
        WorkerProcess alive = process;
        return alive == null ? List.of() : alive.lastOutput();
    }

    /** Interrupts the task, and kills the worker if the task does not end within the grace. Once for each task. */
    void stop(PendingTask<?> task, Reason reason) {
        if (!state.beginStop(task)) {
            return;
        }
        try {
            send(new Cancel(task.id()));
            pool.threads()
                    .later(
                            () -> killIfStuckIn(task, reason, RECALL_WAITS),
                            pool.settings().cancelGrace());
        } catch (Throwable e) {
            // Else the task might run for ever.
            kill(reason);
            Shortage.tell(log, Mishap.TASK_NOT_STOPPED, e);
        }
    }

    /** Lets a reserved worker go: it ends by itself, and is killed if it does not. */
    void leave(Reason reason) {
        if (!state.beginLeaving(reason)) {
            return;
        }
        try {
            log.debug("{} - Worker {} leaves: {}", pool.settings().name(), id, reason);
            pool.slotFreed(this);
            send(new Message.Bye());
            pool.threads().later(this::terminate, LEAVE_GRACE);
            if (pool.isStopping()) {
                hurry();
            }
        } catch (Throwable e) {
            kill(reason);
            Shortage.tell(log, Mishap.LEAVE_NOT_ASKED, e);
        }
    }

    /** If it is leaving, it may take no longer to end than a task that is told to, since the pool is being stopped. */
    void hurry() {
        if (!state.beginHurry()) {
            return;
        }
        try {
            Duration grace = pool.settings().cancelGrace();
            pool.threads().later(this::terminate, grace.compareTo(TERMINATE_GRACE) < 0 ? TERMINATE_GRACE : grace);
        } catch (Throwable e) {
            kill(Reason.SHUTDOWN);
            Shortage.tell(log, Mishap.NOT_HURRIED, e);
        }
    }

    /** Kills it at once. */
    void kill(Reason reason) {
        state.doom(reason);
        killNow();
    }

    /** If it was to be killed, and that did not work: without a file descriptor, for example, the system kills nothing. */
    void killAgain() {
        if (toBeKilled && !state.isGone()) {
            killNow();
        }
    }

    /** Never fails: whoever has it killed has more to do. */
    private void killNow() {
        toBeKilled = true;
        WorkerProcess alive = process;
        if (alive == null) {
            return;
        }
        try {
            alive.kill();
        } catch (Throwable e) {
            // It is killed again.
            Shortage.tell(log, Mishap.NOT_KILLED, e);
        }
    }

    HeartbeatCheck heart() {
        return heart;
    }

    LogReplay logs() {
        return logs;
    }

    /** How long it took to come up. */
    Duration startup() {
        return startup;
    }

    Duration uptime() {
        WorkerProcess alive = process;
        return alive == null ? Duration.ofNanos(System.nanoTime() - createdNanos) : alive.uptime();
    }

    /** What it is doing, for those who want to see; nothing if it is gone. */
    Optional<WorkerInfo> info(Slots slots) {
        WorkerState.View view = state.view();
        if (view == null) {
            return Optional.empty();
        }
        WorkerProcess alive = process;
        return Optional.of(new WorkerInfo(
                view.slot(),
                id,
                Math.max(0, pid()),
                view.state(),
                uptime(),
                Optional.ofNullable(state.preparationTook()),
                view.tasks(),
                alive == null ? WorkerVitals.UNKNOWN : alive.vitals(),
                Optional.ofNullable(view.current()).map(this::running),
                Optional.ofNullable(slots.lastExit(view.slot()))));
    }

    /** Whether it may begin a task yet that it was sent. */
    boolean mayBegin(PendingTask<?> task) {
        StatusPage.Snapshot status = status();
        return state.holds(task) && status != null && !status.hasBegun(task.id(), task.attempt());
    }

    private RunningTask running(PendingTask<?> task) {
        StatusPage.Snapshot status = status();
        boolean begun = status != null && status.hasBegun(task.id(), task.attempt());
        long nanos = status != null && begun ? Math.max(0, System.nanoTime() - status.beganNanos()) : 0;
        return new RunningTask(
                task.id(), task.options().label(), Duration.ofNanos(nanos), Optional.ofNullable(task.progress()));
    }

    /** It is to be replaced by a fresh one as soon as that may be. */
    void recycle() {
        recycled = true;
    }

    boolean isToBeRecycled() {
        return recycled;
    }

    StatusPage.@Nullable Snapshot status() {
        WorkerProcess alive = process;
        return alive == null ? null : alive.status();
    }

    long pid() {
        WorkerProcess alive = process;
        return alive == null ? -1 : alive.pid();
    }

    /** As {@link Replies#receive}. */
    @Nullable
    Runnable receive(Message message) throws IOException {
        return replies.receive(message);
    }

    /** The worker is gone, or nothing it says can be trusted any more. Judged once, by the thread that read. */
    void connectionEnded(Throwable end) {
        WorkerProcess dead = process;
        if (dead != null) {
            aftermath.begin(dead, end);
        }
    }

    /** User code is about to run on the thread that reads. */
    void watchReader() {
        pool.watchReaders();
    }

    /** Returns whether user code holds the thread that reads. */
    boolean relieveReader() {
        ReplyReader current = reader;
        return current != null && current.relieve();
    }

    @Override
    public String toString() {
        return "worker " + id + " (pid " + pid() + ")";
    }

    private void launch() {
        WorkerProcess launched;
        try {
            launched = launcher.launch(id, launching -> pool.introduce(launching, logs));
        } catch (Throwable e) {
            notStarted(e);
            return;
        }
        process = launched;
        ReplyReader itsReader;
        Runnable news;
        try {
            itsReader = new ReplyReader(this, launched.connection());
            reader = itsReader;
            startup = launched.uptime();
            news = pool.started(this, startup);
        } catch (Throwable e) {
            connectionEnded(e);
            return;
        }
        itsReader.begin(news);
    }

    private void notStarted(Throwable why) {
        long until = Shortage.longest();
        while (true) {
            try {
                pool.startFailed(
                        this,
                        why instanceof WorkerStartException known
                                ? known
                                : WorkerSupply.notStarted(pool.settings().name(), this, why));
                return;
            } catch (Throwable e) {
                if (!Shortage.mayPass(e, until)) {
                    Shortage.tell(log, Mishap.START_FAILURE_LOST, e);
                    return;
                }
            }
        }
    }

    /** Makes it free for the next task, or lets it go. Whatever fails here must not lose the reply that was read. */
    void free(boolean unhealthy) {
        try {
            if (unhealthy) {
                pool.dispatcher().retire(this, state.drain());
            } else {
                pool.dispatcher().release(this);
            }
        } catch (Throwable e) {
            kill(Reason.UNHEALTHY);
            Shortage.tell(log, Mishap.CANNOT_GO_ON, e);
        }
    }

    private void drain(WorkerProcess alive) {
        try {
            alive.connection().drain();
        } catch (Throwable e) {
            unwritable(e);
        }
    }

    /** A worker that cannot be told anything must end; for one that ended already this does nothing. */
    private void unwritable(Throwable failure) {
        killNow();
        if (log.isDebugEnabled()) {
            Shortage.tell(log, Mishap.NOT_WRITTEN, failure);
        }
    }

    /** Sends without ever blocking. */
    void send(Message message) {
        send(List.of(message));
    }

    /** A failed write decides nothing: the thread that reads will see the end, after what arrived before it. */
    private void send(List<Message> messages) {
        WorkerProcess alive = process;
        if (alive == null) {
            return;
        }
        Connection connection = alive.connection();
        try {
            if (!connection.offer(messages)) {
                pool.threads().write(() -> drain(alive));
            }
        } catch (Throwable e) {
            unwritable(e);
        }
    }

    private void killIfStuckIn(PendingTask<?> task, Reason reason, int patience) {
        if (state.isGone() || !state.holds(task)) {
            return;
        }
        if (state.isAhead(task) || (state.ahead() > 0 && patience > 0)) {
            // Should it end at the last moment, the worker must not begin another one to die with.
            // What was sent ahead comes back, or its turn comes.
            recall();
            pool.threads().later(() -> killIfStuckIn(task, reason, patience - 1), RECALL_WAIT);
            return;
        }
        if (!state.doomWith(task, reason)) {
            return;
        }
        pool.slotFreed(this);
        terminate();
        log.info(
                "{} - Worker {} (pid {}) is killed: its {} was told to stop and did not",
                pool.settings().name(),
                id,
                pid(),
                task);
    }

    private void terminate() {
        WorkerProcess alive = process;
        if (alive == null || state.isGone()) {
            return;
        }
        try {
            alive.terminate();
            pool.threads().later(this::killNow, TERMINATE_GRACE);
        } catch (Throwable e) {
            killNow();
            Shortage.tell(log, Mishap.END_NOT_ASKED, e);
        }
    }
}
