package io.processexecutor.benchmarks.plots;

import io.processexecutor.benchmarks.processes.ScalingBenchmark;
import io.processexecutor.benchmarks.processes.Where;
import io.processexecutor.benchmarks.table.Benchmarked;
import io.processexecutor.benchmarks.table.Effort;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/** How much more gets done by more workers or threads. */
final class ScalingCurves {

    private static final List<Integer> SIZES = List.of(1, 2, 4, 8);
    private static final List<Integer> MILLIS = List.of(1, 10, 100);
    private static final List<Color> COLORS = List.of(new Color(0xd95f02), new Color(0x1b9e77), new Color(0x7570b3));
    private static final BasicStroke DASHED =
            new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0);

    private ScalingCurves() {}

    static XYChart chart(Effort effort) throws Exception {
        XYChart chart = Plot.empty(
                "Tasks that compute for 1, 10 and 100 ms, by workers and by threads (" + Plot.here() + ")",
                "workers or threads",
                "throughput, as a multiple of one thread's");
        for (int i = 0; i < effort.amount(MILLIS.size(), 1); i++) {
            int millis = MILLIS.get(i);
            double oneThread = micros(Where.IN_THREADS, 1, millis, effort);
            for (Where where : Where.values()) {
                List<Integer> sizes = SIZES.subList(0, effort.amount(SIZES.size(), 2));
                List<Double> throughput = new ArrayList<>();
                for (int size : sizes) {
                    boolean measured = where == Where.IN_THREADS && size == 1;
                    throughput.add(measured ? 1 : size * oneThread / micros(where, size, millis, effort));
                }
                boolean threads = where == Where.IN_THREADS;
                XYSeries series =
                        chart.addSeries((threads ? "threads" : "workers") + ", " + millis + " ms", sizes, throughput);
                series.setLineColor(COLORS.get(i));
                series.setMarkerColor(COLORS.get(i));
                if (threads) {
                    series.setLineStyle(DASHED);
                }
            }
        }
        chart.getStyler().setXAxisTickLabelsFormattingFunction(ScalingCurves::whole);
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    private static String whole(double size) {
        return size == Math.rint(size) ? String.valueOf((int) size) : "";
    }

    /** For as much work as each worker or thread has to do. */
    private static double micros(Where where, int size, int millis, Effort effort) throws Exception {
        return Benchmarked.of(ScalingBenchmark.class, "compute")
                .with("where", where)
                .with("size", size)
                .with("millis", millis)
                .take(effort);
    }
}
