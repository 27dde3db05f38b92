package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessTask;
import io.processexecutor.serialization.TaskSerializers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;

/** For tests of every serializer: an executor for each, with one worker, whom no test may cost its life. */
abstract class OneWorkerEach {

    private static final Map<String, ProcessExecutor> EXECUTORS = new LinkedHashMap<>();

    /** Empty for the tests' own. */
    static void build(List<Path> classPath) {
        for (String serializer : serializers()) {
            EXECUTORS.put(
                    serializer,
                    ProcessPoolExecutor.builder()
                            .name(serializer)
                            .workers(1)
                            .idleTimeout(Duration.ofDays(1))
                            .classPath(classPath)
                            .serializer(TaskSerializers.named(serializer))
                            .build());
        }
    }

    @AfterAll
    static void closeAll() {
        EXECUTORS.values().forEach(ProcessExecutor::close);
        EXECUTORS.clear();
    }

    static List<String> serializers() {
        return List.of("java", "kryo", "closure");
    }

    static ProcessExecutor executor(String serializer) {
        return EXECUTORS.get(serializer);
    }

    /** What a task fails with, at once or later; and the worker must have lived on. */
    static Throwable failureOf(String serializer, ProcessTask<?> task) throws Exception {
        ProcessExecutor executor = executor(serializer);
        long pid = pidOfWorker(executor);
        Throwable thrown = Assertions.catchThrowable(() -> {
            CompletableFuture<?> future = executor.submit(task);
            future.orTimeout(30, TimeUnit.SECONDS).join();
        });
        assertThat(thrown).isNotNull();
        assertThat(pidOfWorker(executor)).isEqualTo(pid);
        assertThat(executor.stats().workerExits()).isZero();
        return thrown instanceof CompletionException ? thrown.getCause() : thrown;
    }

    static long pidOfWorker(ProcessExecutor executor) throws Exception {
        return executor.submit(() -> ProcessHandle.current().pid()).get(30, TimeUnit.SECONDS);
    }
}
