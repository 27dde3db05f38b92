package io.processexecutor.pool;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The heap of the application is full to the last byte for a moment, in the midst of tasks. */
@Timeout(180)
class HeapShortageTest {

    @Test
    void aHeapThatIsFullForAMomentLosesNoFutureAndNoWorker() throws Exception {
        try (ParentJvm parent = ParentJvm.start(FullForAMoment.class)) {
            assertThat(parent.says()).isEqualTo("all are done");
            assertThat(parent.says()).as("after a task that prints a megabyte").isEqualTo("42");
            assertThat(parent.says()).isEqualTo("terminated");
        }
    }

    @Test
    void toChangeWhoHasATaskTakesNoMemory() throws Exception {
        try (ParentJvm parent = ParentJvm.start(FullMeanwhile.class)) {
            assertThat(parent.says()).isEqualTo("[true, true, true]");
        }
    }

    @Test
    void futuresThatAreCancelledMeanwhileAreDoneOnceThereIsRoom() throws Exception {
        try (ParentJvm parent = ParentJvm.start(CancelledMeanwhile.class, WITHOUT_ANY_ROOM)) {
            assertThat(parent.says()).isEqualTo("3 done");
        }
    }

    @Test
    void ofTheStagesOfAFutureThatIsCompletedMeanwhileOnlyTheOneIsLostThatTheJdkHadBegun() throws Exception {
        try (ParentJvm parent = ParentJvm.start(CompletedMeanwhile.class, WITHOUT_ANY_ROOM)) {
            assertThat(parent.says()).isEqualTo("4 done, 1 lost");
        }
    }

    @Test
    void aPoolThatIsStoppedMeanwhileStopsOnceThereIsRoom() throws Exception {
        try (ParentJvm parent = ParentJvm.start(StoppedMeanwhile.class, WITHOUT_ANY_ROOM)) {
            assertThat(parent.says()).isEqualTo("5 done");
            assertThat(parent.says()).isEqualTo("terminated");
        }
    }

    /** With the other collector there is some left for what is small. */
    private static final String[] WITHOUT_ANY_ROOM = {"-XX:-UseSerialGC", "-XX:+UseG1GC"};

    private static final int LEAST_BYTES = 16;

    private record Hoard(@Nullable Hoard more, byte[] bytes) {}

    private static void withoutRoom(Runnable step) {
        hoardDuring(step);
        // An attempt right after may still be told that there is none.
        while (!isRoom()) {
            Thread.onSpinWait();
        }
    }

    private static boolean isRoom() {
        try {
            return new byte[1 << 20].length > 0;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    private static void hoardDuring(Runnable step) {
        Hoard hoard = null;
        int size = 1 << 20;
        while (size >= LEAST_BYTES) {
            try {
                hoard = new Hoard(hoard, new byte[size]);
            } catch (OutOfMemoryError e) {
                size /= 4;
            }
        }
        step.run();
        if (hoard == null) {
            throw new IllegalStateException("nothing was hoarded");
        }
    }

    static final class FullMeanwhile {

        public static void main(String[] args) {
            IdlePool idle = new IdlePool();
            PendingTask<?> givenBack = idle.claimedTask();
            PendingTask<?> done = idle.claimedTask();
            PendingTask<?> abandoned = idle.claimedTask();
            boolean[] changed = new boolean[3];
            withoutRoom(() -> {
                changed[0] = givenBack.giveBack(idle.worker);
                changed[1] = done.finishIf(idle.worker);
                changed[2] = abandoned.finish() == idle.worker;
            });
            ParentJvm.say(Arrays.toString(changed));
            System.exit(0);
        }
    }

    static final class CancelledMeanwhile {

        public static void main(String[] args) {
            IdlePool idle = new IdlePool();
            TaskFuture<?>[] futures = new TaskFuture<?>[3];
            for (int i = 0; i < futures.length; i++) {
                futures[i] = idle.claimedTask().future();
            }
            withoutRoom(() -> {
                for (TaskFuture<?> future : futures) {
                    cancel(future);
                }
            });
            idle.pool.settle();
            ParentJvm.say(Arrays.stream(futures).filter(TaskFuture::isDone).count() + " done");
            System.exit(0);
        }

        private static void cancel(TaskFuture<?> future) {
            try {
                future.cancel(true);
            } catch (OutOfMemoryError e) {
                // As the caller may well see it.
            }
        }
    }

    static final class CompletedMeanwhile {

        private static final RuntimeException FAILURE = new IllegalStateException("for which there is no wrapper");

        public static void main(String[] args) {
            IdlePool idle = new IdlePool();
            TaskFuture<?> future = idle.claimedTask().future();
            List<CompletableFuture<?>> stages = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                stages.add(future.thenRun(() -> {
                    throw FAILURE;
                }));
            }
            withoutRoom(() -> complete(future));
            idle.pool.settle();
            long done = stages.stream().filter(CompletableFuture::isDone).count();
            ParentJvm.say(done + " done, " + (stages.size() - done) + " lost");
            System.exit(0);
        }

        private static void complete(TaskFuture<?> future) {
            try {
                future.complete(null);
            } catch (OutOfMemoryError e) {
                // As the caller may well see it.
            }
        }
    }

    static final class StoppedMeanwhile {

        public static void main(String[] args) throws Exception {
            ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                    .workers(1)
                    .maxHeapBytes(64 << 20)
                    .build();
            int unused = executor.submit(() -> 1).join();
            List<CompletableFuture<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                tasks.add(executor.submit(() -> {
                    Thread.sleep(600_000);
                    return 1;
                }));
            }
            withoutRoom(() -> stop(executor));
            CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new))
                    .handle((nothing, failure) -> nothing)
                    .get(30, SECONDS);
            ParentJvm.say(tasks.stream().filter(CompletableFuture::isDone).count() + " done");
            ParentJvm.say(executor.awaitTermination(30, SECONDS) ? "terminated" : "not terminated");
            System.exit(0);
        }

        private static void stop(ProcessPoolExecutor executor) {
            try {
                executor.shutdownNow();
            } catch (OutOfMemoryError e) {
                // As the caller may well see it.
            }
        }
    }

    static final class FullForAMoment {

        private static final long FULL_NANOS = MILLISECONDS.toNanos(300);

        public static void main(String[] args) throws Exception {
            ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                    .workers(1)
                    .maxHeapBytes(64 << 20)
                    .build();
            for (int i = 0; i < 300; i++) {
                int unused = executor.submit(() -> 1).join();
            }
            List<CompletableFuture<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                tasks.add(executor.submit(() -> {
                    System.out.println("x".repeat(100));
                    Thread.sleep(20);
                    return new byte[1000];
                }));
            }
            withoutRoom(() -> {
                long began = System.nanoTime();
                while (System.nanoTime() - began < FULL_NANOS) {
                    Thread.onSpinWait();
                }
            });
            CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new))
                    .handle((nothing, failure) -> nothing)
                    .get(60, SECONDS);
            ParentJvm.say("all are done");
            ParentJvm.say(executor.submit(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            System.out.println("x".repeat(100));
                        }
                        return 42;
                    })
                    .get(30, SECONDS));
            executor.shutdownNow();
            ParentJvm.say(executor.awaitTermination(30, SECONDS) ? "terminated" : "not terminated");
            System.exit(0);
        }
    }
}
