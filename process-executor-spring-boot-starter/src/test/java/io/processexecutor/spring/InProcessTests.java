package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.ProcessTask;
import io.processexecutor.TaskSerializationException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** A test of an application that shall start no processes. */
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SpringBootTest(classes = InProcessTests.Application.class, properties = "process-executor.workers=1")
@AutoConfigureProcessExecutor
class InProcessTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    @ImportAutoConfiguration({
        AopAutoConfiguration.class,
        TaskExecutionAutoConfiguration.class,
        ProcessExecutorAutoConfiguration.class
    })
    static class Application {

        @Bean
        Service service() {
            return new Service();
        }
    }

    static class Argument {
        int value = 1;
    }

    static class Service {

        @Async("processTaskExecutor")
        public CompletableFuture<String> where(Argument argument) {
            argument.value = 2;
            return CompletableFuture.completedFuture(
                    ProcessHandle.current().pid() + " " + Thread.currentThread().getName());
        }

        @Async("processTaskExecutor")
        public CompletableFuture<Object> thread() {
            return CompletableFuture.completedFuture(Thread.currentThread());
        }

        @Async("processTaskExecutor")
        public CompletableFuture<String> leaf() {
            return CompletableFuture.completedFuture("leaf");
        }

        @Async("processTaskExecutor")
        public CompletableFuture<String> nested() throws Exception {
            return CompletableFuture.completedFuture(new Nested().call());
        }
    }

    /** Reaches executor and bean from wherever a task runs, as one in a worker reaches those there. */
    static final class Nested implements ProcessTask<String> {

        static volatile ProcessTaskExecutor executor;
        static volatile Service service;

        @Override
        public String call() throws Exception {
            String submitted = executor.submit(() -> "submitted").get();
            String called = service.leaf().get();
            String supplied =
                    CompletableFuture.supplyAsync(() -> "supplied", executor).get();
            String again =
                    executor.submit(() -> executor.submit(() -> "again").get()).get();
            return submitted + " " + called + " " + supplied + " " + again;
        }

        private String uncheckedCall() {
            try {
                return call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Autowired
    private Service service;

    @Autowired
    private ProcessTaskExecutor executor;

    @Test
    void whatATaskSubmitsAndCallsRunsInPlaceThoughThereIsOneThread() throws Exception {
        Nested.executor = executor;
        Nested.service = service;
        String all = "submitted leaf supplied again";
        assertThat(executor.submit(new Nested())).succeedsWithin(TIMEOUT).isEqualTo(all);
        assertThat(CompletableFuture.supplyAsync(() -> new Nested().uncheckedCall(), executor))
                .succeedsWithin(TIMEOUT)
                .isEqualTo(all);
        assertThat(service.nested()).succeedsWithin(TIMEOUT).isEqualTo(all);
    }

    @Test
    void aMethodRunsInThisProcessOnACopyOfItsArguments() {
        Argument argument = new Argument();
        assertThat(service.where(argument).join())
                .startsWith(ProcessHandle.current().pid() + " processTaskExecutor-in-process-");
        assertThat(argument.value).isEqualTo(1);
    }

    @Test
    void whatCannotTravelIsFoundOut() {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> service.thread().join())
                .withCauseInstanceOf(TaskSerializationException.class)
                .withMessageContaining("java.lang.Thread");
    }
}
