package io.processexecutor.benchmarks.processes;

import io.processexecutor.benchmarks.table.Effort;
import io.processexecutor.benchmarks.table.Measurement;
import java.io.IOException;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * How long an application takes to answer requests, one each millisecond, while it has work done that allocates all the
 * time: microseconds in the 99th percentile. A request that waits for the one before it counts from when it was due.
 *
 * @param work where the work is done; empty if there is none
 */
public record Requests(Optional<Where> work) implements Measurement {

    private static final List<String> APPLICATION = List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC");
    private static final String NO_WORK = "NOWHERE";
    private static final double[] PERCENTILES = {0, 50, 75, 90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99};
    private static final double JUDGED = 99;
    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double MICROS = 1_000;

    @Override
    public double take(Effort effort) throws IOException, InterruptedException {
        return latencies(effort.amount(10_000, 100)).ceilingEntry(JUDGED).getValue();
    }

    /**
     * Runs the application.
     *
     * @param number of requests
     * @return microseconds by percentile
     * @throws IOException if it fails
     * @throws InterruptedException if this thread is interrupted meanwhile
     */
    public NavigableMap<Double, Double> latencies(int number) throws IOException, InterruptedException {
        NavigableMap<Double, Double> latencies = new TreeMap<>();
        String where = work.map(Where::name).orElse(NO_WORK);
        for (String line : JavaProcess.run(APPLICATION, Requests.class, where, number)) {
            String[] pair = line.split(" ", 2);
            latencies.put(Double.valueOf(pair[0]), Double.valueOf(pair[1]));
        }
        return latencies;
    }

    /**
     * The application. Prints percentiles and microseconds.
     *
     * @param arguments where the work is done, and the number of requests
     * @throws InterruptedException if this thread is interrupted meanwhile
     */
    public static void main(String[] arguments) throws InterruptedException {
        int number = Integer.parseInt(arguments[1]);
        Histogram latencies =
                arguments[0].equals(NO_WORK) ? answer(number) : answerMeanwhile(Where.valueOf(arguments[0]), number);
        for (double each : PERCENTILES) {
            System.out.println(each + " " + latencies.getValueAtPercentile(each) / MICROS);
        }
    }

    private static Histogram answerMeanwhile(Where where, int number) throws InterruptedException {
        int size = Runtime.getRuntime().availableProcessors();
        ExecutorService executor = where.open(size);
        Thread work = new Thread(() -> Allocation.runForEver(executor, size));
        work.start();
        Histogram latencies = answer(number);
        if (!work.isAlive()) {
            throw new IllegalStateException("The work came to an end");
        }
        work.interrupt();
        work.join();
        executor.shutdownNow();
        return latencies;
    }

    /** The first fifth is for the machine to get warm. */
    private static Histogram answer(int number) {
        Histogram latencies = new Histogram(3);
        long due = System.nanoTime();
        for (int i = -number / 4; i < number; i++) {
            due += PERIOD;
            for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            answerOne(i);
            if (i >= 0) {
                latencies.recordValue(System.nanoTime() - due);
            }
        }
        return latencies;
    }

    /** Makes some garbage, as every request does. */
    private static void answerOne(int request) {
        String answer = IntStream.range(0, 100)
                .mapToObj(i -> "row " + i + " of " + request)
                .collect(Collectors.joining("\n"));
        if (answer.isEmpty()) {
            throw new IllegalStateException("No answer");
        }
    }
}
