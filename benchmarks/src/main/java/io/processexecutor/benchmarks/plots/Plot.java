package io.processexecutor.benchmarks.plots;

import io.processexecutor.benchmarks.table.Effort;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

/** A picture of some curves. */
public enum Plot {
    /** What many queued tasks cost. */
    QUEUE {
        @Override
        XYChart chart(Effort effort) throws Exception {
            return QueueCurves.chart(effort);
        }
    },
    /** What large arguments cost. */
    PAYLOAD {
        @Override
        XYChart chart(Effort effort) throws Exception {
            return PayloadCurves.chart(effort);
        }
    },
    /** What more workers bring. */
    SCALING {
        @Override
        XYChart chart(Effort effort) throws Exception {
            return ScalingCurves.chart(effort);
        }
    },
    /** What the caller's process feels of the work. */
    LATENCY {
        @Override
        XYChart chart(Effort effort) throws Exception {
            return LatencyCurves.chart(effort);
        }
    };

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 620;

    abstract XYChart chart(Effort effort) throws Exception;

    /**
     * Where it is drawn.
     *
     * @return the name of the file
     */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT) + ".png";
    }

    /**
     * Measures and draws it.
     *
     * @param directory where
     * @param effort how thoroughly
     * @throws Exception if something cannot be measured or written
     */
    public void draw(Path directory, Effort effort) throws Exception {
        XYChart chart = chart(effort);
        try (OutputStream file = Files.newOutputStream(directory.resolve(fileName()))) {
            ChartEncoder.saveChart(chart, file, "png");
        }
    }

    static XYChart empty(String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        XYStyler style = chart.getStyler();
        style.setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        style.setChartBackgroundColor(Color.WHITE);
        style.setLegendPosition(LegendPosition.OutsideS);
        style.setLegendLayout(LegendLayout.Horizontal);
        style.setPlotGridLinesStroke(new BasicStroke(0.5f));
        style.setMarkerSize(6);
        style.setLocale(Locale.ROOT);
        return chart;
    }

    /** The machine and the JDK, for the title. */
    static String here() {
        return "Java " + Runtime.version().feature() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors";
    }
}
