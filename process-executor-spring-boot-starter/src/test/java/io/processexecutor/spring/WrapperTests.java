package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.processexecutor.ProcessTask;
import io.processexecutor.TaskSerializationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.core.task.support.TaskExecutorAdapter;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What libraries put around functions: it completes here and its function runs in a worker, or it is refused. */
@Timeout(300)
class WrapperTests {

    private static final Set<String> RAN_HERE = ConcurrentHashMap.newKeySet();

    private final ApplicationContextRunner application = Applications.of();

    @Test
    void aFutureTaskCompletesHereWithWhatAWorkerMade() {
        application.run(context -> {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            FutureTask<Long> callable = new FutureTask<>(() -> here());
            FutureTask<String> runnable = new FutureTask<>(() -> RAN_HERE.add("runnable"), "fixed");
            executor.execute(callable);
            executor.execute(runnable);
            assertThat(callable.get(60, TimeUnit.SECONDS)).isNotEqualTo(here());
            assertThat(runnable.get(60, TimeUnit.SECONDS)).isEqualTo("fixed");
            assertThat(RAN_HERE).doesNotContain("runnable");
        });
    }

    @Test
    void aFutureTaskFailsWithWhatItsFunctionThrewInTheWorker() {
        application.run(context -> {
            FutureTask<Long> failing = new FutureTask<>(() -> {
                throw new IOException("far away");
            });
            context.getBean(ProcessTaskExecutor.class).execute(failing);
            assertThatThrownBy(() -> failing.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("far away");
        });
    }

    @Test
    void aFunctionThatCannotTravelFailsItsWrapper() {
        application.run(context -> {
            Thread local = new Thread(() -> {});
            CompletableFuture<String> future =
                    CompletableFuture.supplyAsync(() -> local.getName(), context.getBean(ProcessTaskExecutor.class));
            assertThat(future)
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withCauseInstanceOf(TaskSerializationException.class)
                    .withMessageContaining("java.lang.Thread");
        });
    }

    @Test
    void aCompletionServiceHandsOutWhatWorkersMade() {
        application.run(context -> {
            ExecutorCompletionService<Long> service =
                    new ExecutorCompletionService<>(context.getBean(ProcessTaskExecutor.class));
            for (int i = 0; i < 3; i++) {
                service.submit(() -> here());
            }
            for (int i = 0; i < 3; i++) {
                assertThat(service.poll(60, TimeUnit.SECONDS).get()).isNotEqualTo(here());
            }
        });
    }

    @Test
    void supplyAsyncAndRunAsyncRunTheirFunctionInAWorker(@TempDir Path directory) {
        application.run(context -> {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            assertThat(CompletableFuture.supplyAsync(() -> here(), executor))
                    .succeedsWithin(TIMEOUT)
                    .isNotEqualTo(here());
            String file = directory.resolve("pid").toString();
            assertThat(CompletableFuture.runAsync(() -> Applications.sayPid(file), executor))
                    .succeedsWithin(TIMEOUT);
            assertThat(Applications.awaitPid(Path.of(file))).isNotEqualTo(here());
        });
    }

    @Test
    void cancellingTheWrapperKillsTheFunctionsProcess(@TempDir Path directory) {
        application.run(context -> {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            String first = directory.resolve("first").toString();
            FutureTask<?> task = new FutureTask<>(() -> Applications.sayPidAndLoop(first), null);
            executor.execute(task);
            long pid = Applications.awaitPid(Path.of(first));
            task.cancel(true);
            Applications.awaitDeath(pid);

            String second = directory.resolve("second").toString();
            CompletableFuture<Void> run =
                    CompletableFuture.runAsync(() -> Applications.sayPidAndLoop(second), executor);
            pid = Applications.awaitPid(Path.of(second));
            run.orTimeout(1, TimeUnit.MILLISECONDS);
            Applications.awaitDeath(pid);
        });
    }

    @Test
    void anAdapterAroundTheExecutorShipsAsTheExecutorItself() {
        application.run(context -> assertThat(new TaskExecutorAdapter(context.getBean(ProcessTaskExecutor.class))
                        .submit(() -> here())
                        .get(60, TimeUnit.SECONDS))
                .isNotEqualTo(here()));
    }

    @Test
    void aDependentStageIsRefusedWithTheCallersFrameAndRunsNowhere() {
        application.run(context -> {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            CompletableFuture<Boolean> stage =
                    CompletableFuture.completedFuture("stage").thenApplyAsync(RAN_HERE::add, executor);
            assertThat(stage)
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withCauseInstanceOf(TaskRejectedException.class)
                    .withMessageContaining("UniApply")
                    .withMessageContaining("WrapperTests.java");
            assertThat(RAN_HERE).doesNotContain("stage");
        });
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aRefusalIsLoggedOnceSinceLibrariesKeepItToThemselves(CapturedOutput output) {
        application.run(context -> {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            for (int i = 0; i < 2; i++) {
                CompletableFuture<Boolean> swallowed = CompletableFuture.completedFuture("swallowed")
                        .thenApplyAsync(RAN_HERE::add, executor)
                        .exceptionally(refusal -> false);
                assertThat(swallowed).succeedsWithin(TIMEOUT).isEqualTo(false);
            }
            assertThat(output.toString().lines())
                    .filteredOn(line -> line.contains("cannot run in a worker process"))
                    .singleElement(as(STRING))
                    .contains("WARN", "UniApply", "WrapperTests.java");
        });
    }

    @Test
    void workOfReactorIsRefusedWithTheCallersFrameAndRunsNowhere() {
        application.run(context -> {
            Scheduler scheduler = Schedulers.fromExecutor(context.getBean(ProcessTaskExecutor.class));
            CompletableFuture<Boolean> result = Mono.fromCallable(() -> RAN_HERE.add("reactor"))
                    .subscribeOn(scheduler)
                    .toFuture();
            assertThat(result)
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(TaskRejectedException.class)
                    .withMessageContaining("reactor.core.scheduler");
            assertThat(RAN_HERE).doesNotContain("reactor");
            scheduler.dispose();
        });
    }

    @Test
    void aTaskOfTheUsersOwnIsShippedWhateverInterfaceItIs() {
        application.run(context -> {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            ProcessTask<Long> task = () -> here();
            assertThat(executor.submit(task)).succeedsWithin(TIMEOUT).isNotEqualTo(here());
            assertThat(executor.submitCompletable(() -> here()))
                    .succeedsWithin(TIMEOUT)
                    .isNotEqualTo(here());
        });
    }
}
