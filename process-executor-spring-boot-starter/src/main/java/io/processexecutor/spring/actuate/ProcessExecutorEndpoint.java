package io.processexecutor.spring.actuate;

import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.ProcessPool;
import io.processexecutor.RunningTask;
import io.processexecutor.TaskProgress;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerInfo;
import io.processexecutor.WorkerVitals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * The endpoint {@code processexecutor}: what the executors are doing now. Where {@code
 * management.endpoint.processexecutor.access=unrestricted} allows it, it also recycles workers and cancels tasks.
 */
@Endpoint(id = "processexecutor", defaultAccess = Access.READ_ONLY)
public final class ProcessExecutorEndpoint {

    private final Supplier<Map<String, ProcessPool>> pools;

    /**
     * Creates it.
     *
     * @param pools gives the executors that there are, by the names of their beans
     */
    public ProcessExecutorEndpoint(Supplier<Map<String, ProcessPool>> pools) {
        this.pools = pools;
    }

    /** What may be asked of an executor. */
    public enum Action {
        /** Each worker is to be replaced by a fresh one. */
        RECYCLE,
        /** A task is to be cancelled. */
        CANCEL
    }

    /**
     * All executors.
     *
     * @param pools each by the name of its bean
     */
    public record Pools(Map<String, Pool> pools) {}

    /**
     * One executor.
     *
     * @param acceptsTasks whether it takes tasks
     * @param queued tasks and calls that wait
     * @param queueRemaining how many more may wait
     * @param maxWorkers the most workers there may be
     * @param startFailure why no worker can be started; absent if one can
     * @param workers the workers there are
     * @param lastExits how the last workers ended, newest first
     */
    public record Pool(
            boolean acceptsTasks,
            int queued,
            int queueRemaining,
            int maxWorkers,
            @Nullable String startFailure,
            List<Worker> workers,
            List<Exit> lastExits) {

        static Pool of(ProcessPool pool) {
            ProcessExecutorStats stats = pool.stats();
            return new Pool(
                    !pool.isShutdown(),
                    stats.queued(),
                    stats.queueRemaining(),
                    stats.maxWorkers(),
                    pool.startFailure().map(Throwable::getMessage).orElse(null),
                    pool.workers().stream().map(Worker::of).toList(),
                    pool.lastExits().stream().map(Exit::of).toList());
        }
    }

    /**
     * One worker.
     *
     * @param slot its place; 0 for one that waits to replace another
     * @param id its number in its executor
     * @param pid its process id
     * @param state what it is doing
     * @param uptime since its launch
     * @param contextStart how long the start of its context took; absent if it has none yet
     * @param tasks how many it was given
     * @param vitals what it takes
     * @param task the task it has; absent if it has none
     */
    public record Worker(
            int slot,
            int id,
            long pid,
            WorkerInfo.State state,
            Duration uptime,
            @Nullable Duration contextStart,
            long tasks,
            WorkerVitals vitals,
            @Nullable Task task) {

        static Worker of(WorkerInfo worker) {
            return new Worker(
                    worker.slot(),
                    worker.workerId(),
                    worker.pid(),
                    worker.state(),
                    worker.uptime(),
                    worker.preparation().orElse(null),
                    worker.tasks(),
                    worker.vitals(),
                    worker.task().map(Task::of).orElse(null));
        }
    }

    /**
     * A task that a worker has.
     *
     * @param id its number, by which it can be cancelled
     * @param label its name; absent if it was given none
     * @param running since the worker began it
     * @param progress how far it says it is; absent if it says nothing
     */
    public record Task(
            long id,
            @Nullable String label,
            Duration running,
            @Nullable TaskProgress progress) {

        static Task of(RunningTask task) {
            return new Task(
                    task.id(),
                    task.label().orElse(null),
                    task.running(),
                    task.progress().orElse(null));
        }
    }

    /**
     * How a worker ended.
     *
     * @param worker its number in its executor
     * @param pid the process id it had
     * @param reason why
     * @param how the exit code in words
     * @param time when
     * @param uptime how long it lived
     * @param crashReport where the virtual machine left its crash report; absent if it did not
     */
    public record Exit(
            int worker,
            long pid,
            WorkerExit.Reason reason,
            String how,
            Instant time,
            Duration uptime,
            @Nullable String crashReport) {

        static Exit of(WorkerExit exit) {
            return new Exit(
                    exit.workerId(),
                    exit.pid(),
                    exit.reason(),
                    exit.describe(),
                    exit.time(),
                    exit.uptime(),
                    exit.crashReport().orElse(null));
        }
    }

    /**
     * What was asked is under way.
     *
     * @param action what it was
     */
    public record Begun(Action action) {}

    /**
     * Shows all executors.
     *
     * @return what each is doing now
     */
    @ReadOperation
    public Pools pools() {
        Map<String, Pool> shown = new TreeMap<>();
        pools.get().forEach((name, pool) -> shown.put(name, Pool.of(pool)));
        return new Pools(shown);
    }

    /**
     * Shows one executor.
     *
     * @param pool the name of its bean
     * @return what it is doing now; {@code null} if there is none of this name
     */
    @ReadOperation
    public @Nullable Pool pool(@Selector String pool) {
        ProcessPool found = pools.get().get(pool);
        return found == null ? null : Pool.of(found);
    }

    /**
     * Recycles the workers of an executor or cancels one of its tasks.
     *
     * @param pool the name of its bean
     * @param action which of both
     * @param task the number of the task to cancel
     * @return what is under way
     * @throws InvalidEndpointRequestException if there is no such executor, or no such task that is not done
     */
    @WriteOperation
    public Begun act(@Selector String pool, Action action, @Nullable Long task) {
        ProcessPool found = pools.get().get(pool);
        if (found == null) {
            throw refused("There is no executor " + pool);
        }
        if (action == Action.RECYCLE) {
            found.recycle();
        } else if (task == null) {
            throw refused("The number of the task to cancel is missing: add \"task\"");
        } else if (!found.cancel(task)) {
            throw refused("There is no task " + task + " that is not done");
        }
        return new Begun(action);
    }

    boolean has(String pool) {
        return pools.get().containsKey(pool);
    }

    private static InvalidEndpointRequestException refused(String why) {
        return new InvalidEndpointRequestException(why, why);
    }
}
