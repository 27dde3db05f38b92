package io.processexecutor.pool;

import io.processexecutor.RunningTask;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerExit.Reason;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerStartException;
import io.processexecutor.WorkerVitals;
import io.processexecutor.internal.process.WorkerLauncher;
import io.processexecutor.internal.process.WorkerProcess;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.ByeAck;
import io.processexecutor.internal.protocol.Message.Cancel;
import io.processexecutor.internal.protocol.Message.Define;
import io.processexecutor.internal.protocol.Message.Done;
import io.processexecutor.internal.protocol.Message.Failed;
import io.processexecutor.internal.protocol.Message.Interrupting;
import io.processexecutor.internal.protocol.Message.Need;
import io.processexecutor.internal.protocol.Message.Oversized;
import io.processexecutor.internal.protocol.Message.Progress;
import io.processexecutor.internal.protocol.Message.Recall;
import io.processexecutor.internal.protocol.Message.Recalled;
import io.processexecutor.internal.protocol.StatusPage;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
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

    private static final Duration TERMINATE_GRACE = Duration.ofMillis(500);

    /** How long a worker that is to be killed may take to give back what it has not begun, a step and how many. */
    private static final Duration RECALL_WAIT = Duration.ofMillis(10);

    private static final int RECALL_WAITS = 20;

    private enum State {
        STARTING,
        /** Up, and without a slot until the worker that it is to replace leaves. */
        STANDBY,
        IDLE,
        BUSY,
        LEAVING,
        GONE
    }

    private final int id;
    private final WorkerPool pool;
    private final WorkerLauncher launcher;
    private final long createdNanos = System.nanoTime();
    private final HeartbeatCheck heart = new HeartbeatCheck();
    private final LogReplay logs;

    private volatile @Nullable WorkerProcess process;
    private volatile @Nullable ReplyReader reader;
    private volatile long idleSinceNanos;
    private volatile boolean recycled;

    private State state = State.STARTING;
    private final InFlight inFlight = new InFlight();
    private final Pace pace = new Pace();
    private boolean recalling;

    /** The last task that was told to stop. */
    private @Nullable PendingTask<?> stopped;

    private Preparation.@Nullable Attempt attempt;
    private volatile @Nullable Duration preparation;
    private @Nullable Reason exitReason;
    private boolean hurried;
    private int slot;
    private int lastSlot;
    private long tasks;

    PooledWorker(int id, int slot, WorkerPool pool, WorkerLauncher launcher) {
        this.id = id;
        this.slot = slot;
        this.lastSlot = slot;
        this.pool = pool;
        this.launcher = launcher;
        this.logs = pool.logReplay(this);
    }

    int id() {
        return id;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    void start() {
        startThread(this::launch);
    }

    void startThread(Runnable work) {
        Thread thread = new Thread(work, pool.settings().name() + "-worker-" + id);
        thread.setDaemon(true);
        thread.start();
    }

    /** Makes it free for a task. */
    synchronized boolean becomeIdle() {
        if (state == State.LEAVING || state == State.GONE) {
            return false;
        }
        state = State.IDLE;
        idleSinceNanos = System.nanoTime();
        return true;
    }

    synchronized boolean isIdle() {
        return state == State.IDLE;
    }

    /** Whether it has a slot and is not up yet. */
    synchronized boolean isStarting() {
        return state == State.STARTING && slot != Slots.NONE;
    }

    /** It did not come up; from here on it takes no slot. */
    synchronized void neverStarted() {
        state = State.GONE;
    }

    /** It is up, and another that it is to replace is not done yet. */
    synchronized void becomeStandby() {
        if (state == State.STARTING) {
            state = State.STANDBY;
        }
    }

    synchronized boolean isStandby() {
        return state == State.STANDBY;
    }

    /** Takes it out of the idle ones, for a task or to let it go. */
    synchronized boolean reserve() {
        if (state != State.IDLE) {
            return false;
        }
        state = State.BUSY;
        return true;
    }

    /**
     * Sends tasks to this reserved worker, or to one that has some already, without blocking. Not for two threads at once.
     *
     * @return those that it did not get: all if it died meanwhile, and those that were done between claim and here
     */
    List<PendingTask<?>> run(List<PendingTask<?>> given) {
        synchronized (this) {
            if (state != State.BUSY) {
                return given;
            }
            inFlight.add(given);
            tasks += given.size();
        }
        List<Message> messages = new ArrayList<>(given.size());
        List<PendingTask<?>> unsent = List.of();
        for (PendingTask<?> task : given) {
            // Only now: who ends the task from here on finds that this worker has it.
            Message message = task.toMessage();
            if (message != null) {
                messages.add(message);
            } else if (takeOut(task)) {
                unsent = unsent.isEmpty() ? new ArrayList<>() : unsent;
                unsent.add(task);
            }
        }
        send(messages);
        return unsent;
    }

    /** Returns whether it was still there; if not, the worker died meanwhile, and with it the task is accounted for. */
    private synchronized boolean takeOut(PendingTask<?> task) {
        if (inFlight.remove(task.id()) == null) {
            return false;
        }
        tasks--;
        return true;
    }

    Pace pace() {
        return pace;
    }

    /** How many tasks it has beyond the one that it runs. */
    synchronized int ahead() {
        return inFlight.ahead();
    }

    synchronized boolean isRecalling() {
        return recalling;
    }

    /** Asks for all tasks back that it has not begun. */
    void recall() {
        List<Long> ids;
        synchronized (this) {
            ids = inFlight.aheadIds();
            if (ids.isEmpty() || recalling) {
                return;
            }
            recalling = true;
        }
        send(new Recall(ids));
    }

    /** Asks for a task back, unless it may run already. */
    void recall(PendingTask<?> task) {
        synchronized (this) {
            if (inFlight.current() == task || !inFlight.contains(task)) {
                return;
            }
        }
        send(new Recall(List.of(task.id())));
    }

    /** Whether it may have any task there is. */
    boolean isPrepared() {
        return preparation != null;
    }

    /**
     * Has this reserved worker run what comes before a task that needs a prepared one.
     *
     * @return false if the worker died meanwhile
     */
    boolean prepare(Preparation.Attempt begun, Message.Run action) {
        synchronized (this) {
            if (state != State.BUSY) {
                return false;
            }
            attempt = begun;
        }
        send(action);
        return true;
    }

    synchronized boolean isPreparing(Preparation.Attempt begun) {
        return attempt == begun;
    }

    synchronized boolean isPreparing() {
        return attempt != null;
    }

    /** The last lines of its standard error so far. */
    List<String> lastOutput() {
        WorkerProcess alive = process;
        return alive == null ? List.of() : alive.lastOutput();
    }

    /** Interrupts the task, and kills the worker if the task does not end within the grace. Once for each task. */
    void stop(PendingTask<?> task, Reason reason) {
        synchronized (this) {
            if (!inFlight.contains(task) || stopped == task) {
                return;
            }
            stopped = task;
        }
        send(new Cancel(task.id()));
        pool.threads()
                .later(
                        () -> killIfStuckIn(task, reason, RECALL_WAITS),
                        pool.settings().cancelGrace());
    }

    /** Lets a reserved worker go: it ends by itself, and is killed if it does not. */
    void leave(Reason reason) {
        synchronized (this) {
            if (state == State.LEAVING || state == State.GONE) {
                return;
            }
            state = State.LEAVING;
            exitReason = reason;
        }
        log.debug("{} - Worker {} leaves: {}", pool.settings().name(), id, reason);
        pool.slotFreed(this);
        send(new Message.Bye());
        pool.threads().later(this::terminate, LEAVE_GRACE);
        if (pool.isStopping()) {
            hurry();
        }
    }

    /** If it is leaving, it may take no longer to end than a task that is told to, since the pool is being stopped. */
    void hurry() {
        synchronized (this) {
            if (state != State.LEAVING || hurried) {
                return;
            }
            hurried = true;
        }
        Duration grace = pool.settings().cancelGrace();
        pool.threads().later(this::terminate, grace.compareTo(TERMINATE_GRACE) < 0 ? TERMINATE_GRACE : grace);
    }

    /** Kills it at once. */
    void kill(Reason reason) {
        synchronized (this) {
            if (exitReason == null) {
                exitReason = reason;
            }
        }
        WorkerProcess alive = process;
        if (alive != null) {
            alive.kill();
        }
    }

    /** Its place among the workers; {@link Slots#NONE} if it has none (any more), for example since it is leaving. */
    synchronized int slot() {
        return slot;
    }

    /** Gives it a slot, unless it needs none any more. */
    synchronized boolean giveSlot(int given) {
        if (state == State.LEAVING || state == State.GONE) {
            return false;
        }
        slot = given;
        lastSlot = given;
        return true;
    }

    /** The slot it had until now, if any: it counts no more among the workers there may be. */
    synchronized int takeAwaySlot() {
        int had = slot;
        slot = Slots.NONE;
        return had;
    }

    /** The slot it had last. */
    synchronized int lastSlot() {
        return lastSlot;
    }

    /** Gives its slot back if there are more workers than there should be; it must leave then. */
    synchronized boolean giveUpSurplus(Slots slots) {
        if (slot == Slots.NONE || !slots.giveBackSurplus(slot)) {
            return false;
        }
        slot = Slots.NONE;
        return true;
    }

    /** How many tasks it was given. */
    synchronized long tasks() {
        return tasks;
    }

    HeartbeatCheck heart() {
        return heart;
    }

    LogReplay logs() {
        return logs;
    }

    Duration uptime() {
        WorkerProcess alive = process;
        return alive == null ? Duration.ofNanos(System.nanoTime() - createdNanos) : alive.uptime();
    }

    /** What it is doing, for those who want to see; nothing if it is gone. */
    Optional<WorkerInfo> info(Slots slots) {
        int itsSlot;
        WorkerInfo.State itsState;
        PendingTask<?> task;
        long given;
        synchronized (this) {
            if (state == State.GONE) {
                return Optional.empty();
            }
            itsState = WorkerInfo.State.valueOf(state.name());
            itsSlot = slot;
            task = inFlight.current();
            given = tasks;
        }
        WorkerProcess alive = process;
        return Optional.of(new WorkerInfo(
                itsSlot,
                id,
                Math.max(0, pid()),
                itsState,
                uptime(),
                Optional.ofNullable(preparation),
                given,
                alive == null ? WorkerVitals.UNKNOWN : alive.vitals(),
                Optional.ofNullable(task).map(this::running),
                Optional.ofNullable(slots.lastExit(itsSlot))));
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

    @Nullable
    PendingTask<?> current() {
        synchronized (this) {
            return inFlight.current();
        }
    }

    synchronized List<PendingTask<?>> tasksInFlight() {
        return inFlight.all();
    }

    synchronized boolean holds(PendingTask<?> task) {
        return inFlight.contains(task);
    }

    StatusPage.@Nullable Snapshot status() {
        WorkerProcess alive = process;
        return alive == null ? null : alive.status();
    }

    long pid() {
        WorkerProcess alive = process;
        return alive == null ? -1 : alive.pid();
    }

    /**
     * Takes in a message.
     *
     * @return what is left to do once the worker has its next task: to decode and complete, which runs user code
     */
    @Nullable
    Runnable receive(Message message) throws IOException {
        if (isAboutPreparation(message)) {
            return preparationReply(message);
        }
        if (message instanceof Done done) {
            PendingTask<?> task = replied(done.taskId());
            pace.replied(done.timings());
            return completion(task, false, () -> pool.outcomes().succeeded(task, this, done));
        } else if (message instanceof Failed failed) {
            PendingTask<?> task = replied(failed.taskId());
            pace.replied(failed.timings());
            return completion(task, failed.unhealthy(), () -> pool.outcomes().failed(task, this, failed));
        } else if (message instanceof Oversized oversized) {
            PendingTask<?> task = replied(oversized.taskId());
            return completion(task, false, () -> pool.outcomes().resultTooLarge(task, this, oversized.size()));
        } else if (message instanceof Interrupting interrupting) {
            PendingTask<?> task = current();
            return task == null || task.id() != interrupting.taskId()
                    ? null
                    : () -> pool.deadlines().interrupting(task, this, interrupting.stack());
        } else if (message instanceof Progress progress) {
            PendingTask<?> task = current();
            return task == null || task.id() != progress.taskId()
                    ? null
                    : () -> pool.outcomes().progressed(task, progress.progress());
        } else if (message instanceof Need need) {
            PendingTask<?> task = current();
            byte[] definitions =
                    task == null || task.id() != need.taskId() ? new byte[0] : task.definitions(need.names());
            send(new Define(need.taskId(), need.request(), ByteBuffer.wrap(definitions)));
            return null;
        } else if (message instanceof Recalled recalled) {
            recalled(recalled.taskIds());
            return null;
        } else if (message instanceof ByeAck) {
            return null;
        }
        throw new StreamCorruptedException(
                "worker " + id + " sent an unexpected " + message.getClass().getSimpleName());
    }

    /** The worker is gone, or nothing it says can be trusted any more. Judged once, by the thread that read. */
    void connectionEnded(Throwable end) {
        log.debug("{} - The connection to worker {} ended", pool.settings().name(), id, end);
        WorkerProcess dead = process;
        if (dead == null) {
            return;
        }
        List<PendingTask<?>> had;
        Preparation.Attempt cutShort;
        Reason reason;
        synchronized (this) {
            state = State.GONE;
            cutShort = attempt;
            attempt = null;
            had = inFlight.drain();
            reason = exitReason == null ? Reason.CRASHED : exitReason;
        }
        long endedNanos = System.nanoTime();
        had.forEach(PendingTask::cancelRunTimer);
        pool.slotFreed(this);
        if (!(end instanceof IOException) || end instanceof StreamCorruptedException) {
            log.warn(
                    "{} - Worker {} is killed, it cannot be understood: {}",
                    pool.settings().name(),
                    id,
                    end.toString());
            dead.kill();
        }
        WorkerExit exit;
        StatusPage.Snapshot lastStatus = null;
        try {
            exit = dead.awaitExit(reason);
            lastStatus = dead.status();
            dead.release();
            logs.end(lastStatus);
        } catch (RuntimeException | Error e) {
            log.warn("{} - Could not clear up after worker {}", pool.settings().name(), id, e);
            exit = new WorkerExit(
                    id, dead.pid(), reason, null, dead.uptime(), List.of(), null, null, WorkerVitals.UNKNOWN);
        }
        if (cutShort != null) {
            pool.preparationCutShort(this, cutShort, exit);
        }
        pool.gone(this, exit, LostTask.of(had, lastStatus, endedNanos), cutShort != null);
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
        } catch (WorkerStartException e) {
            pool.startFailed(this, e);
            return;
        } catch (Throwable e) {
            pool.startFailed(this, WorkerSupply.notStarted(pool.settings().name(), this, e));
            return;
        }
        ReplyReader itsReader = new ReplyReader(this, launched.connection());
        process = launched;
        reader = itsReader;
        Runnable news;
        try {
            news = pool.started(this, launched.uptime());
        } catch (Throwable e) {
            connectionEnded(e);
            return;
        }
        itsReader.begin(news);
    }

    private static boolean isAboutPreparation(Message message) {
        long taskId = 0;
        if (message instanceof Done done) {
            taskId = done.taskId();
        } else if (message instanceof Failed failed) {
            taskId = failed.taskId();
        } else if (message instanceof Interrupting interrupting) {
            taskId = interrupting.taskId();
        } else if (message instanceof Need need) {
            taskId = need.taskId();
        }
        return taskId == Preparation.ID;
    }

    private @Nullable Runnable preparationReply(Message message) throws IOException {
        Preparation.Attempt begun;
        synchronized (this) {
            begun = attempt;
            if (message instanceof Done || message instanceof Failed) {
                attempt = null;
                preparation = message instanceof Done && begun != null ? begun.age() : null;
            }
        }
        if (begun == null) {
            throw new StreamCorruptedException("worker " + id + " replied to a preparation which it was not given");
        }
        if (message instanceof Need need) {
            byte[] definitions = pool.preparation().definitions(need.names());
            send(new Define(need.taskId(), need.request(), ByteBuffer.wrap(definitions)));
        } else if (message instanceof Interrupting interrupting) {
            begun.interrupting(interrupting.stack());
        } else if (message instanceof Failed failed) {
            return () -> pool.preparationFailed(this, begun, failed);
        } else {
            return pool.prepared(this, begun.age());
        }
        return null;
    }

    private PendingTask<?> replied(long taskId) throws IOException {
        PendingTask<?> task;
        synchronized (this) {
            task = inFlight.ended(taskId);
        }
        if (task == null) {
            throw new StreamCorruptedException(
                    "worker " + id + " replied to task " + taskId + " which it was not given");
        }
        return task;
    }

    private void recalled(List<Long> taskIds) throws IOException {
        List<PendingTask<?>> back = new ArrayList<>(taskIds.size());
        PendingTask<?> before;
        synchronized (this) {
            recalling = false;
            before = inFlight.current();
            for (long taskId : taskIds) {
                PendingTask<?> task = inFlight.remove(taskId);
                if (task == null && state == State.LEAVING) {
                    // It is not well, so all it had was taken from it.
                    continue;
                }
                if (task == null) {
                    throw new StreamCorruptedException(
                            "worker " + id + " gave back task " + taskId + " which it was not given");
                }
                back.add(task);
                tasks--;
            }
        }
        pool.givenBack(this, back, before);
    }

    /** Frees the worker at once; what is left to do is returned, and the pool does not end before its future is done. */
    private Runnable completion(PendingTask<?> task, boolean unhealthy, Runnable rest) {
        pool.outcomes().ending(task);
        free(unhealthy);
        return () -> {
            try {
                rest.run();
            } finally {
                pool.outcomes().ended(task);
            }
        };
    }

    /** Makes it free for the next task, or lets it go. Whatever fails here must not lose the reply that was read. */
    private void free(boolean unhealthy) {
        try {
            if (unhealthy) {
                List<PendingTask<?>> notBegun;
                synchronized (this) {
                    notBegun = inFlight.drain();
                }
                pool.retire(this, notBegun);
            } else {
                pool.release(this);
            }
        } catch (Throwable e) {
            log.error("{} - Worker {} cannot go on", pool.settings().name(), id, e);
            kill(Reason.UNHEALTHY);
        }
    }

    private void drain(WorkerProcess alive) {
        try {
            alive.connection().drain();
        } catch (Throwable e) {
            unwritable(alive, e);
        }
    }

    /** A worker that cannot be told anything must end; for one that ended already this does nothing. */
    private void unwritable(WorkerProcess alive, Throwable failure) {
        log.debug("{} - Could not write to worker {}", pool.settings().name(), id, failure);
        alive.kill();
    }

    /** Sends what needs no answer. */
    void tell(Message message) {
        send(message);
    }

    private void send(Message message) {
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
            unwritable(alive, e);
        }
    }

    private void killIfStuckIn(PendingTask<?> task, Reason reason, int patience) {
        boolean first;
        synchronized (this) {
            if (!inFlight.contains(task) || state == State.GONE) {
                return;
            }
            first = inFlight.ahead() > 0 && patience > 0;
        }
        if (first) {
            // Should it end at the last moment, the worker must not begin another one to die with.
            recall();
            pool.threads().later(() -> killIfStuckIn(task, reason, patience - 1), RECALL_WAIT);
            return;
        }
        synchronized (this) {
            if (inFlight.current() != task || state == State.GONE) {
                return;
            }
            // Should it reply at the last moment, it must not be given another task to die with.
            state = State.LEAVING;
            if (exitReason == null) {
                exitReason = reason;
            }
        }
        pool.slotFreed(this);
        log.info(
                "{} - Worker {} (pid {}) is killed: its {} was told to stop and did not",
                pool.settings().name(),
                id,
                pid(),
                task);
        terminate();
    }

    private void terminate() {
        WorkerProcess alive = process;
        if (alive == null) {
            return;
        }
        synchronized (this) {
            if (state == State.GONE) {
                return;
            }
        }
        alive.terminate();
        pool.threads().later(alive::kill, TERMINATE_GRACE);
    }
}
