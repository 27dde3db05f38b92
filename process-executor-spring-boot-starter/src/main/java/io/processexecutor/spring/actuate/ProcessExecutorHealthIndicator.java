package io.processexecutor.spring.actuate;

import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.ProcessPool;
import io.processexecutor.WorkerStartException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Whether the executors do what they are there for: down if the workers of one cannot be started, with the cause, and out
 * of service while one is being stopped.
 */
public final class ProcessExecutorHealthIndicator extends AbstractHealthIndicator {

    private final Supplier<Map<String, ProcessPool>> pools;

    /**
     * Creates it.
     *
     * @param pools gives the executors that there are, by the names of their beans
     */
    public ProcessExecutorHealthIndicator(Supplier<Map<String, ProcessPool>> pools) {
        super("The process executors cannot be asked");
        this.pools = pools;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        Status worst = Status.UP;
        Map<String, Object> details = new TreeMap<>();
        for (Map.Entry<String, ProcessPool> each : pools.get().entrySet()) {
            ProcessPool pool = each.getValue();
            Status status = status(pool);
            details.put(each.getKey(), details(pool, status));
            if (status.equals(Status.DOWN) || worst.equals(Status.UP)) {
                worst = status;
            }
        }
        health.status(worst).withDetail("pools", details);
    }

    private static Status status(ProcessPool pool) {
        if (pool.isShutdown()) {
            return Status.OUT_OF_SERVICE;
        }
        return pool.stats().breakerOpen() ? Status.DOWN : Status.UP;
    }

    private static Map<String, Object> details(ProcessPool pool, Status status) {
        ProcessExecutorStats stats = pool.stats();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("status", status.getCode());
        details.put("busyWorkers", stats.busyWorkers());
        details.put("idleWorkers", stats.idleWorkers());
        details.put("maxWorkers", stats.maxWorkers());
        details.put("queued", stats.queued());
        pool.startFailure().map(WorkerStartException::getMessage).ifPresent(cause -> details.put("cause", cause));
        return details;
    }
}
