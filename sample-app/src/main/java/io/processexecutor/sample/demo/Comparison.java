package io.processexecutor.sample.demo;

import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializer;
import io.processexecutor.TaskSubmitter;
import io.processexecutor.serialization.TaskSerializers;
import io.processexecutor.spring.ProcessTaskExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/** The same tasks under each serializer: a list of numbers there, and the same list back. */
@Component
final class Comparison {

    private static final Logger log = LoggerFactory.getLogger(Comparison.class);
    private static final int WARM_UP_ROUNDS = 5;
    private static final int ROUNDS = 20;
    private static final int NUMBERS = 20_000;

    private final ProcessTaskExecutor executor;
    private final ExecutorSection shown;
    private CompletableFuture<?> underWay = CompletableFuture.completedFuture(null);

    Comparison(ProcessTaskExecutor executor, ExecutorSection shown) {
        this.executor = executor;
        this.shown = shown;
    }

    /** Begins it. The meters tell what comes of it. */
    synchronized void start() {
        if (!underWay.isDone()) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "The comparison is still running");
        }
        List<Integer> numbers = IntStream.range(0, NUMBERS).boxed().collect(Collectors.toCollection(ArrayList::new));
        underWay = submit(WARM_UP_ROUNDS, numbers)
                .thenCompose(warm -> {
                    shown.startOver();
                    return submit(ROUNDS, numbers);
                })
                .whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        log.warn("Not all tasks of the comparison came to their end", failure);
                    }
                });
    }

    /** In turn, so that whatever else the machine does falls on all serializers. */
    private CompletableFuture<Void> submit(int rounds, List<Integer> numbers) {
        List<TaskSubmitter> modes =
                List.of(using(TaskSerializers.java()), using(TaskSerializers.kryo()), using(TaskSerializers.closure()));
        List<CompletableFuture<?>> tasks = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            modes.forEach(mode -> tasks.add(mode.submit(() -> numbers)));
        }
        return CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new));
    }

    private TaskSubmitter using(TaskSerializer serializer) {
        return executor.with(TaskOptions.defaults().serializer(serializer).label("comparison"));
    }
}
