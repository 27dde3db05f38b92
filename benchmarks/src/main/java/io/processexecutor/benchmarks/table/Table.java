package io.processexecutor.benchmarks.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Figures, each line beside its baseline and its limit. Those of a line and of its baseline take turns. */
public final class Table {

    private final List<Line> lines;
    private final Map<Measurement, List<Double>> figures = new LinkedHashMap<>();

    /**
     * An empty one.
     *
     * @param lines what is to be in it
     */
    public Table(List<Line> lines) {
        this.lines = lines;
    }

    /**
     * Finds out each figure once more.
     *
     * @param effort how thoroughly
     * @param progress is told each of them, for those who cannot wait for the table
     * @throws Exception if one cannot be found out
     */
    public void measure(Effort effort, Consumer<String> progress) throws Exception {
        Set<Measurement> all = new LinkedHashSet<>();
        for (Line line : lines) {
            all.add(line.measured());
            line.baseline().ifPresent(all::add);
        }
        for (Measurement each : all) {
            double figure = each.take(effort);
            figures.computeIfAbsent(each, key -> new ArrayList<>()).add(figure);
            progress.accept(number(figure) + "  " + each);
        }
    }

    /**
     * The lines with the median of what was found out.
     *
     * @param onG1 whether the limits are those for that collector
     * @return the text, with a heading
     */
    public String text(boolean onG1) {
        StringBuilder text = new StringBuilder(format("", "measured", "baseline", "ratio", "limit"));
        for (Line line : lines) {
            double limit = onG1 ? line.limitOnG1() : line.limit();
            double figure = median(of(line.measured()));
            Optional<Double> baseline = line.baseline().map(each -> median(of(each)));
            double judged = baseline.isPresent() ? ratio(line) : figure;
            text.append(format(
                    line.name(),
                    number(figure) + " " + line.unit(),
                    baseline.map(each -> number(each) + " " + line.unit()).orElse(""),
                    baseline.isPresent() ? number(judged) : "",
                    number(limit)
                            + (baseline.isPresent() ? "" : " " + line.unit())
                            + (judged <= limit ? "" : "  MISSED")));
        }
        return text.toString();
    }

    /** The median of the ratios of each round. */
    private double ratio(Line line) {
        List<Double> measured = of(line.measured());
        List<Double> baseline = of(line.baseline().orElseThrow());
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < measured.size(); i++) {
            ratios.add(measured.get(i) / baseline.get(i));
        }
        return median(ratios);
    }

    private List<Double> of(Measurement measurement) {
        List<Double> found = figures.get(measurement);
        if (found == null) {
            throw new IllegalStateException("There is no figure of " + measurement);
        }
        return found;
    }

    private static double median(Collection<Double> all) {
        return all.stream().sorted().skip(all.size() / 2).findFirst().orElseThrow();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value);
    }

    private static String format(String name, String figure, String baseline, String ratio, String limit) {
        return String.format("%-60s %14s %14s %8s  %s%n", name, figure, baseline, ratio, limit)
                        .stripTrailing()
                + System.lineSeparator();
    }
}
