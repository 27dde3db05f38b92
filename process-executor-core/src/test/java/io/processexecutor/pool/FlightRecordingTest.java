package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.TaskOptions;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.WorkerStarted;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the JDK's flight recorder gets to see. */
@Timeout(180)
class FlightRecordingTest {

    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void aRecordingHasTasksSerializationsAndTheLifeOfWorkersAndNobodyElseDoes() throws Exception {
        assertThat(FlightRecording.wantsTasks()).isFalse();
        assertThat(FlightRecording.wantsWorkers()).isFalse();
        Path file = directory.resolve("tasks.jfr");
        CountDownLatch told = new CountDownLatch(4);
        try (Recording recording = new Recording()) {
            for (String name : List.of("Task", "Serialization", "WorkerStart", "WorkerExit")) {
                recording.enable("io.processexecutor." + name);
            }
            recording.start();
            try (ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                    .name("recorded")
                    .workers(1)
                    .maxHeapBytes(64 << 20)
                    .listener(new ProcessExecutorListener() {
                        @Override
                        public void onTaskCompleted(TaskCompleted event) {
                            told.countDown();
                        }

                        @Override
                        public void onWorkerStarted(WorkerStarted event) {
                            told.countDown();
                        }

                        @Override
                        public void onWorkerExited(WorkerExit exit) {
                            told.countDown();
                        }
                    })
                    .build()) {
                assertThat(executor.with(TaskOptions.defaults().label("answer")).submit(() -> 42))
                        .succeedsWithin(BOUND);
                assertThat(executor.submit(() -> Runtime.getRuntime().halt(3)))
                        .failsWithin(BOUND)
                        .withThrowableThat()
                        .withCauseInstanceOf(WorkerCrashedException.class);
                // Listeners, which come after the recording, are told once the future is done, and of a start at any
                // time.
                assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> all = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("io.processexecutor."))
                // One that was closed before may still be telling.
                .filter(event -> event.getString("pool").equals("recorded"))
                .toList();
        // Told by the two threads that completed them, of which either may be the first.
        List<RecordedEvent> tasks = of(all, "Task").stream()
                .sorted(Comparator.comparingLong(event -> event.getLong("taskId")))
                .toList();
        assertThat(tasks).hasSize(2);
        RecordedEvent answer = tasks.get(0);
        assertThat(answer.getString("taskLabel")).isEqualTo("answer");
        assertThat(answer.getString("outcome")).isEqualTo("SUCCESS");
        assertThat(answer.getDuration("total")).isGreaterThan(answer.getDuration("queued"));
        assertThat(answer.getDuration("queued")).isPositive();
        assertThat(answer.getDuration("transferred")).isPositive();
        assertThat(tasks.get(1).getString("outcome")).isEqualTo("CRASHED");
        List<RecordedEvent> serializations = of(all, "Serialization").stream()
                .filter(event -> event.getLong("taskId") == answer.getLong("taskId"))
                .toList();
        assertThat(serializations.stream()
                        .map(event -> event.getString("operation") + " " + event.getString("side"))
                        .collect(Collectors.toSet()))
                .isEqualTo(Set.of("ENCODE PARENT", "DECODE WORKER", "ENCODE WORKER", "DECODE PARENT"));
        assertThat(serializations).allSatisfy(event -> {
            assertThat(event.getString("serializer")).isEqualTo("kryo");
            assertThat(event.getLong("size")).isPositive();
            assertThat(event.getDuration("time")).isPositive();
        });
        RecordedEvent started = of(all, "WorkerStart").get(0);
        assertThat(started.getLong("workerPid")).isEqualTo(answer.getLong("workerPid"));
        assertThat(started.getDuration("startup")).isPositive();
        RecordedEvent ended = of(all, "WorkerExit").get(0);
        assertThat(ended.getLong("workerPid")).isEqualTo(started.getLong("workerPid"));
        assertThat(ended.getString("reason")).isEqualTo("CRASHED");
        assertThat(ended.getString("how")).startsWith("exit code 3");
    }

    private static List<RecordedEvent> of(List<RecordedEvent> all, String name) {
        return all.stream()
                .filter(event -> event.getEventType().getName().equals("io.processexecutor." + name))
                .toList();
    }
}
