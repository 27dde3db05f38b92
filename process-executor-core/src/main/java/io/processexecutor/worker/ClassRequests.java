package io.processexecutor.worker;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message.Define;
import io.processexecutor.internal.protocol.Message.Need;
import io.processexecutor.internal.protocol.Message.Oversized;
import io.processexecutor.serialization.runtime.ClassSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the parent for classes, and waits. The thread that reads the commands brings the answer; if the parent is gone
 * instead, that thread ends the worker, and if the task is cancelled it interrupts the wait.
 */
final class ClassRequests implements ClassSource {

    private final Connection connection;
    private final ReadingTurn turn;
    private long taskId;
    private int request;
    private @Nullable Define answer;
    private @Nullable Oversized refusal;

    ClassRequests(Connection connection, ReadingTurn turn) {
        this.connection = connection;
        this.turn = turn;
    }

    /** For which task classes are asked from now on. */
    synchronized void begin(long task) {
        taskId = task;
    }

    @Override
    public byte[] definitions(Collection<String> names) throws InterruptedException {
        Need need = next(names);
        try {
            connection.send(need);
            turn.readNow();
        } catch (IOException e) {
            throw new UncheckedIOException("the parent cannot be asked for " + names, e);
        }
        return await();
    }

    private synchronized Need next(Collection<String> names) {
        answer = null;
        refusal = null;
        return new Need(taskId, ++request, List.copyOf(names));
    }

    private synchronized byte[] await() throws InterruptedException {
        Define came;
        while ((came = answer) == null) {
            if (refusal != null) {
                throw new TaskSerializationException(
                        Phase.DECODE_TASK,
                        null,
                        null,
                        "the " + refusal.size()
                                + " bytes of the classes that it needs do not fit into the worker's heap of "
                                + Runtime.getRuntime().maxMemory() + " bytes; raise the worker's max heap",
                        null);
            }
            wait();
        }
        answer = null;
        byte[] definitions = new byte[came.definitions().remaining()];
        came.definitions().duplicate().get(definitions);
        return definitions;
    }

    /**
     * Something did not fit into memory. As long as a task is under way it can only be what that one asked for.
     *
     * @return whether it was
     */
    synchronized boolean refuse(Oversized oversized) {
        if (oversized.taskId() != taskId) {
            return false;
        }
        refusal = oversized;
        notifyAll();
        return true;
    }

    /** An answer that nobody waits for any more is dropped. */
    synchronized void answer(Define define) {
        if (define.taskId() == taskId && define.request() == request) {
            answer = define;
            notifyAll();
        }
    }
}
