package io.processexecutor.pool;

import io.processexecutor.ProcessAction;
import io.processexecutor.internal.process.WorkerProcess;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.Cancel;
import io.processexecutor.internal.protocol.Message.Define;
import io.processexecutor.internal.protocol.Message.Done;
import io.processexecutor.internal.protocol.Message.Failed;
import io.processexecutor.internal.protocol.Message.Interrupting;
import io.processexecutor.internal.protocol.Message.Need;
import io.processexecutor.internal.protocol.Message.Progress;
import io.processexecutor.internal.protocol.Message.Run;
import io.processexecutor.internal.protocol.PayloadFiles;
import io.processexecutor.serialization.ExecutorSerializers;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What each worker runs before its first task, as a task of its own that nobody submitted.
 *
 * @param action the encoded action
 * @param timeout how long it may take
 * @param classLoader what its failures are decoded with
 * @param creation where the executor was built
 */
record WorkerInitializer(TaskRequest action, Duration timeout, ClassLoader classLoader, Throwable creation) {

    /** No task has it. */
    private static final long ID = -1;

    private static final long STACK_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Encodes it, if there is one. */
    static @Nullable WorkerInitializer of(PoolSettings settings, ExecutorSerializers serializers) {
        ProcessAction action = settings.initializer();
        if (action == null) {
            return null;
        }
        TaskRequest request = TaskRequest.encode(action, settings.serializer(), serializers);
        return new WorkerInitializer(
                request, settings.initializerTimeout(), settings.launch().classLoader(), new Throwable());
    }

    /**
     * Has a worker run it.
     *
     * @param worker the worker, which no one else talks to yet
     * @param logs takes what the worker logs meanwhile, and says whether a message was that
     * @throws IOException if the worker cannot be talked to, or is not fit for use
     */
    void run(WorkerProcess worker, Predicate<Message> logs) throws IOException {
        Connection connection = worker.connection();
        long deadline = System.nanoTime() + PoolThreads.nanos(timeout);
        Message reply;
        try {
            Run run = new Run(ID, 1, action.form(), action.wireName(), action.context(), action.payload());
            connection.sendWithin(run, deadline - System.nanoTime());
            reply = reply(connection, deadline, logs);
        } catch (EOFException e) {
            EOFException ended = new EOFException("its initializer ended the JVM");
            ended.initCause(e);
            throw ended;
        } catch (SocketTimeoutException e) {
            throw new IOException(
                    "its initializer took longer than its timeout of " + timeout.toMillis() + " ms"
                            + whereabouts(connection, logs),
                    e);
        }
        if (reply instanceof Failed failed) {
            Throwable failure = rebuild(failed, worker);
            throw new IOException("its initializer failed: " + failed.copy().headline(), failure);
        }
        if (!(reply instanceof Done)) {
            throw new IOException(
                    "its initializer was answered with a " + reply.getClass().getSimpleName());
        }
    }

    /** What comes of it, once the classes that it needs have been sent. */
    private Message reply(Connection connection, long deadline, Predicate<Message> logs) throws IOException {
        while (true) {
            Message message = connection.receiveWithin(deadline - System.nanoTime());
            if (logs.test(message) || message instanceof Progress) {
                continue;
            }
            if (!(message instanceof Need need)) {
                return message;
            }
            ByteBuffer definitions = ByteBuffer.wrap(action.encoded().definitions(need.names()));
            connection.sendWithin(new Define(need.taskId(), need.request(), definitions), deadline - System.nanoTime());
        }
    }

    private Throwable rebuild(Failed failed, WorkerProcess worker) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(classLoader);
        try {
            return RemoteFailures.rebuild(
                    failed,
                    PayloadFiles.NONE,
                    action.serializer(),
                    List.of(creation.getStackTrace()),
                    "worker " + worker.workerId() + " (pid " + worker.pid() + ")");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Where it hangs, if the worker can still tell. */
    private static String whereabouts(Connection connection, Predicate<Message> logs) {
        try {
            if (!connection.offer(new Cancel(ID))) {
                return "";
            }
            Message message;
            do {
                message = connection.receiveWithin(STACK_WAIT_NANOS);
            } while (logs.test(message));
            if (message instanceof Interrupting interrupting) {
                StringBuilder stack = new StringBuilder(". It was at:");
                interrupting.stack().forEach(frame -> stack.append("\n\tat ").append(frame));
                return stack.append('\n').toString();
            }
        } catch (IOException e) {
            // It cannot tell; that it takes too long is said in any case.
        }
        return "";
    }
}
