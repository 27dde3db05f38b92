package io.processexecutor.benchmarks.plots;

import io.processexecutor.benchmarks.processes.Requests;
import io.processexecutor.benchmarks.processes.Where;
import io.processexecutor.benchmarks.table.Effort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import org.knowm.xchart.XYChart;

/** What the requests of an application feel of the work that it has done. */
final class LatencyCurves {

    private static final double MILLI = 1_000;

    private LatencyCurves() {}

    static XYChart chart(Effort effort) throws IOException, InterruptedException {
        XYChart chart = Plot.empty(
                "Requests of an application beside work that allocates all the time (" + Plot.here() + ")",
                "percentile of the requests",
                "milliseconds from when a request was due to its answer");
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setYAxisDecimalPattern("#,##0.###");
        chart.getStyler().setXAxisTickLabelsFormattingFunction(LatencyCurves::percentile);
        add(chart, "work in threads of the application", Optional.of(Where.IN_THREADS), effort);
        add(chart, "work in workers", Optional.of(Where.IN_WORKERS), effort);
        add(chart, "no work", Optional.empty(), effort);
        return chart;
    }

    private static void add(XYChart chart, String name, Optional<Where> work, Effort effort)
            throws IOException, InterruptedException {
        NavigableMap<Double, Double> latencies = new Requests(work).latencies(effort.amount(30_000, 100));
        List<Double> oneIn = new ArrayList<>();
        List<Double> millis = new ArrayList<>();
        latencies.forEach((percentile, micros) -> {
            oneIn.add(100 / (100 - percentile));
            millis.add(micros / MILLI);
        });
        chart.addSeries(name, oneIn, millis);
    }

    /** One request in so many takes longer. */
    private static String percentile(double oneIn) {
        return String.format(Locale.ROOT, "%.4g", 100 - 100 / oneIn).replaceAll("\\.?0+$", "");
    }
}
