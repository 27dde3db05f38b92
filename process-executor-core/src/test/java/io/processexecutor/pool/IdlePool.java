package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.ProcessAction;
import io.processexecutor.TaskOptions;
import io.processexecutor.internal.process.NoRehearsals;
import io.processexecutor.internal.process.WorkerLauncher;
import io.processexecutor.internal.protocol.Message.Form;
import io.processexecutor.serialization.TaskSerializers;
import java.util.concurrent.atomic.AtomicLong;

/** A pool that starts nothing, with a worker that is none, for tests of what stands between a task and its worker. */
final class IdlePool {

    private static final ProcessAction NOTHING = () -> {};

    private final PoolSettings settings = ProcessPoolExecutor.builder()
            .name("test")
            .workers(1)
            .queueCapacity(1)
            .serializer(TaskSerializers.java())
            .settings();
    private final AtomicLong ids = new AtomicLong();

    final WorkerPool pool = new WorkerPool(settings);
    final PooledWorker worker =
            new PooledWorker(1, 1, pool, new WorkerLauncher(settings.launch(), "", () -> "", new NoRehearsals()));

    /** A new task, which is in no queue. */
    PendingTask<?> task() {
        TaskRequest request = TaskRequest.encode(NOTHING, Form.RUN, TaskOptions.defaults(), pool);
        return new PendingTask<>(ids.incrementAndGet(), request, pool, null);
    }

    /** A new task that the worker has. */
    PendingTask<?> claimedTask() {
        PendingTask<?> task = task();
        assertThat(task.claim(worker)).isTrue();
        return task;
    }
}
