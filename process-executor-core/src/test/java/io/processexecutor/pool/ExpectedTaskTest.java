package io.processexecutor.pool;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessTask;
import io.processexecutor.internal.process.NoRehearsals;
import io.processexecutor.internal.process.WorkerIntroduction;
import io.processexecutor.internal.process.WorkerLauncher;
import io.processexecutor.internal.process.WorkerProcess;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message.Bye;
import io.processexecutor.internal.protocol.Message.ByeAck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a worker makes ready, while it starts, for the task that is most likely to be its first. */
@Timeout(180)
class ExpectedTaskTest {

    @TempDir
    Path directory;

    /** Whose lambda the first worker runs; the one that comes in its place is given another. */
    private static final class Author {

        private static final Object MADE_BY_CODE = new Object();

        static ProcessTask<Boolean> task() {
            return () -> MADE_BY_CODE != null;
        }
    }

    @Test
    void theClassThatWroteTheLambdaIsLoadedBeforeTheTaskArrivesAndNotInitialized() throws Exception {
        List<String> log = logOfASecondWorker();
        assertThat(log)
                .noneMatch(line ->
                        line.contains("Initializing '" + Author.class.getName().replace('.', '/') + "'"));
    }

    /** Of one that ran no lambda of the author, whose was the last to be submitted before it started. */
    private List<String> logOfASecondWorker() throws Exception {
        String logging = "-Xlog:class+load,class+init=info:file=" + directory.resolve("%p.log");
        try (ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                .workers(1)
                .minWorkers(1)
                .classDataArchive(false)
                .jvmArgs(List.of(logging))
                .build()) {
            assertThat(executor.submit(Author.task()))
                    .succeedsWithin(60, SECONDS)
                    .isEqualTo(true);
            long first = executor.workers().get(0).pid();
            Signals.send("KILL", first);
            await().atMost(60, SECONDS)
                    .until(() ->
                            logs(first).stream().anyMatch(line -> line.contains(Author.class.getName() + " source:")));
            await().atMost(60, SECONDS).until(() -> executor.stats().workerStarts() == 2);
            assertThat(executor.submit(() -> 6 * 7)).succeedsWithin(60, SECONDS).isEqualTo(42);
            List<String> log = logs(first);
            assertThat(log).anyMatch(line -> line.contains("Initializing 'io/processexecutor/worker/TaskThread'"));
            return log;
        }
    }

    /** Of all workers but one. */
    private List<String> logs(long but) throws IOException {
        try (Stream<Path> logs = Files.list(directory)) {
            return logs.filter(log -> !log.getFileName().toString().equals(but + ".log"))
                    .flatMap(ExpectedTaskTest::lines)
                    .toList();
        }
    }

    private static Stream<String> lines(Path log) {
        try {
            return Files.readAllLines(log).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatCannotBeMadeReadyForIsNoReasonNotToComeUp() throws Exception {
        PoolSettings settings = ProcessPoolExecutor.builder().settings();
        try (WorkerLauncher launcher =
                new WorkerLauncher(settings.launch(), "", () -> "bm8gc2l0ZQ==", new NoRehearsals())) {
            WorkerProcess worker = launcher.launch(1, WorkerIntroduction.NONE);
            Connection connection = worker.connection();
            connection.send(new Bye());
            assertThat(connection.receive()).isInstanceOf(ByeAck.class);
        }
    }
}
