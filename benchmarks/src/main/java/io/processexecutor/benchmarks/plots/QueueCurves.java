package io.processexecutor.benchmarks.plots;

import io.processexecutor.benchmarks.table.Effort;
import io.processexecutor.pool.ProcessPoolExecutor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.YAxisPosition;

/** Queues tasks behind some that wait, and then lets go of those: what that takes by the number of the tasks. */
final class QueueCurves {

    private static final int WORKERS = 2;
    private static final int POINTS = 10;
    private static final double SECOND = 1e9;
    private static final double MEGABYTE = 1 << 20;

    private final List<Double> number = new ArrayList<>();
    private final List<Double> submitted = new ArrayList<>();
    private final List<Double> done = new ArrayList<>();
    private final List<Double> heap = new ArrayList<>();

    private QueueCurves() {}

    static XYChart chart(Effort effort) throws IOException {
        QueueCurves curves = new QueueCurves();
        int step = effort.amount(100_000, 100);
        try (ProcessPoolExecutor executor =
                ProcessPoolExecutor.builder().workers(WORKERS).build()) {
            curves.measure(executor, step);
            curves.clear();
            for (int i = 1; i <= POINTS; i++) {
                curves.measure(executor, i * step);
            }
        }
        XYChart chart = Plot.empty(
                "No-op tasks that are queued, and then run by " + WORKERS + " workers (" + Plot.here() + ")",
                "tasks queued",
                "seconds");
        chart.setYAxisGroupTitle(1, "heap, MB");
        chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
        chart.getStyler().setXAxisDecimalPattern("#,###");
        chart.addSeries("submit all of them", curves.number, curves.submitted);
        chart.addSeries("run all of them", curves.number, curves.done);
        XYSeries heap = chart.addSeries("heap of the caller while they are queued (right)", curves.number, curves.heap);
        heap.setYAxisGroup(1);
        chart.getStyler().setYAxisMin(0, 0.0);
        chart.getStyler().setYAxisMin(1, 0.0);
        chart.getStyler().setXAxisMin(0.0);
        return chart;
    }

    private void clear() {
        number.clear();
        submitted.clear();
        done.clear();
        heap.clear();
    }

    private void measure(ProcessPoolExecutor executor, int tasks) throws IOException {
        String gate = Files.createTempFile("gate", "").toString();
        List<CompletableFuture<Integer>> all = new ArrayList<>(tasks + WORKERS);
        for (int i = 0; i < WORKERS; i++) {
            all.add(executor.submit(() -> {
                while (Files.exists(Path.of(gate))) {
                    Thread.sleep(1);
                }
                return 0;
            }));
        }
        long before = usedHeap();
        long began = System.nanoTime();
        for (int i = 0; i < tasks; i++) {
            all.add(executor.submit(() -> 0));
        }
        long queued = System.nanoTime();
        heap.add((usedHeap() - before) / MEGABYTE);
        long released = System.nanoTime();
        Files.delete(Path.of(gate));
        all.forEach(CompletableFuture::join);
        done.add((System.nanoTime() - released) / SECOND);
        submitted.add((queued - began) / SECOND);
        number.add((double) tasks);
    }

    private static long usedHeap() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
