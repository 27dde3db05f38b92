package io.processexecutor.worker;

import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Bye;
import io.processexecutor.internal.protocol.Message.ByeAck;
import io.processexecutor.internal.protocol.Message.Cancel;
import io.processexecutor.internal.protocol.Message.Define;
import io.processexecutor.internal.protocol.Message.Levels;
import io.processexecutor.internal.protocol.Message.Oversized;
import io.processexecutor.internal.protocol.Message.Recall;
import io.processexecutor.internal.protocol.Message.Recalled;
import io.processexecutor.internal.protocol.Message.Release;
import io.processexecutor.internal.protocol.Message.Run;
import io.processexecutor.serialization.shared.KnownHandles;
import java.io.IOException;
import java.util.List;

/**
 * What the parent says, read by the thread whose {@linkplain ReadingTurn turn} it is. The end of the connection means that
 * the parent is gone, and the worker ends at once, busy or not.
 */
final class Commands {

    private final Connection connection;
    private final ReadingTurn turn;
    private final WaitingTasks waiting;
    private final Interruption interruption;
    private final ClassRequests classes;
    private final WorkerLogs logs;

    Commands(
            Connection connection,
            ReadingTurn turn,
            WaitingTasks waiting,
            Interruption interruption,
            ClassRequests classes,
            WorkerLogs logs) {
        this.connection = connection;
        this.turn = turn;
        this.waiting = waiting;
        this.interruption = interruption;
        this.classes = classes;
        this.logs = logs;
    }

    /** The next task, for the thread that runs them. */
    Message next() {
        turn.idle();
        Message task;
        while ((task = waiting.poll()) == null) {
            if (turn.tryTake()) {
                task = readTask();
                break;
            }
            turn.awaitWatcher();
        }
        turn.begin();
        return task;
    }

    /** Reads whenever it is not the task thread that does, on a thread that never runs a task. */
    void watch() {
        while (true) {
            do {
                read();
                turn.wakeTaskThread();
            } while (turn.isBusy());
            turn.release();
            turn.wakeTaskThread();
            turn.await();
        }
    }

    private Message readTask() {
        Message task;
        // The watcher may have read one just before.
        while ((task = waiting.poll()) == null) {
            read();
        }
        turn.release();
        return task;
    }

    private void read() {
        try {
            take(connection.receive());
        } catch (IOException e) {
            WorkerEnd.orphaned();
        } catch (Throwable failure) {
            WorkerEnd.broken(failure);
        }
    }

    private void take(Message message) {
        if (message instanceof Run run) {
            waiting.add(run);
        } else if (message instanceof Cancel cancel) {
            cancel(cancel.taskId());
        } else if (message instanceof Recall recall) {
            if (!giveBack(recall.taskIds())) {
                say(new Recalled(List.of()));
            }
        } else if (message instanceof Define define) {
            classes.answer(define);
        } else if (message instanceof Oversized oversized) {
            if (!classes.refuse(oversized)) {
                waiting.add(oversized);
            }
        } else if (message instanceof Release release) {
            KnownHandles.drop(release.sharedId());
        } else if (message instanceof Levels levels) {
            logs.levels(levels);
        } else if (message instanceof Bye) {
            say(new ByeAck());
            WorkerEnd.exit(0);
        }
    }

    private void cancel(long taskId) {
        if (!giveBack(List.of(taskId))) {
            say(interruption.interrupt(taskId));
        }
    }

    /**
     * Drops those that wait here of some tasks. The parent is told before the next one can be taken out, whose reply would
     * otherwise come while the parent takes a dropped one for the one that runs.
     */
    private boolean giveBack(List<Long> taskIds) {
        try {
            boolean written;
            synchronized (waiting) {
                Recalled dropped = waiting.recall(taskIds);
                if (dropped.taskIds().isEmpty()) {
                    return false;
                }
                written = connection.offer(dropped);
            }
            if (!written) {
                connection.drain();
            }
        } catch (IOException e) {
            // As below.
        }
        return true;
    }

    /** A failed write decides nothing: this process may be ending by itself. If the parent is gone, nothing more is read. */
    private void say(Message message) {
        try {
            connection.send(message);
        } catch (IOException e) {
            return;
        }
    }
}
