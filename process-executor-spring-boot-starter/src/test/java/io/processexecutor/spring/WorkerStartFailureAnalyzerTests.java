package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.WorkerStartException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

class WorkerStartFailureAnalyzerTests {

    @Test
    void theCommandCanBeReadHoweverLongTheClassPathIs() {
        String classPath = "/opt/app/lib/first.jar" + ":/opt/app/lib/another.jar".repeat(1000);
        WorkerStartException failure = new WorkerStartException(
                "it did not come up",
                List.of("/opt/java/bin/java", "-Xmx1g", "-cp", classPath, "io.processexecutor.worker.WorkerMain"),
                List.of("no room"),
                null);
        FailureAnalysis analysis = new WorkerStartFailureAnalyzer().analyze(failure, failure);
        assertThat(analysis.getAction())
                .contains("/opt/java/bin/java -Xmx1g -cp /opt/app/lib/first.jar:/opt/app/lib/another.jar:")
                .endsWith("... (" + classPath.length() + " characters) io.processexecutor.worker.WorkerMain")
                .hasSizeLessThan(1000);
        assertThat(analysis.getDescription()).contains("it did not come up").contains("    no room");
    }
}
