package io.processexecutor.spring.actuate;

import io.processexecutor.ProcessPool;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** Tells which executors there are, how many workers each may have, and where tasks run. */
public final class ProcessExecutorInfoContributor implements InfoContributor {

    private final Supplier<Map<String, ProcessPool>> pools;
    private final String mode;

    /**
     * Creates it.
     *
     * @param pools gives the executors that there are, by the names of their beans
     * @param mode where tasks run
     */
    public ProcessExecutorInfoContributor(Supplier<Map<String, ProcessPool>> pools, String mode) {
        this.pools = pools;
        this.mode = mode;
    }

    @Override
    public void contribute(Info.Builder builder) {
        Map<String, Object> workers = new TreeMap<>();
        pools.get()
                .forEach((name, pool) ->
                        workers.put(name, Map.of("maxWorkers", pool.stats().maxWorkers())));
        builder.withDetail("processExecutor", Map.of("mode", mode, "pools", workers));
    }
}
