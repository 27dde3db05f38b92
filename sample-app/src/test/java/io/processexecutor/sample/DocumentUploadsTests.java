package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.spring.ProcessTaskExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.util.unit.DataSize;

class DocumentUploadsTests {

    private final Renderings renderings = new Renderings();

    @Test
    void aRenderingThatNeverEndsIsGivenUp() {
        DocumentUploads uploads = uploads(Duration.ofMillis(50));

        Document document = uploads.accept(new byte[1], 72);

        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> document.progress().finished());
        var failed = (Progress.Failed) document.progress();
        assertThat(failed.error().getTitle()).isEqualTo("The document took too long to render");
        CompletableFuture<List<byte[]>> rendering = renderings.next();
        assertThat(rendering).as("completed from here, which stops the task").isCompletedExceptionally();
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(rendering::get)
                .withCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void whatTheExecutorRefusesIsNotKept() {
        DocumentUploads uploads = uploads(Duration.ofMinutes(1));
        renderings.reject(new TaskRejectedException("full"));
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(TaskRejectedException.class).isThrownBy(() -> uploads.accept(new byte[1], 72));
        }

        renderings.clear();

        assertThat(uploads.accept(new byte[1], 72).progress()).isInstanceOf(Progress.Queued.class);
    }

    private DocumentUploads uploads(Duration renderTimeout) {
        var properties = new SampleProperties(1, DataSize.ofBytes(1), renderTimeout);
        return new DocumentUploads(
                new DocumentStore(properties),
                renderings.service(),
                new RunningDocuments(),
                new StaticListableBeanFactory().getBeanProvider(ProcessTaskExecutor.class),
                properties);
    }
}
