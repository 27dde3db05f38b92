package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;
import static org.awaitility.Awaitility.await;

import io.processexecutor.WorkerInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** When workers start and end with their application. The processes themselves are looked at. */
@Timeout(300)
class LifecycleTests {

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    @ImportAutoConfiguration({
        LifecycleAutoConfiguration.class,
        TaskExecutionAutoConfiguration.class,
        ProcessExecutorAutoConfiguration.class
    })
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

        @Async("processTaskExecutor")
        public CompletableFuture<Void> endless(String file) {
            Applications.sayPidAndLoop(file);
            return CompletableFuture.completedFuture(null);
        }

        @Async("processTaskExecutor")
        public CompletableFuture<String> untilTold(String file, String told) throws Exception {
            Applications.sayPid(file);
            while (!Files.exists(Path.of(told))) {
                Thread.sleep(10);
            }
            return CompletableFuture.completedFuture("told");
        }
    }

    private static ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "process-executor.workers=1",
                "process-executor.worker.max-heap=64MB",
                "process-executor.cancel-grace=300ms",
                "spring.main.banner-mode=off"));
        all.addAll(List.of(properties));
        SpringApplication application = new SpringApplicationBuilder(configuration)
                .web(WebApplicationType.NONE)
                .properties(all.toArray(String[]::new))
                .build();
        return application.run();
    }

    private static long pid(ConfigurableApplicationContext context) throws Exception {
        return context.getBean(Calls.class).pid().get(60, TimeUnit.SECONDS);
    }

    @Test
    void runningTasksFinishWhenTheApplicationIsClosed(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("pid");
        Path told = directory.resolve("told");
        ConfigurableApplicationContext context = start(Application.class);
        CompletableFuture<String> call = context.getBean(Calls.class).untilTold(file.toString(), told.toString());
        CompletableFuture<Long> queued = context.getBean(Calls.class).pid();
        long pid = Applications.awaitPid(file);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close);
        await().atMost(TIMEOUT)
                .until(() -> !context.getBeanFactory()
                        .getBean(ProcessTaskExecutor.class)
                        .isRunning());
        assertThat(closed).isNotDone();
        Applications.sayPid(told.toString());
        assertThat(call).succeedsWithin(TIMEOUT).isEqualTo("told");
        assertThat(queued).succeedsWithin(TIMEOUT).isEqualTo(pid);
        assertThat(closed).succeedsWithin(TIMEOUT);
        assertThat(Applications.isAlive(pid)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"500ms, 1h", "1h, 500ms"})
    void theShorterOneOfShutdownPhaseAndShutdownGraceBoundsTheWait(
            String phase, String grace, @TempDir Path directory) {
        Path file = directory.resolve("pid");
        ConfigurableApplicationContext context = start(
                Application.class,
                "spring.lifecycle.timeout-per-shutdown-phase=" + phase,
                "process-executor.shutdown-grace=" + grace);
        CompletableFuture<Void> call = context.getBean(Calls.class).endless(file.toString());
        long pid = Applications.awaitPid(file);
        assertThat(CompletableFuture.runAsync(context::close)).succeedsWithin(TIMEOUT);
        assertThat(call.handle((nothing, failure) -> failure))
                .succeedsWithin(TIMEOUT, as(THROWABLE))
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("Calls.endless was cancelled: the executor was shut down");
        assertThat(Applications.isAlive(pid)).isFalse();
    }

    @Configuration(proxyBeanMethods = false)
    static class Decorating {
        @Bean
        TaskDecorator decorator() {
            return task -> () -> task.run();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Application.class, Decorating.class})
    void aCallThatWaitsIsToldWhyItIsCancelledToo(Class<?> configuration, @TempDir Path directory) {
        Path file = directory.resolve("pid");
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class, configuration)
                .web(WebApplicationType.NONE)
                .run("--process-executor.workers=1", "--process-executor.shutdown-grace=100ms");
        CompletableFuture<Void> running = context.getBean(Calls.class).endless(file.toString());
        CompletableFuture<Long> waiting = context.getBean(Calls.class).pid();
        Applications.awaitPid(file);
        // What Spring knows of a decorated call is only weakly reachable.
        System.gc();
        assertThat(CompletableFuture.runAsync(context::close)).succeedsWithin(TIMEOUT);
        assertThat(running).isCancelled();
        assertThat(waiting.handle((nothing, failure) -> failure))
                .succeedsWithin(TIMEOUT, as(THROWABLE))
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("Calls.pid was cancelled: the executor was shut down");
    }

    /** Stops as a web server does that lets its requests finish, one of which calls an asynchronous method. */
    static final class RequestsInFlight implements SmartLifecycle {

        static final List<Long> ANSWERS = new CopyOnWriteArrayList<>();
        private final Calls calls;
        private volatile boolean running;

        RequestsInFlight(Calls calls) {
            this.calls = calls;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            ANSWERS.add(calls.pid().join());
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            // WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE
            return SmartLifecycle.DEFAULT_PHASE - 1024;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithRequests {
        @Bean
        RequestsInFlight requestsInFlight(Calls calls) {
            return new RequestsInFlight(calls);
        }
    }

    @Test
    void callsAreTakenWhileAWebServerFinishesItsRequests() {
        RequestsInFlight.ANSWERS.clear();
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class, WithRequests.class)
                .web(WebApplicationType.NONE)
                .properties("process-executor.workers=1", "process-executor.worker.max-heap=64MB")
                .run();
        assertThat(CompletableFuture.runAsync(context::close)).succeedsWithin(TIMEOUT);
        assertThat(RequestsInFlight.ANSWERS).hasSize(1).doesNotContain(here());
        assertThat(Applications.isAlive(RequestsInFlight.ANSWERS.get(0))).isFalse();
    }

    @Test
    void stoppedItHasNoWorkerAndTakesNothingUntilItIsStartedAgain() throws Exception {
        try (ConfigurableApplicationContext context = start(Application.class)) {
            long first = pid(context);
            context.stop();
            assertThat(Applications.isAlive(first)).isFalse();
            assertThatThrownBy(() -> context.getBean(Calls.class).pid())
                    .isInstanceOf(TaskRejectedException.class)
                    .hasMessageContaining("stopped until the application is started again");
            assertThatThrownBy(() -> context.getBean(ProcessTaskExecutor.class).submit(() -> here()))
                    .isInstanceOf(TaskRejectedException.class);
            context.start();
            long second = pid(context);
            assertThat(second).isNotIn(first, here());
            context.close();
            assertThat(Applications.isAlive(second)).isFalse();
        }
    }

    @Test
    void startedAgainBeforeItHasStoppedItKeepsItsWorkers(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("pid");
        Path told = directory.resolve("told");
        try (ConfigurableApplicationContext context = start(Application.class)) {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            CompletableFuture<String> call = context.getBean(Calls.class).untilTold(file.toString(), told.toString());
            long pid = Applications.awaitPid(file);
            CompletableFuture<Void> stopped = new CompletableFuture<>();
            executor.stop(() -> stopped.complete(null));
            executor.start();
            Applications.sayPid(told.toString());
            assertThat(call).succeedsWithin(TIMEOUT).isEqualTo("told");
            assertThat(stopped).succeedsWithin(TIMEOUT);
            assertThat(pid(context)).isEqualTo(pid);
        }
    }

    @Test
    void aMinimumOfWorkersIsThereWithoutATask() {
        try (ConfigurableApplicationContext context = start(Application.class, "process-executor.min-workers=1")) {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            long pid = await().atMost(TIMEOUT)
                    .until(
                            () -> executor.workers().stream()
                                    .filter(each -> each.state() == WorkerInfo.State.IDLE)
                                    .map(WorkerInfo::pid)
                                    .findFirst()
                                    .orElse(0L),
                            found -> found != 0);
            assertThat(Applications.isAlive(pid)).isTrue();
            context.close();
            assertThat(Applications.isAlive(pid)).isFalse();
        }
    }

    @Test
    void severalContextsHaveWorkersOfTheirOwn() throws Exception {
        try (ConfigurableApplicationContext one = start(Application.class);
                ConfigurableApplicationContext other = start(Application.class)) {
            long ofOne = pid(one);
            long ofOther = pid(other);
            assertThat(ofOne).isNotEqualTo(ofOther);
            one.close();
            assertThat(Applications.isAlive(ofOne)).isFalse();
            assertThat(pid(other)).isEqualTo(ofOther);
        }
    }

    @Test
    void aChildContextThatIsClosedLeavesTheParentsWorkersAlone() throws Exception {
        try (ConfigurableApplicationContext parent = start(Application.class)) {
            long pid = pid(parent);
            new SpringApplicationBuilder(Empty.class)
                    .web(WebApplicationType.NONE)
                    .parent(parent)
                    .run()
                    .close();
            assertThat(pid(parent)).isEqualTo(pid);
        }
    }

    @Test
    void aChildContextHasTheNamedPoolsOfItsParent() {
        try (ConfigurableApplicationContext parent =
                        start(Application.class, "process-executor.pools.reports.workers=1");
                ConfigurableApplicationContext child = new SpringApplicationBuilder(Application.class)
                        .web(WebApplicationType.NONE)
                        .parent(parent)
                        // As where both read the same file.
                        .properties("process-executor.pools.reports.workers=1", "process-executor.pools.own.workers=1")
                        .run()) {
            assertThat(child.getBean("reports")).isSameAs(parent.getBean("reports"));
            assertThat(child.getBean("own")).isInstanceOf(ProcessTaskExecutor.class);
            assertThat(parent.containsBean("own")).isFalse();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Empty {}

    @Configuration(proxyBeanMethods = false)
    static class FailsAfterItsFirstTask {

        static volatile long pid;

        @Bean
        Object broken(Calls calls) {
            pid = calls.pid().join();
            throw new IllegalStateException("no bean");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"processes", "in-process"})
    void timesOfAnyLengthAreAsGoodAsForEver(String mode) throws Exception {
        String longer = "=P200000D";
        try (ConfigurableApplicationContext application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "process-executor.mode=" + mode,
                        "process-executor.workers=1",
                        "process-executor.worker.max-heap=64MB",
                        "process-executor.queue-capacity=0",
                        "process-executor.submit-timeout" + longer,
                        "process-executor.queue-timeout" + longer,
                        "process-executor.task-timeout" + longer,
                        "process-executor.idle-timeout" + longer,
                        "process-executor.shutdown-grace" + longer)
                .run()) {
            ProcessTaskExecutor executor = application.getBean(ProcessTaskExecutor.class);
            CompletableFuture<Integer> first = executor.submit(() -> {
                Thread.sleep(300);
                return 1;
            });
            // The second waits for room, with a limit.
            assertThat(pid(application)).isPositive();
            assertThat(first).succeedsWithin(TIMEOUT);
            CompletableFuture<Void> stopped = new CompletableFuture<>();
            executor.stop(() -> stopped.complete(null));
            assertThat(stopped).succeedsWithin(TIMEOUT);
            executor.start();
            CompletableFuture<Integer> last = executor.submit(() -> {
                Thread.sleep(300);
                return 2;
            });
            executor.shutdown();
            assertThat(last).succeedsWithin(TIMEOUT);
        }
    }

    @Test
    void aRefreshThatFailsLeavesNoWorker() {
        assertThatThrownBy(() -> new SpringApplicationBuilder(Application.class, FailsAfterItsFirstTask.class)
                        .web(WebApplicationType.NONE)
                        .properties("process-executor.workers=1", "process-executor.worker.max-heap=64MB")
                        .run())
                .rootCause()
                .hasMessage("no bean");
        assertThat(FailsAfterItsFirstTask.pid).isPositive().isNotEqualTo(here());
        assertThat(Applications.isAlive(FailsAfterItsFirstTask.pid)).isFalse();
    }
}
