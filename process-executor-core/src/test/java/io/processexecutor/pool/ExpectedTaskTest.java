package io.processexecutor.pool;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessTask;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.internal.process.NoRehearsals;
import io.processexecutor.internal.process.WorkerIntroduction;
import io.processexecutor.internal.process.WorkerLauncher;
import io.processexecutor.internal.process.WorkerProcess;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message.Bye;
import io.processexecutor.internal.protocol.Message.ByeAck;
import java.io.IOException;
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

    /** Whose lambda ends its worker: the one that comes in its place has no task then. */
    private static final class Author {

        private static final Object MADE_BY_CODE = new Object();

        static ProcessTask<Object> fatal() {
            return () -> {
                Runtime.getRuntime().halt(MADE_BY_CODE.hashCode() & 1);
                return 0;
            };
        }
    }

    @Test
    void theClassThatWroteTheLambdaIsLoadedBeforeTheTaskArrivesAndNotInitialized() throws Exception {
        String log = "-Xlog:class+load,class+init=info:file=" + directory.resolve("%p.log");
        try (ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                .workers(1)
                .minWorkers(1)
                .classDataArchive(false)
                .jvmArgs(List.of(log))
                .build()) {
            await().atMost(60, SECONDS).until(() -> executor.workers().stream().anyMatch(worker -> worker.pid() > 0));
            long first = executor.workers().get(0).pid();
            assertThat(executor.submit(Author.fatal()))
                    .failsWithin(60, SECONDS)
                    .withThrowableThat()
                    .withCauseInstanceOf(WorkerCrashedException.class);
            await().atMost(60, SECONDS)
                    .untilAsserted(() -> assertThat(logs(first))
                            .anyMatch(line -> line.contains(Author.class.getName() + " source:")));
            assertThat(executor.submit(() -> 6 * 7)).succeedsWithin(60, SECONDS).isEqualTo(42);
            assertThat(logs(first))
                    .anyMatch(line -> line.contains("Initializing 'io/processexecutor/worker/TaskThread'"))
                    .noneMatch(line -> line.contains(
                            "Initializing '" + Author.class.getName().replace('.', '/') + "'"));
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
            throw new java.io.UncheckedIOException(e);
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
