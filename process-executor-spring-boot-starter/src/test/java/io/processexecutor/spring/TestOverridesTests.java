package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.bean.override.convention.TestBean;

/** What is told of a bean that a test has put in the place of another. */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class TestOverridesTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({TaskExecutionAutoConfiguration.class, ProcessExecutorAutoConfiguration.class})
    static class Application {

        @Bean
        Gateway gateway() {
            return new Gateway("real");
        }
    }

    record Gateway(String kind) {}

    static Gateway fake() {
        return new Gateway("fake");
    }

    private static CompletableFuture<String> kindOf(Gateway gateway, ProcessTaskExecutor executor) {
        return executor.submit(() -> gateway.kind());
    }

    @Nested
    @DirtiesContext
    @SpringBootTest(
            classes = Application.class,
            webEnvironment = WebEnvironment.NONE,
            properties = {"process-executor.workers=1", "process-executor.worker.max-heap=96MB"})
    class WithWorkers {

        @TestBean(methodName = "io.processexecutor.spring.TestOverridesTests#fake")
        Gateway gateway;

        @Test
        void itIsNamedBeforeAWorkerCallsTheRealOne(@Autowired ProcessTaskExecutor executor, CapturedOutput output) {
            assertThat(kindOf(gateway, executor)).succeedsWithin(TIMEOUT).isEqualTo("real");
            assertThat(output).contains("[gateway]", "the real ones", "@AutoConfigureProcessExecutor");
        }
    }

    @Nested
    @DirtiesContext
    @AutoConfigureProcessExecutor
    @SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE)
    class InProcess {

        @TestBean(methodName = "io.processexecutor.spring.TestOverridesTests#fake")
        Gateway gateway;

        @Test
        void thereIsNothingToTellWhereItIsCalled(@Autowired ProcessTaskExecutor executor, CapturedOutput output) {
            assertThat(kindOf(gateway, executor)).succeedsWithin(TIMEOUT).isEqualTo("fake");
            assertThat(output).doesNotContain("the real ones");
        }
    }
}
