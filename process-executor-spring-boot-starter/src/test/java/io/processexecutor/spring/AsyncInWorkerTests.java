package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.processexecutor.NonSerializableTask;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.WorkerCrashedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;

/** What a Spring developer sees of an asynchronous method that runs in a worker. Real workers only. */
@Timeout(300)
class AsyncInWorkerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    TaskExecutionAutoConfiguration.class,
                    ProcessExecutorAsyncAutoConfiguration.class,
                    ProcessExecutorAutoConfiguration.class))
            .withUserConfiguration(Application.class)
            .withPropertyValues(
                    "process-executor.workers=2",
                    "process-executor.worker.max-heap=128MB",
                    "process-executor.cancel-grace=300ms");

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Application {

        @Bean
        Uncaught uncaught() {
            return new Uncaught(new AtomicReference<>());
        }

        @Bean
        AsyncConfigurer asyncConfigurer(Uncaught uncaught) {
            return new AsyncConfigurer() {
                @Override
                public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
                    return (failure, method, arguments) -> uncaught.failure().set(failure);
                }
            };
        }

        @Bean
        Jobs jobs() {
            return new Jobs();
        }

        @Bean
        Rules rules() {
            int factor = 3;
            return new Rules(List.of(n -> n + 1, n -> n * factor));
        }

        @Bean
        Collaborating collaborating() {
            return new Collaborating(new Thread("lives here only"));
        }
    }

    record Uncaught(AtomicReference<Throwable> failure) {}

    static class Jobs {

        @Async("processTaskExecutor")
        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(ProcessHandle.current().pid());
        }

        @Async("processTaskExecutor")
        public Future<String> greet(String name) {
            return CompletableFuture.completedFuture("hello " + name);
        }

        @Async("processTaskExecutor")
        public CompletableFuture<Integer> applied(UnaryOperator<Integer> function, Integer... to) {
            return CompletableFuture.completedFuture(function.apply(to[0]));
        }

        @Async("processTaskExecutor")
        public CompletableFuture<String> fail() throws IOException {
            throw new IOException("from the worker");
        }

        @Async("processTaskExecutor")
        public void failSilently() {
            throw new IllegalStateException("nobody waits for this");
        }

        @Async("processTaskExecutor")
        public CompletableFuture<String> crash() {
            Runtime.getRuntime().halt(3);
            return CompletableFuture.completedFuture("unreachable");
        }

        @Async("processTaskExecutor")
        public CompletableFuture<String> loop() {
            while (true) {
                Thread.onSpinWait();
            }
        }

        @Async("processTaskExecutor")
        public CompletableFuture<Integer> count(List<?> values) {
            return CompletableFuture.completedFuture(values.size());
        }

        @Async
        public CompletableFuture<Long> unqualified() {
            return CompletableFuture.completedFuture(ProcessHandle.current().pid());
        }
    }

    @NonSerializableTask
    static class Rules {

        private final List<IntUnaryOperator> rules;

        Rules() {
            this(List.of());
        }

        Rules(List<IntUnaryOperator> rules) {
            this.rules = rules;
        }

        @Async("processTaskExecutor")
        public CompletableFuture<Integer> apply(int n) {
            int result = n;
            for (IntUnaryOperator rule : rules) {
                result = rule.applyAsInt(result);
            }
            return CompletableFuture.completedFuture(result);
        }
    }

    static class Collaborating {

        private final Thread thread;

        Collaborating() {
            this(new Thread());
        }

        Collaborating(Thread thread) {
            this.thread = thread;
        }

        @Async("processTaskExecutor")
        public CompletableFuture<String> name() {
            return CompletableFuture.completedFuture(thread.getName());
        }
    }

    @Test
    void anAsyncMethodRunsInAWorkerProcess() {
        application.run(context -> {
            Jobs jobs = context.getBean(Jobs.class);
            assertThat(jobs.pid())
                    .succeedsWithin(TIMEOUT)
                    .isNotEqualTo(ProcessHandle.current().pid());
            assertThat(jobs.greet("world").get(60, TimeUnit.SECONDS)).isEqualTo("hello world");
        });
    }

    @Test
    void whatTheMethodThrowsArrivesAsItself() {
        application.run(context -> assertThat(context.getBean(Jobs.class).fail())
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseExactlyInstanceOf(IOException.class)
                .withMessageContaining("from the worker"));
    }

    @Test
    void theFailureOfAVoidMethodReachesTheUncaughtExceptionHandler() {
        application.run(context -> {
            context.getBean(Jobs.class).failSilently();
            AtomicReference<Throwable> uncaught =
                    context.getBean(Uncaught.class).failure();
            await().atMost(TIMEOUT).untilAtomic(uncaught, org.hamcrest.Matchers.notNullValue());
            assertThat(uncaught.get()).isInstanceOf(IllegalStateException.class).hasMessage("nobody waits for this");
        });
    }

    @Test
    void aCrashReachesTheCallerAndTheNextCallSucceeds() {
        application.run(context -> {
            Jobs jobs = context.getBean(Jobs.class);
            assertThat(jobs.crash())
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withCauseInstanceOf(WorkerCrashedException.class)
                    .withMessageContaining("Jobs.crash");
            assertThat(jobs.pid()).succeedsWithin(TIMEOUT);
        });
    }

    @Test
    void cancellingTheReturnedFutureStopsTheTaskInItsWorker() {
        application.run(context -> {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            CompletableFuture<String> endless = context.getBean(Jobs.class).loop();
            await().atMost(TIMEOUT)
                    .until(() -> executor.processExecutor().stats().busyWorkers() == 1);
            endless.cancel(true);
            await().atMost(TIMEOUT)
                    .until(() -> executor.processExecutor().stats().busyWorkers() == 0);
            assertThat(endless).isCancelled();
        });
    }

    @Test
    void aBeanMarkedNonSerializableTaskTravelsByValueUnderEverySerializer() {
        for (String serializer : List.of("java", "kryo", "closure")) {
            application
                    .withPropertyValues("process-executor.serializer=" + serializer)
                    .run(context -> assertThat(context.getBean(Rules.class).apply(4))
                            .as(serializer)
                            .succeedsWithin(TIMEOUT)
                            .isEqualTo(15));
        }
    }

    @Test
    void aBeanThatCannotTravelFailsTheCallWithThePathAndAWayOut() {
        application.run(
                context -> assertThat(context.getBean(Collaborating.class).name())
                        .failsWithin(TIMEOUT)
                        .withThrowableThat()
                        .withCauseInstanceOf(TaskSerializationException.class)
                        .withMessageContaining("task.target.thread")
                        .withMessageContaining("java.lang.Thread")
                        .withMessageContaining("The bean of")
                        .withMessageContaining("Collaborating.name"));
    }

    @Test
    void theWaysOutForAnArgumentAreTheApplicationsToGo() {
        List<?> values = List.of((Runnable) () -> {}, new Thread(() -> {}));
        application.run(context -> {
            for (Object each : values) {
                assertThat(context.getBean(Jobs.class).count(List.of(each)))
                        .failsWithin(TIMEOUT)
                        .withThrowableThat()
                        .withCauseInstanceOf(TaskSerializationException.class)
                        .withMessageContaining("task.arguments[0][0]")
                        .withMessageContaining("Ways out")
                        .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("MethodCall"));
            }
        });
    }

    @Test
    void aLambdaThatIsAnArgumentTravelsWithWhatItCaptured() {
        int captured = 6;
        UnaryOperator<Integer> inner = i -> i * captured;
        application.run(context -> {
            Jobs jobs = context.getBean(Jobs.class);
            assertThat(jobs.applied(i -> i * 2, 21)).succeedsWithin(TIMEOUT).isEqualTo(42);
            assertThat(jobs.applied(i -> inner.apply(i), 7))
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo(42);
        });
    }

    @Test
    void anUnqualifiedAsyncMethodStaysInThisProcess() {
        application.run(context -> assertThat(context.getBean(Jobs.class).unqualified())
                .succeedsWithin(TIMEOUT)
                .isEqualTo(ProcessHandle.current().pid()));
    }

    @Test
    void closingTheApplicationLeavesNoWorker() {
        AtomicReference<Long> pid = new AtomicReference<>();
        application.run(context -> pid.set(context.getBean(Jobs.class).pid().get(60, TimeUnit.SECONDS)));
        assertThat(ProcessHandle.of(pid.get()).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
    }

    @Test
    void aLambdaSubmittedToTheBeanRunsInAWorker() {
        application.run(context -> {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            int[] captured = {6, 7};
            assertThat(executor.submit(() -> captured[0] * captured[1]))
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo(42);
            CountDownLatch latch = new CountDownLatch(1);
            assertThatThrownBy(() -> executor.submit(new Thread(latch::countDown)))
                    .isInstanceOf(TaskSerializationException.class);
        });
    }
}
