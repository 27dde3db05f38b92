package io.processexecutor.worker;

import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Bye;
import io.processexecutor.internal.protocol.Message.ByeAck;
import io.processexecutor.internal.protocol.Message.Cancel;
import io.processexecutor.internal.protocol.Message.Define;
import io.processexecutor.internal.protocol.Message.Levels;
import io.processexecutor.internal.protocol.Message.Oversized;
import io.processexecutor.internal.protocol.Message.Run;
import java.io.IOException;

/**
 * Reads what the parent says, on a thread that never runs a task: the end of the connection means that the parent is
 * gone, and the worker ends at once, busy or not.
 */
final class CommandLoop implements Runnable {

    private final Connection connection;
    private final TaskThread taskThread;
    private final ClassRequests classes;
    private final WorkerLogs logs;

    CommandLoop(Connection connection, TaskThread taskThread, ClassRequests classes, WorkerLogs logs) {
        this.connection = connection;
        this.taskThread = taskThread;
        this.classes = classes;
        this.logs = logs;
    }

    @Override
    public void run() {
        try {
            while (true) {
                Message message = connection.receive();
                if (message instanceof Run run) {
                    taskThread.hand(run);
                } else if (message instanceof Cancel cancel) {
                    taskThread.cancel(cancel.taskId());
                } else if (message instanceof Define define) {
                    classes.answer(define);
                } else if (message instanceof Oversized oversized) {
                    if (!classes.refuse(oversized)) {
                        taskThread.refuse(oversized);
                    }
                } else if (message instanceof Levels levels) {
                    logs.levels(levels);
                } else if (message instanceof Bye) {
                    connection.send(new ByeAck());
                    WorkerEnd.exit(0);
                }
            }
        } catch (IOException e) {
            WorkerEnd.orphaned();
        } catch (Throwable failure) {
            try {
                failure.printStackTrace();
            } finally {
                Runtime.getRuntime().halt(1);
            }
        }
    }
}
