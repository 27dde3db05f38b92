package io.processexecutor.benchmarks;

import io.processexecutor.pool.ProcessPoolExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Records where threads wait for each other while four of them submit tasks that do nothing to two workers, and prints it:
 * for a monitor, for a lock, or for something to do. Every wait counts, however short; but the virtual machine spins a
 * while before it calls that a wait.
 */
public final class LockProfile {

    private static final int CALLERS = 4;
    private static final int WORKERS = 2;
    private static final int BATCH = 1_000;
    private static final int WARM_UP = 200_000;
    private static final int PER = 100_000;
    private static final String MONITOR = "jdk.JavaMonitorEnter";
    private static final String PARK = "jdk.ThreadPark";
    private static final String PRODUCT = "io.processexecutor.";
    private static final String CALLER = "caller-";

    private final Map<String, Waits> waits = new TreeMap<>();

    private static final class Waits {
        private long number;
        private Duration total = Duration.ZERO;

        private void add(Duration duration) {
            number++;
            total = total.plus(duration);
        }
    }

    private LockProfile() {}

    /**
     * Runs the tasks.
     *
     * @param arguments a pattern, which means nothing here, and how often 100,000 of them; one batch at least
     * @throws Exception if one fails, or there can be no recording
     */
    public static void main(String[] arguments) throws Exception {
        int tasks = Math.max(1, Integer.parseInt(arguments[1]) * PER);
        Path file = Files.createTempFile("locks", ".jfr");
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS, task -> new Thread(task, CALLER));
        try (ProcessPoolExecutor executor =
                        ProcessPoolExecutor.builder().workers(WORKERS).build();
                Recording recording = new Recording()) {
            submit(Math.min(tasks, WARM_UP), callers, executor);
            recording.enable(MONITOR).withThreshold(Duration.ZERO).withStackTrace();
            recording.enable(PARK).withThreshold(Duration.ZERO).withStackTrace();
            recording.start();
            long began = System.nanoTime();
            int done = submit(tasks, callers, executor);
            Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
            recording.stop();
            recording.dump(file);
            System.out.printf(
                    "%,d tasks of %d threads on %d workers in %,d ms, recorded on Java %s; for each %,d of them:%n",
                    done, CALLERS, WORKERS, elapsed.toMillis(), System.getProperty("java.version"), PER);
            LockProfile profile = new LockProfile();
            profile.read(file);
            profile.print((double) done / PER);
        } finally {
            callers.shutdown();
            Files.delete(file);
        }
    }

    private static int submit(int tasks, ExecutorService callers, ProcessPoolExecutor executor)
            throws InterruptedException, ExecutionException {
        int batches = (tasks + CALLERS * BATCH - 1) / (CALLERS * BATCH);
        Callable<Integer> share = () -> {
            List<CompletableFuture<Integer>> batch = new ArrayList<>(BATCH);
            for (int i = 0; i < batches; i++) {
                for (int j = 0; j < BATCH; j++) {
                    batch.add(executor.submit(() -> 0));
                }
                batch.forEach(CompletableFuture::join);
                batch.clear();
            }
            return batches * BATCH;
        };
        int done = 0;
        for (Future<Integer> each : callers.invokeAll(Collections.nCopies(CALLERS, share))) {
            done += each.get();
        }
        return done;
    }

    private void read(Path file) throws IOException {
        try (RecordingFile events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                place(event)
                        .ifPresent(place -> waits.computeIfAbsent(
                                        String.format("%-44s %-24s %s", what(event), thread(event), place),
                                        key -> new Waits())
                                .add(event.getDuration()));
            }
        }
    }

    private static String what(RecordedEvent event) {
        boolean monitor = event.getEventType().getName().equals(MONITOR);
        RecordedClass type = event.getClass(monitor ? "monitorClass" : "parkedClass");
        String name = type == null ? "nothing" : type.getName();
        String simple = name.substring(name.lastIndexOf('.') + 1);
        return (monitor ? "monitor of " : simple.contains("Lock") ? "lock " : "waits on ") + simple;
    }

    private static String thread(RecordedEvent event) {
        RecordedThread thread = event.getThread();
        return thread == null ? "?" : String.valueOf(thread.getJavaName()).replaceAll("\\d+", "N");
    }

    /** The product's frame that is next to the wait; empty if the product has nothing to do with it. */
    private static Optional<String> place(RecordedEvent event) {
        if (event.getStackTrace() == null) {
            return Optional.empty();
        }
        return event.getStackTrace().getFrames().stream()
                .filter(RecordedFrame::isJavaFrame)
                .filter(frame -> {
                    String type = frame.getMethod().getType().getName();
                    return type.startsWith(PRODUCT) && !type.startsWith(LockProfile.class.getPackageName());
                })
                .findFirst()
                .map(frame -> {
                    String type = frame.getMethod().getType().getName();
                    return type.substring(type.lastIndexOf('.') + 1)
                            + "." + frame.getMethod().getName()
                            + ":" + frame.getLineNumber();
                });
    }

    private void print(double units) {
        System.out.printf("%10s %10s  %-44s %-24s %s%n", "waits", "ms", "for", "thread", "at");
        waits.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, Waits> each) -> each.getValue().total)
                        .reversed())
                .forEach(each -> System.out.printf(
                        "%,10.0f %,10.1f  %s%n",
                        each.getValue().number / units, each.getValue().total.toNanos() / 1e6 / units, each.getKey()));
    }
}
