package io.processexecutor.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Prints what the serializers cost, each line beside its baseline and its limit, on the serial collector and on G1. Every
 * figure is the best of some short iterations, and of that the median of some JVMs; those of a line and of its baseline
 * take turns. So a busy moment of the machine tells little. The README of this module has the command.
 */
public final class Ratios {

    private static final TimeValue ITERATION = TimeValue.milliseconds(300);
    private static final String G1 = "G1";

    private final List<Line> lines;
    private final Map<Measurement, List<Double>> micros = new LinkedHashMap<>();

    Ratios(List<Line> lines) {
        this.lines = lines;
    }

    /**
     * Runs the benchmarks, for a quarter of an hour or so on each collector.
     *
     * @param arguments a pattern that is found in the names of the lines to run, and how many rounds
     * @throws RunnerException if a benchmark fails
     */
    public static void main(String[] arguments) throws RunnerException {
        Pattern wanted = Pattern.compile(arguments[0]);
        List<Line> lines = Line.all().stream()
                .filter(line -> wanted.matcher(line.name()).find())
                .toList();
        int rounds = Integer.parseInt(arguments[1]);
        for (String collector : List.of("Serial", G1)) {
            Options options = new OptionsBuilder()
                    .jvmArgs("-Xms2g", "-Xmx2g", "-XX:+Use" + collector + "GC")
                    .jvmArgsAppend(quietly())
                    .forks(1)
                    .warmupIterations(10)
                    .warmupTime(ITERATION)
                    .measurementIterations(10)
                    .measurementTime(ITERATION)
                    .verbosity(VerboseMode.SILENT)
                    .build();
            Ratios ratios = new Ratios(lines);
            for (int round = 0; round < rounds; round++) {
                ratios.measure(options);
            }
            System.out.printf(
                    "%nJava %s, %s collector%n%s",
                    System.getProperty("java.version"), collector, ratios.table(collector.equals(G1)));
        }
    }

    /** JMH and plain Kryo use what newer JDKs warn of, once in every JVM. */
    private static String[] quietly() {
        return Runtime.version().feature() < 23
                ? new String[0]
                : new String[] {"--sun-misc-unsafe-memory-access=allow"};
    }

    /** Finds out each figure once more. */
    void measure(Options how) throws RunnerException {
        Set<Measurement> all = new LinkedHashSet<>();
        for (Line line : lines) {
            all.add(line.measured());
            line.baseline().ifPresent(all::add);
        }
        for (Measurement each : all) {
            micros.computeIfAbsent(each, key -> new ArrayList<>()).add(each.micros(how));
        }
    }

    String table(boolean onG1) {
        StringBuilder table = new StringBuilder(format("", "us", "baseline us", "ratio", "limit"));
        for (Line line : lines) {
            double limit = onG1 ? line.limitOnG1() : line.limit();
            double time = median(of(line.measured()));
            Optional<Double> baseline = line.baseline().map(each -> median(of(each)));
            double judged = line.baseline().isPresent() ? ratio(line) : time;
            table.append(format(
                    line.name(),
                    number(time),
                    baseline.map(Ratios::number).orElse(""),
                    baseline.isPresent() ? number(judged) : "",
                    number(limit) + (baseline.isPresent() ? "" : " us") + (judged <= limit ? "" : "  MISSED")));
        }
        return table.toString();
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
        List<Double> found = micros.get(measurement);
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

    private static String format(String name, String time, String baseline, String ratio, String limit) {
        return String.format("%-52s %12s %12s %8s  %s%n", name, time, baseline, ratio, limit)
                        .stripTrailing()
                + System.lineSeparator();
    }
}
