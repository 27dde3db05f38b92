package io.processexecutor.worker;

import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message.Define;
import io.processexecutor.internal.protocol.Message.Need;
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
    private long taskId;
    private int request;
    private @Nullable Define answer;

    ClassRequests(Connection connection) {
        this.connection = connection;
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
        } catch (IOException e) {
            throw new UncheckedIOException("the parent cannot be asked for " + names, e);
        }
        return await();
    }

    private synchronized Need next(Collection<String> names) {
        answer = null;
        return new Need(taskId, ++request, List.copyOf(names));
    }

    private synchronized byte[] await() throws InterruptedException {
        Define came;
        while ((came = answer) == null) {
            wait();
        }
        answer = null;
        byte[] definitions = new byte[came.definitions().remaining()];
        came.definitions().duplicate().get(definitions);
        return definitions;
    }

    /** An answer that nobody waits for any more is dropped. */
    synchronized void answer(Define define) {
        if (define.taskId() == taskId && define.request() == request) {
            answer = define;
            notifyAll();
        }
    }
}
