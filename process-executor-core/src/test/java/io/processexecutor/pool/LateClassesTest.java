package io.processexecutor.pool;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.TaskOptions;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a pool needs when something goes wrong is there before: the file of a class may not open then. */
@Timeout(120)
class LateClassesTest {

    private static final Duration MOMENT = Duration.ofMillis(100);

    /** One that {@link Shortage} does not know of yet is to be added there. */
    @Test
    void noClassIsFirstNeededWhenWorkersOrTasksFailOrThePoolEnds(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("loaded");
        try (ParentJvm parent = ParentJvm.start(AllThatFails.class, "-Xlog:class+load:file=" + log)) {
            assertThat(parent.says()).isEqualTo("closed");
        }
        try (Stream<String> lines = Files.lines(log)) {
            assertThat(lines.dropWhile(each -> !each.contains(AllThatFails.Begins.class.getName()))
                            .skip(1)
                            .filter(LateClassesTest::isOurs))
                    .isEmpty();
        }
    }

    /** What the failure of a task cannot be read without makes it one that stands in for it. */
    private static boolean isOurs(String line) {
        return line.contains(" io.processexecutor.")
                && !line.contains(".serialization.")
                && !line.contains("$$Lambda")
                && !line.contains("test-classes");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aWorkerThatDiesWhileThereIsNoFileDescriptorLosesNoFutureAndNoSlot() throws Exception {
        ProcessBuilder command = ParentJvm.command(WithoutDescriptors.class, List.of());
        command.command().addAll(0, List.of("bash", "-c", "ulimit -n 120; exec \"$@\"", "bash"));
        try (ParentJvm parent = ParentJvm.start(command)) {
            assertThat(parent.says()).isEqualTo("WorkerCrashedException");
            assertThat(parent.says()).isEqualTo("42");
            assertThat(parent.says()).isEqualTo("terminated");
        }
    }

    private static void awaitEnd(CompletableFuture<?> task) throws Exception {
        Object unused = task.handle((value, failure) -> 0).get(30, SECONDS);
    }

    static final class AllThatFails {

        static final class Begins {}

        public static void main(String[] args) throws Exception {
            ProcessPoolExecutor executor =
                    ProcessPoolExecutor.builder().workers(1).cancelGrace(MOMENT).build();
            TaskOptions brief = TaskOptions.defaults().timeout(MOMENT);
            TaskOptions urgent = TaskOptions.defaults().queueTimeout(MOMENT);
            int unused = executor.with(TaskOptions.defaults()).submit(() -> 1).get(30, SECONDS);
            Object begun = new Begins();
            awaitEnd(executor.submit(() -> {
                Runtime.getRuntime().halt(3);
                return 1;
            }));
            awaitEnd(executor.submit(() -> {
                throw new IllegalStateException("meant to fail");
            }));
            awaitEnd(executor.with(brief).submit(AllThatFails::sleep));
            awaitEnd(executor.with(brief).submit(AllThatFails::spin));
            List<CompletableFuture<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                tasks.add(executor.submit(AllThatFails::sleep));
            }
            awaitEnd(executor.with(urgent).submit(() -> 1));
            tasks.get(2).cancel(true);
            tasks.get(0).cancel(true);
            tasks.add(executor.submit(() -> 1));
            executor.shutdownNow();
            executor.close();
            ParentJvm.say("closed");
        }

        private static int sleep() throws InterruptedException {
            Thread.sleep(60_000);
            return 1;
        }

        private static int spin() {
            while (true) {
                Thread.onSpinWait();
            }
        }
    }

    static final class WithoutDescriptors {

        private static final List<InputStream> OPEN = new ArrayList<>();

        public static void main(String[] args) throws Exception {
            ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                    .workers(1)
                    .shutdownGrace(Duration.ofSeconds(3))
                    .build();
            Path go = Files.createTempFile("go", null);
            String there = go.toString();
            executor.submit(() -> 1).get(30, SECONDS);
            CompletableFuture<Integer> doomed = executor.submit(() -> {
                while (Files.exists(Path.of(there))) {
                    Thread.sleep(10);
                }
                Runtime.getRuntime().halt(3);
                return 1;
            });
            CompletableFuture<String> outcome =
                    doomed.handle((value, failure) -> failure.getClass().getSimpleName());
            takeAll();
            Files.delete(go);
            ParentJvm.say(outcome.get(60, SECONDS));
            for (InputStream each : OPEN) {
                each.close();
            }
            ParentJvm.say(executor.submit(() -> 42).get(30, SECONDS));
            executor.shutdown();
            ParentJvm.say(executor.awaitTermination(60, SECONDS) ? "terminated" : "not terminated");
            System.exit(0);
        }

        private static void takeAll() {
            try {
                while (true) {
                    OPEN.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                // There are none left.
            }
        }
    }
}
