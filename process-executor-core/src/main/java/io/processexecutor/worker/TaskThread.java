package io.processexecutor.worker;

import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Connection.NoRoomException;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Failed;
import io.processexecutor.internal.protocol.Message.Oversized;
import io.processexecutor.internal.protocol.Message.Run;
import io.processexecutor.internal.protocol.StatusPage;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs the tasks of this worker, one after the other. */
final class TaskThread implements Runnable {

    private static final int RESERVE_BYTES = 512 * 1024;

    private static final long A_WHILE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Connection connection;
    private final Commands commands;
    private final WaitingTasks waiting;
    private final Interruption interruption;
    private final StatusPage.Writer page;
    private final Vitals vitals;
    private final TaskRunner runner;
    private final WorkerLogs logs;
    private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

    /** Given up when a task has filled the heap, so that the parent can still be told. */
    private byte @Nullable [] unusedReserve = new byte[RESERVE_BYTES];

    TaskThread(
            Connection connection,
            Commands commands,
            WaitingTasks waiting,
            Interruption interruption,
            StatusPage.Writer page,
            Vitals vitals,
            TaskRunner runner,
            WorkerLogs logs) {
        this.connection = connection;
        this.commands = commands;
        this.waiting = waiting;
        this.interruption = interruption;
        this.page = page;
        this.vitals = vitals;
        this.runner = runner;
        this.logs = logs;
    }

    @Override
    public void run() {
        try {
            while (true) {
                Message task = commands.next();
                Message reply = reply(task);
                if (reply instanceof Failed failed && failed.unhealthy()) {
                    waiting.close();
                }
                // Before the reply, which makes the parent decide whether this worker may take another task.
                vitals.refresh();
                send(task, reply);
                // Somebody else may be writing it: should the next task end this process, the reply would be lost with
                // it.
                while (!connection.awaitWritten(A_WHILE_NANOS)) {
                    vitals.refresh();
                }
                page.idle();
                vitals.collectIfFull();
            }
        } catch (NoRoomException e) {
            // This is no failed write: the parent is there and hears the heart beat.
            WorkerEnd.broken(e);
        } catch (IOException e) {
            // A failed write decides nothing. If the parent is gone, who reads its commands knows it too, and since
            // this thread does not, that is the watcher.
            return;
        } catch (Throwable failure) {
            // Not even the reply could be made: the parent must see a crash, not a worker that is silent for ever.
            WorkerEnd.broken(failure);
        }
    }

    private Message reply(Message task) {
        if (!(task instanceof Run run)) {
            return runner.refused((Oversized) task);
        }
        try {
            return run(run);
        } catch (OutOfMemoryError e) {
            // Not even the failure could be copied. What was set aside for this makes room for less.
            unusedReserve = null;
            return TaskRunner.outOfMemory(run);
        }
    }

    private void send(Message task, Message reply) throws IOException {
        try {
            connection.send(reply);
        } catch (NoRoomException e) {
            if (!(task instanceof Run run)) {
                throw e;
            }
            unusedReserve = null;
            waiting.close();
            connection.send(TaskRunner.outOfMemory(run));
        }
    }

    private Message run(Run run) {
        page.begin(run.taskId(), run.attempt());
        interruption.begin(run.taskId());
        logs.begin(run.taskId());
        try {
            return runner.run(run);
        } finally {
            logs.end();
            interruption.end();
            Thread.currentThread().setContextClassLoader(classLoader);
        }
    }
}
