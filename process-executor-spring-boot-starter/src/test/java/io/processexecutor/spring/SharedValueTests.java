package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.processexecutor.Broadcast;
import io.processexecutor.SharedBuffer;
import io.processexecutor.TaskSerializationException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** What asynchronous methods are given once for many calls. Real workers only. */
@Timeout(300)
class SharedValueTests {

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Application {

        @Bean
        Scoring scoring() {
            return new Scoring();
        }
    }

    static class Scoring {

        @Async("processTaskExecutor")
        public CompletableFuture<Integer> identity(Broadcast<List<String>> words) {
            return CompletableFuture.completedFuture(System.identityHashCode(words.value()));
        }

        @Async("processTaskExecutor")
        public CompletableFuture<Integer> score(Broadcast<List<String>> words, SharedBuffer bytes, int index) {
            return CompletableFuture.completedFuture(
                    words.value().get(index).length() + bytes.buffer().get(index));
        }
    }

    @Test
    void anAsynchronousMethodIsGivenWhatAllOfItsCallsShare() {
        Applications.of(Application.class).run(context -> {
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            Scoring scoring = context.getBean(Scoring.class);
            Broadcast<List<String>> closed;
            try (Broadcast<List<String>> words = executor.broadcast(List.of("a", "bc"));
                    SharedBuffer bytes = executor.share(ByteBuffer.wrap(new byte[] {10, 20}))) {
                closed = words;
                assertThat(scoring.score(words, bytes, 1).get(60, TimeUnit.SECONDS))
                        .isEqualTo(22);
                assertThat(scoring.identity(words).get(60, TimeUnit.SECONDS))
                        .isEqualTo(scoring.identity(words).get(60, TimeUnit.SECONDS))
                        .isEqualTo(executor.submit(() -> System.identityHashCode(words.value()))
                                .get(60, TimeUnit.SECONDS));
            }
            assertThatThrownBy(() -> scoring.identity(closed).get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(TaskSerializationException.class)
                    .hasMessageContainingAll("task.arguments[0]: Broadcast", "is closed");
            executor.shutdown();
            assertThatThrownBy(() -> executor.broadcast("too late")).isInstanceOf(TaskRejectedException.class);
        });
    }
}
