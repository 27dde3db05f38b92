package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.processexecutor.Broadcast;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.RecycleLimits;
import io.processexecutor.SharedBuffer;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.WorkerExit;
import io.processexecutor.WorkerInfo;
import io.processexecutor.event.TaskCompleted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Everything at once: tasks of all kinds from many threads, while workers are killed and stopped, tasks cancelled and the
 * pool resized. A minute by default; the profile {@code soak} makes it ten, {@code -Dchaos.seed} for the same once more.
 */
@EnabledOnOs(OS.LINUX)
class ChaosTest {

    private static final int SUBMITTERS = 8;
    private static final Duration BOUND = Duration.ofSeconds(90);

    /** In the workers. */
    private static final List<byte[]> LEAK = new ArrayList<>();

    private enum Kind {
        COMPUTE,
        SHARED,
        LARGE,
        LEAK,
        THROW,
        CRASH,
        HANG,
        HANG_FOR_GOOD
    }

    private record Submitted(Kind kind, int number, CompletableFuture<Integer> future) {}

    private final Queue<Submitted> submitted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger rejected = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final Queue<WorkerExit> exits = new ConcurrentLinkedQueue<>();

    /** Of the threads of the test itself. */
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @Test
    void whateverHappensEachFutureEndsAsItsTaskAllowsAndNothingIsLeft() throws Exception {
        long seconds = Long.getLong("chaos.seconds", 60);
        long seed = Long.getLong("chaos.seed", System.nanoTime());
        System.out.println("Chaos for " + seconds + " s with -Dchaos.seed=" + seed);
        pool().close();
        // Who tells the listener may still be at it.
        await().atMost(BOUND).until(() -> told.get() == 1);
        List<String> filesBefore = openFiles();
        told.set(0);
        exits.clear();

        ProcessPoolExecutor executor = pool();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SUBMITTERS; i++) {
            Random random = new Random(seed + i);
            threads.add(started("submitter-" + i, () -> submit(executor, random, end)));
        }
        Random random = new Random(seed - 1);
        threads.add(started("killer", () -> disturb(executor, random, end)));
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(seconds) + BOUND.toMillis());
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
        assertThat(failures).isEmpty();
        CompletableFuture<?>[] futures =
                submitted.stream().map(Submitted::future).toArray(CompletableFuture[]::new);
        assertThat(CompletableFuture.allOf(futures).handle((nothing, failure) -> true))
                .as("all %s futures are done", futures.length)
                .succeedsWithin(BOUND);

        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        submitted.forEach(each -> {
            assertAllowed(each);
            counts.merge(each.kind(), 1, Integer::sum);
        });
        // A worker that stood still may be killed for that after it went on.
        assertThat(executor.with(TaskOptions.defaults().retryOnCrash(3)).submit(() -> 42))
                .succeedsWithin(BOUND)
                .isEqualTo(42);
        await().atMost(BOUND).until(() -> executor.stats().running() == 0);
        assertThat(executor.stats().queued()).isZero();
        SharedFilesOnDisk.awaitNone();
        executor.close();
        System.out.println("Chaos: " + counts + ", " + rejected + " rejected, " + executor.stats());

        await().atMost(BOUND).untilAsserted(() -> {
            assertThat(told).hasValue(submitted.size() + rejected.get() + 2);
            assertThat(executor.stats().completed()).isEqualTo(told.get());
        });
        assertThat(executor.workers()).isEmpty();
        assertThat(exits).hasSize((int) executor.stats().workerStarts());
        assertThat(ProcessHandle.current().children().filter(ChaosTest::isWorker))
                .isEmpty();
        await().atMost(BOUND).until(() -> threadsOf("chaos").isEmpty());
        // What others had left open in this process may have been closed meanwhile.
        await().atMost(BOUND).untilAsserted(() -> {
            List<String> left = new ArrayList<>(openFiles());
            filesBefore.forEach(left::remove);
            assertThat(left).isEmpty();
        });
    }

    private ProcessPoolExecutor pool() {
        ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                .name("chaos")
                .workers(3)
                .maxHeapBytes(96 << 20)
                .queueCapacity(200)
                .submitTimeout(Duration.ofMillis(500))
                .cancelGrace(Duration.ofMillis(100))
                .shutdownGrace(Duration.ofSeconds(10))
                .hungAfter(Duration.ofSeconds(3))
                .recycle(RecycleLimits.none().maxTasks(50).maxHeapBytes(48 << 20))
                .listener(new ProcessExecutorListener() {
                    @Override
                    public void onTaskCompleted(TaskCompleted event) {
                        told.incrementAndGet();
                    }

                    @Override
                    public void onWorkerExited(WorkerExit exit) {
                        exits.add(exit);
                    }
                })
                .build();
        assertThat(executor.submit(() -> 1)).succeedsWithin(BOUND);
        return executor;
    }

    private void submit(ProcessPoolExecutor executor, Random random, long end) {
        for (int number = 0; System.nanoTime() < end; number++) {
            Kind kind = kind(random.nextInt(1000));
            TaskOptions options =
                    TaskOptions.defaults().retryOnCrash(random.nextInt(3)).label(kind.name());
            if (kind == Kind.HANG || kind == Kind.HANG_FOR_GOOD) {
                options = options.timeout(Duration.ofMillis(50 + random.nextInt(200)));
            }
            if (random.nextInt(20) == 0) {
                options = options.queueTimeout(Duration.ofMillis(1 + random.nextInt(300)));
            }
            int value = number;
            try {
                CompletableFuture<Integer> future = kind == Kind.SHARED
                        ? submitShared(executor, options, value)
                        : executor.with(options).submit(() -> run(kind, value));
                submitted.add(new Submitted(kind, number, future));
                if (random.nextInt(50) == 0) {
                    future.cancel(random.nextBoolean());
                }
                if (random.nextInt(30) == 0) {
                    future.handle((result, failure) -> result).get(BOUND.toSeconds(), TimeUnit.SECONDS);
                }
            } catch (RejectedExecutionException e) {
                rejected.incrementAndGet();
            } catch (Exception e) {
                throw new AssertionError("a future was not done in time", e);
            }
        }
    }

    private static CompletableFuture<Integer> submitShared(
            ProcessPoolExecutor executor, TaskOptions options, int value) {
        try (Broadcast<int[]> shared = executor.broadcast(new int[] {value});
                SharedBuffer bytes = executor.share(ByteBuffer.allocate(1 << 20))) {
            return executor.with(options)
                    .submit(() -> shared.value()[0] + bytes.buffer().get(1));
        }
    }

    private static Kind kind(int number) {
        if (number < 5) {
            return Kind.CRASH;
        }
        if (number < 15) {
            return Kind.HANG;
        }
        if (number < 18) {
            return Kind.HANG_FOR_GOOD;
        }
        if (number < 60) {
            return Kind.THROW;
        }
        if (number < 70) {
            return Kind.LARGE;
        }
        if (number < 90) {
            return Kind.SHARED;
        }
        return number < 95 ? Kind.LEAK : Kind.COMPUTE;
    }

    /** In a worker. */
    private static int run(Kind kind, int value) throws Exception {
        switch (kind) {
            case COMPUTE, SHARED -> {
                return value;
            }
            case LARGE -> {
                return new byte[4 << 20].length;
            }
            case LEAK -> LEAK.add(new byte[1 << 20]);
            case THROW -> throw new IllegalStateException("thrown by task " + value);
            case CRASH -> Runtime.getRuntime().halt(3);
            case HANG -> Thread.sleep(60_000);
            case HANG_FOR_GOOD -> {
                while (true) {
                    try {
                        Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                        // It heeds nothing.
                    }
                }
            }
        }
        return value;
    }

    private void disturb(ProcessPoolExecutor executor, Random random, long end) {
        Set<Long> stopped = new HashSet<>();
        while (System.nanoTime() < end) {
            List<WorkerInfo> workers = executor.workers().stream()
                    .filter(worker -> worker.pid() > 0)
                    .toList();
            if (!workers.isEmpty()) {
                long pid = workers.get(random.nextInt(workers.size())).pid();
                if (random.nextInt(8) == 0) {
                    stopped.add(pid);
                    signal("STOP", pid);
                } else {
                    signal("KILL", pid);
                }
            }
            if (random.nextInt(3) == 0) {
                executor.resize(1 + random.nextInt(4));
            }
            submitted.stream()
                    .filter(each -> !each.future().isDone())
                    .limit(1)
                    .forEach(each -> each.future().cancel(random.nextBoolean()));
            try {
                Thread.sleep(200 + random.nextInt(1000));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        stopped.forEach(pid -> signal("CONT", pid));
    }

    private static void assertAllowed(Submitted each) {
        try {
            int value = each.future().get(0, TimeUnit.SECONDS);
            assertThat(Set.of(Kind.COMPUTE, Kind.SHARED, Kind.LARGE, Kind.LEAK)).contains(each.kind());
            assertThat(value).isEqualTo(each.kind() == Kind.LARGE ? 4 << 20 : each.number());
        } catch (CancellationException e) {
            // The killer's or its own submitter's doing.
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof WorkerCrashedException || cause instanceof TaskTimeoutException) {
                return;
            }
            if (each.kind() == Kind.THROW) {
                assertThat(cause)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("thrown by task " + each.number());
            } else {
                // A hanging task is interrupted, and a leaking one may be the last that fits.
                assertThat(cause).isInstanceOfAny(InterruptedException.class, OutOfMemoryError.class);
            }
        } catch (Exception e) {
            throw new AssertionError("not done: " + each, e);
        }
    }

    private static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(10, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Thread started(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setUncaughtExceptionHandler((failed, failure) -> failures.add(failure));
        thread.start();
        return thread;
    }

    private static boolean isWorker(ProcessHandle process) {
        return process.info().commandLine().orElse("").contains("process-executor.worker=chaos");
    }

    private static List<String> threadsOf(String pool) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(pool + "-"))
                .toList();
    }

    private static List<String> openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.flatMap(ChaosTest::target).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What a file descriptor is of; jars that were opened meanwhile and the directory just listed do not count. */
    private static Stream<String> target(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString().replaceAll("[0-9]+", "");
            return target.endsWith(".jar") || target.startsWith("/proc/") ? Stream.empty() : Stream.of(target);
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
