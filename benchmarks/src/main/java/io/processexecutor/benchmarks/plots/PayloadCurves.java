package io.processexecutor.benchmarks.plots;

import io.processexecutor.benchmarks.table.Benchmarked;
import io.processexecutor.benchmarks.table.Effort;
import io.processexecutor.benchmarks.tasks.FreshCopyBenchmark;
import io.processexecutor.benchmarks.tasks.Payload;
import io.processexecutor.benchmarks.tasks.PayloadBenchmark;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;

/** How long a task takes by the size of its argument. */
final class PayloadCurves {

    private static final double MILLI = 1_000;
    private static final List<Integer> KILOBYTES =
            List.of(1, 4, 16, 64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10);
    private static final int SMOKE = 2;

    private PayloadCurves() {}

    static XYChart chart(Effort effort) throws Exception {
        XYChart chart = Plot.empty(
                "A task with a large argument, from submit to its result (" + Plot.here() + ")",
                "size of the argument, KB",
                "milliseconds");
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setXAxisDecimalPattern("#,###");
        chart.getStyler().setYAxisDecimalPattern("#,##0.###");
        Benchmarked send = Benchmarked.of(PayloadBenchmark.class, "send").median();
        add(chart, "task with a byte[]", effort, send.with("payload", Payload.BYTES));
        add(chart, "task with a double[]", effort, send.with("payload", Payload.DOUBLES));
        add(
                chart,
                "copy into fresh pages",
                effort,
                Benchmarked.of(FreshCopyBenchmark.class, "copy").median());
        return chart;
    }

    private static void add(XYChart chart, String name, Effort effort, Benchmarked measured) throws Exception {
        List<Integer> sizes = KILOBYTES.subList(0, effort.amount(KILOBYTES.size(), SMOKE));
        List<Double> millis = new ArrayList<>();
        for (int each : sizes) {
            millis.add(measured.with("kilobytes", each).take(effort) / MILLI);
        }
        chart.addSeries(name, sizes, millis);
    }
}
