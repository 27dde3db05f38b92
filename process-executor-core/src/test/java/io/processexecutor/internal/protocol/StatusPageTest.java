package io.processexecutor.internal.protocol;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.processexecutor.internal.protocol.StatusPage.Phase;
import io.processexecutor.internal.protocol.StatusPage.Snapshot;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class StatusPageTest {

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void create() throws Exception {
        path = directory.resolve("page");
        StatusPage.create(path);
    }

    @Test
    void aNewPageTellsOfNoTask() throws Exception {
        try (StatusPage.Reader reader = new StatusPage.Reader(path)) {
            assertThat(reader.read())
                    .isEqualTo(new Snapshot(
                            0,
                            0,
                            Phase.IDLE,
                            0,
                            0,
                            new StatusPage.Memory(0, 0, 0, 0),
                            new StatusPage.Effort(0, 0, 0),
                            0));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTaskThatBeganStandsOnThePageAlsoAfterItsReplyWasSent(boolean mapped) throws Exception {
        StatusPage.Writer writer = new StatusPage.Writer(path);
        if (mapped) {
            writer.map();
        }
        try (StatusPage.Reader reader = new StatusPage.Reader(path)) {
            long before = System.nanoTime();
            writer.begin(81, 2);
            Snapshot begun = reader.read();
            assertThat(begun.hasBegun(81, 2)).isTrue();
            assertThat(begun.hasBegun(81, 1)).isFalse();
            assertThat(begun.hasBegun(80, 2)).isFalse();
            assertThat(begun.phase()).isEqualTo(Phase.READING);
            assertThat(begun.beganNanos()).isBetween(before, System.nanoTime());
            writer.idle();
            // Should the reply be lost, the task must not be taken for one that never began.
            assertThat(reader.read().hasBegun(81, 2)).isTrue();
            assertThat(reader.read().phase()).isEqualTo(Phase.IDLE);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-2, -1, 1, 1L << 40})
    void everyIdIsReadAsItWasWritten(long id) throws Exception {
        StatusPage.Writer writer = new StatusPage.Writer(path);
        writer.begin(id, 3);
        try (StatusPage.Reader reader = new StatusPage.Reader(path)) {
            assertThat(reader.read().taskId()).isEqualTo(id);
            assertThat(reader.read().attempt()).isEqualTo(3);
            assertThat(reader.read().hasBegun(id, 3)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void everyPhaseIsReadAsItWasWritten(Phase phase) throws Exception {
        StatusPage.Writer writer = new StatusPage.Writer(path);
        try (StatusPage.Reader reader = new StatusPage.Reader(path)) {
            writer.enter(phase);
            assertThat(reader.read().phase()).isEqualTo(phase);
        }
    }

    @Test
    void theSamePageIsSeenWhetherItIsMappedOrNot() throws Exception {
        StatusPage.Writer one = new StatusPage.Writer(path);
        one.map();
        StatusPage.Writer other = new StatusPage.Writer(path);
        try (StatusPage.Reader reader = new StatusPage.Reader(path)) {
            one.begin(5, 1);
            other.beat(9, new StatusPage.Memory(1L << 40, 3, 5, 7), new StatusPage.Effort(11, 1L << 41, 13));
            Snapshot snapshot = reader.read();
            assertThat(snapshot.hasBegun(5, 1)).isTrue();
            assertThat(snapshot.heartbeat()).isEqualTo(9);
            assertThat(snapshot.memory()).isEqualTo(new StatusPage.Memory(1L << 40, 3, 5, 7));
            assertThat(snapshot.effort()).isEqualTo(new StatusPage.Effort(11, 1L << 41, 13));
        }
    }

    @Test
    void whatIsWrittenWhileThePageIsBeingMappedStandsThere() throws Exception {
        for (int round = 0; round < 100; round++) {
            StatusPage.Writer writer = new StatusPage.Writer(path);
            Thread mapping = new Thread(writer::map);
            mapping.start();
            long id = 0;
            do {
                id++;
                writer.begin(id, round);
            } while (mapping.isAlive());
            writer.enter(Phase.RUNNING);
            try (StatusPage.Reader reader = new StatusPage.Reader(path)) {
                assertThat(reader.read().hasBegun(id, round)).isTrue();
                assertThat(reader.read().phase()).isEqualTo(Phase.RUNNING);
            }
        }
    }

    @Test
    void aTaskThatIsInterruptedDoesNotCloseThePage() throws Exception {
        StatusPage.Writer writer = new StatusPage.Writer(path);
        Thread.currentThread().interrupt();
        writer.begin(1, 1);
        assertThat(Thread.interrupted()).isTrue();
        writer.begin(2, 1);
        writer.map();
        try (StatusPage.Reader reader = new StatusPage.Reader(path)) {
            assertThat(reader.read().hasBegun(2, 1)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAttemptIsNeverSeenWithTheIdOfAnotherTask(boolean mapped) throws Exception {
        StatusPage.Writer writer = new StatusPage.Writer(path);
        if (mapped) {
            writer.map();
        }
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Future<?> writing = threads.submit(() -> {
            for (int id = 1; !stop.get(); id++) {
                writer.begin(id, id % 1000);
                writer.idle();
            }
        });
        try (StatusPage.Reader reader = new StatusPage.Reader(path)) {
            long last = 0;
            for (int i = 0; i < 50_000; i++) {
                Snapshot snapshot = reader.read();
                assertThat(snapshot.attempt()).as("%s", snapshot).isEqualTo((int) (snapshot.taskId() % 1000));
                // Nor is there none in between: the one before has begun until the next one does.
                assertThat(snapshot.taskId()).isGreaterThanOrEqualTo(last);
                last = snapshot.taskId();
            }
        } finally {
            stop.set(true);
            writing.get(30, SECONDS);
            threads.shutdown();
        }
    }

    @Test
    void thePageOutlivesItsFileName() throws Exception {
        StatusPage.Writer writer = new StatusPage.Writer(path);
        try (StatusPage.Reader reader = new StatusPage.Reader(path)) {
            Files.delete(path);
            writer.begin(1, 1);
            assertThat(reader.read().hasBegun(1, 1)).isTrue();
        }
    }

    @Test
    void anInterruptedReaderDoesNotCloseThePage() throws Exception {
        try (StatusPage.Reader reader = new StatusPage.Reader(path)) {
            Thread.currentThread().interrupt();
            reader.read();
            assertThat(Thread.interrupted()).isTrue();
            reader.read();
        }
    }

    @Test
    void aPageIsMadeOnceAndReadUntilItIsClosed() throws Exception {
        assertThatIOException()
                .isThrownBy(() -> StatusPage.create(path))
                .isInstanceOf(FileAlreadyExistsException.class);
        StatusPage.Reader reader = new StatusPage.Reader(path);
        reader.close();
        assertThatIOException().isThrownBy(reader::read);
        assertThatIOException().isThrownBy(() -> new StatusPage.Writer(directory.resolve("absent")));
        assertThat(directory.resolve("absent")).doesNotExist();
    }
}
