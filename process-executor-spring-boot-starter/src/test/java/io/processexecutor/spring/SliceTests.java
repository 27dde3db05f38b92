package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.autoconfigure.json.JsonTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.test.context.ContextConfiguration;

/** A test of a slice has no auto-configuration but that of its slice, and what annotations of the test add. */
@Timeout(300)
@JsonTest
@AutoConfigureProcessExecutor
@ContextConfiguration(classes = SliceTests.Application.class)
class SliceTests {

    @Configuration
    @EnableAutoConfiguration
    @EnableAsync
    @Import(Calls.class)
    static class Application {}

    static class Calls {

        @ProcessAsync
        CompletableFuture<Integer> length(StringBuilder text) {
            return CompletableFuture.completedFuture(text.append("!").length());
        }
    }

    @Test
    void whoeverAsksForTheExecutorInATestOfASliceGetsIt(@Autowired ProcessTaskExecutor executor, @Autowired Calls calls)
            throws Exception {
        assertThat(executor.submit(() -> 6 * 7).get(60, TimeUnit.SECONDS)).isEqualTo(42);
        var text = new StringBuilder("hello");
        assertThat(calls.length(text).get(60, TimeUnit.SECONDS)).isEqualTo(6);
        assertThat(text).as("what the task changed, as it travelled").hasToString("hello");
    }
}
