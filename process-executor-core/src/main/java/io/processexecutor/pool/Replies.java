package io.processexecutor.pool;

import io.processexecutor.internal.protocol.Message;
import io.processexecutor.internal.protocol.Message.ByeAck;
import io.processexecutor.internal.protocol.Message.Define;
import io.processexecutor.internal.protocol.Message.Done;
import io.processexecutor.internal.protocol.Message.Failed;
import io.processexecutor.internal.protocol.Message.Interrupting;
import io.processexecutor.internal.protocol.Message.Need;
import io.processexecutor.internal.protocol.Message.Oversized;
import io.processexecutor.internal.protocol.Message.Progress;
import io.processexecutor.internal.protocol.Message.Recalled;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes in what one worker says. */
final class Replies {

    private final PooledWorker worker;
    private final WorkerState state;
    private final WorkerPool pool;

    Replies(PooledWorker worker, WorkerPool pool) {
        this.worker = worker;
        this.state = worker.state();
        this.pool = pool;
    }

    /**
     * Takes in a message.
     *
     * @return what is left to do once the worker has its next task: to decode and complete, which runs user code
     */
    @Nullable
    Runnable receive(Message received) throws IOException {
        Message message = pool.payloads().take(received);
        long attempt = attemptAtPreparation(message);
        if (attempt < 0) {
            return preparationReply(attempt, message);
        }
        if (message instanceof Done done) {
            return ended(done.taskId(), done);
        } else if (message instanceof Failed failed) {
            return ended(failed.taskId(), failed);
        } else if (message instanceof Oversized oversized) {
            return ended(oversized.taskId(), oversized);
        } else if (message instanceof Interrupting interrupting) {
            PendingTask<?> task = running(interrupting.taskId());
            return task == null ? null : () -> pool.deadlines().interrupting(task, worker, interrupting.stack());
        } else if (message instanceof Progress progress) {
            return progressed(progress);
        } else if (message instanceof Need need) {
            PendingTask<?> task = running(need.taskId());
            define(need, task == null ? new byte[0] : task.definitions(need.names()));
            return null;
        } else if (message instanceof Recalled recalled) {
            return recalled(recalled.taskIds());
        } else if (message instanceof ByeAck) {
            return null;
        }
        throw corrupt("sent an unexpected " + message.getClass().getSimpleName());
    }

    /** Which one the message is about; 0 or more if it is about none. */
    private static long attemptAtPreparation(Message message) {
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
        return taskId;
    }

    private @Nullable Runnable preparationReply(long attempt, Message message) throws IOException {
        Preparation.Attempt begun = state.preparation();
        if (begun == null || begun.id() != attempt) {
            if (message instanceof Interrupting) {
                // It ended just when its time was up.
                return null;
            }
            throw corrupt("replied to a preparation which it was not given");
        }
        if (message instanceof Need need) {
            define(need, pool.preparation().definitions(need.names()));
        } else if (message instanceof Interrupting interrupting) {
            begun.interrupting(interrupting.stack());
        } else if (message instanceof Failed failed) {
            Runnable rest = () -> pool.preparedWorkers().preparationFailed(worker, begun, failed);
            state.endPreparation(null);
            return rest;
        } else {
            Duration took = begun.age();
            // First, since there may be no room for it: then the worker's end is that of the preparation.
            Runnable news = pool.preparedWorkers().news(worker, took);
            state.endPreparation(took);
            pool.preparedWorkers().prepared(worker);
            return news;
        }
        return null;
    }

    private @Nullable Runnable progressed(Progress progress) {
        PendingTask<?> task = running(progress.taskId());
        if (task == null) {
            return null;
        }
        // Not with what is left to do, which what is told next may overtake.
        task.progress(progress.progress());
        return () -> pool.outcomes().progressed(task, progress.progress());
    }

    private @Nullable PendingTask<?> running(long taskId) {
        PendingTask<?> task = state.current();
        return task != null && task.id() == taskId ? task : null;
    }

    private void define(Need need, byte[] definitions) {
        worker.send(new Define(need.taskId(), need.request(), ByteBuffer.wrap(definitions)));
    }

    private PendingTask<?> replied(long taskId) throws IOException {
        PendingTask<?> task = state.replied(taskId);
        if (task == null) {
            throw corrupt("replied to task " + taskId + " which it was not given");
        }
        return task;
    }

    private @Nullable Runnable recalled(List<Long> taskIds) throws IOException {
        Preparation.Attempt given = state.preparation();
        if (given != null && taskIds.contains(given.id())) {
            return preparationRecalled(given);
        }
        PendingTask<?> before = state.current();
        List<Long> unknown = new ArrayList<>(0);
        List<PendingTask<?>> back = state.recalled(taskIds, unknown);
        try {
            pool.dispatcher().givenBack(worker, back, before);
        } finally {
            state.gaveBack();
        }
        if (!unknown.isEmpty()) {
            throw corrupt("gave back tasks " + unknown + " which it was not given");
        }
        return null;
    }

    /** Its time was over before the worker began with it, which has nothing else then. */
    private Runnable preparationRecalled(Preparation.Attempt given) {
        Runnable rest = () -> pool.preparedWorkers().preparationNotBegun(worker, given);
        state.endPreparation(null);
        return rest;
    }

    private Runnable ended(long taskId, Message message) throws IOException {
        PendingTask<?> task = replied(taskId);
        try {
            return completion(task, message);
        } catch (Throwable e) {
            // Else it would be neither the worker's nor anybody's.
            state.takeBackReply(task);
            throw e;
        }
    }

    private Runnable completion(PendingTask<?> task, Message message) {
        if (message instanceof Done done) {
            worker.pace().replied(done.timings());
            task.replied(done.timings());
            // Before the worker is free: if the pool waits for nothing else, its files go.
            OpenedResult result = OpenedResult.open(pool.payloads(), done);
            return completion(task, false, () -> pool.outcomes().succeeded(task, worker, result));
        }
        if (message instanceof Failed failed) {
            worker.pace().replied(failed.timings());
            task.replied(failed.timings());
            return completion(task, failed.unhealthy(), () -> pool.outcomes().failed(task, worker, failed));
        }
        Oversized oversized = (Oversized) message;
        return completion(task, false, () -> pool.outcomes().resultTooLarge(task, worker, oversized.size()));
    }

    /** Frees the worker at once; what is left to do is returned, and the pool does not end before its future is done. */
    private Runnable completion(PendingTask<?> task, boolean unhealthy, Runnable rest) {
        // What it returned may find no room now, and then the future has yet to be completed.
        Runnable all = () -> pool.outcomes().end(task, worker, rest);
        pool.outcomes().ending(task);
        // Nothing fails from here on.
        worker.free(unhealthy);
        return all;
    }

    private StreamCorruptedException corrupt(String what) {
        return new StreamCorruptedException("worker " + worker.id() + " " + what);
    }
}
