package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.TaskTimeoutException.Limit;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.task.TaskExecutorMetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** Calls of asynchronous methods and tasks that are submitted directly wait in what looks like one queue. */
@Timeout(300)
class OneQueueTests {

    private final ApplicationContextRunner application = Applications.of(Application.class);

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Application {
        @Bean
        Calls calls() {
            return new Calls();
        }
    }

    static class Calls {

        @Async("processTaskExecutor")
        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(here());
        }

        /** Waits for its worker to start as long as that takes. */
        @ProcessAsync(queueTimeout = "5m")
        public CompletableFuture<Void> endless(String file) {
            Applications.sayPidAndLoop(file);
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void callsAndTasksShareOneCapacityAndAreRejectedAlike(@TempDir Path directory) {
        Path file = directory.resolve("pid");
        application.withPropertyValues("process-executor.queue-capacity=2").run(context -> {
            Calls calls = context.getBean(Calls.class);
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            CompletableFuture<Void> running = calls.endless(file.toString());
            Applications.awaitPid(file);
            CompletableFuture<Long> call = calls.pid();
            CompletableFuture<Long> task = executor.submit(() -> here());

            assertThatThrownBy(calls::pid)
                    .isInstanceOf(TaskRejectedException.class)
                    .hasMessageContaining("Calls.pid")
                    .hasMessageContaining("2 waiting, 2 may");
            assertThatThrownBy(() -> executor.submit(() -> here())).isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> CompletableFuture.runAsync(() -> {}, executor))
                    .isInstanceOf(TaskRejectedException.class);

            call.cancel(true);
            CompletableFuture<Long> another = calls.pid();
            running.cancel(true);
            assertThat(task).succeedsWithin(TIMEOUT);
            assertThat(another).succeedsWithin(TIMEOUT);
        });
    }

    @Test
    void aCapacityOfZeroTakesWhatAWorkerCanRunAtOnce() {
        application.withPropertyValues("process-executor.queue-capacity=0").run(context -> {
            Calls calls = context.getBean(Calls.class);
            assertThat(calls.pid()).succeedsWithin(TIMEOUT);
            // Whoever waits for a call may be told of its end before there is room for the next.
            await().atMost(TIMEOUT)
                    .ignoreException(TaskRejectedException.class)
                    .untilAsserted(() -> assertThat(
                                    context.getBean(ProcessTaskExecutor.class).submit(() -> here()))
                            .succeedsWithin(TIMEOUT));
        });
    }

    @Test
    void aCallerWaitsForRoomAsLongAsItMay(@TempDir Path directory) {
        Path file = directory.resolve("pid");
        application
                .withPropertyValues("process-executor.queue-capacity=0", "process-executor.submit-timeout=30s")
                .run(context -> {
                    Calls calls = context.getBean(Calls.class);
                    CompletableFuture<Void> running = calls.endless(file.toString());
                    Applications.awaitPid(file);
                    CompletableFuture<CompletableFuture<Long>> waiting = CompletableFuture.supplyAsync(calls::pid);
                    assertThat(waiting).isNotDone();
                    running.cancel(true);
                    assertThat(waiting.thenCompose(call -> call)).succeedsWithin(TIMEOUT);
                });
    }

    @Test
    void theQueueTimeoutHoldsForACallThatWaitsForItsDispatcher(@TempDir Path directory) {
        Path file = directory.resolve("pid");
        application.withPropertyValues("process-executor.queue-timeout=1500ms").run(context -> {
            Calls calls = context.getBean(Calls.class);
            CompletableFuture<Void> running = calls.endless(file.toString());
            Applications.awaitPid(file);
            CompletableFuture<Long> task =
                    context.getBean(ProcessTaskExecutor.class).submit(() -> here());
            for (CompletableFuture<Long> waiting : java.util.List.of(calls.pid(), task)) {
                assertThat(waiting)
                        .failsWithin(TIMEOUT)
                        .withThrowableThat()
                        .havingCause()
                        .isInstanceOfSatisfying(
                                TaskTimeoutException.class,
                                e -> assertThat(e.limit()).isEqualTo(Limit.QUEUED));
            }
            assertThat(running).isNotDone();
            running.cancel(true);
        });
    }

    @Test
    void springBootsMetersCountEverythingThatWaits(@TempDir Path directory) {
        Path file = directory.resolve("pid");
        application
                .withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class, TaskExecutorMetricsAutoConfiguration.class))
                .withBean(SimpleMeterRegistry.class)
                .withPropertyValues("process-executor.queue-capacity=5")
                .run(context -> {
                    Calls calls = context.getBean(Calls.class);
                    ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
                    CompletableFuture<Void> running = calls.endless(file.toString());
                    Applications.awaitPid(file);
                    CompletableFuture<Long> call = calls.pid();
                    CompletableFuture<Long> task = executor.submit(() -> here());
                    assertThat(gauge(context.getBean(MeterRegistry.class), "executor.queued"))
                            .isEqualTo(2);
                    assertThat(gauge(context.getBean(MeterRegistry.class), "executor.queue.remaining"))
                            .isEqualTo(3);
                    assertThat(gauge(context.getBean(MeterRegistry.class), "executor.active"))
                            .isEqualTo(1);
                    assertThat(executor.getQueueSize()).isEqualTo(2);
                    call.cancel(true);
                    assertThat(executor.getQueueSize()).isEqualTo(1);
                    running.cancel(true);
                    assertThat(task).succeedsWithin(TIMEOUT);
                    assertThat(executor.getQueueSize()).isZero();
                });
    }

    private static double gauge(MeterRegistry registry, String name) {
        return registry.get(name).tag("name", "processTaskExecutor").gauge().value();
    }
}
