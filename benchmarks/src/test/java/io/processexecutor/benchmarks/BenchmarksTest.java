package io.processexecutor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs every benchmark once, so that none breaks unnoticed. How long it takes is not looked at. */
@Timeout(300)
class BenchmarksTest {

    @BeforeAll
    static void nothingIsMeasuredSoOtherBuildsMayRunToo() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void everyLineOfTheTableGetsItsFigures() throws RunnerException {
        List<Line> lines = Line.all();
        Ratios ratios = new Ratios(lines);
        ratios.measure(new OptionsBuilder()
                .forks(0)
                .mode(Mode.SingleShotTime)
                .warmupIterations(0)
                .measurementIterations(1)
                .verbosity(VerboseMode.SILENT)
                .build());
        String table = ratios.table(false);
        assertThat(lines)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(table.lines())
                        .filteredOn(row -> row.startsWith(line.name() + "  "))
                        .singleElement()
                        .asString()
                        .containsPattern(line.baseline().isPresent() ? "( +[\\d,.]+){4}" : " +[\\d,.]+ +[\\d,.]+ us"));
    }

    @Test
    void everyBenchmarkHasALine() {
        List<String> methods = Arrays.stream(TravelBenchmark.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(method -> method.getName())
                .toList();
        List<Travel> travels = Line.all().stream()
                .flatMap(line -> Stream.concat(Stream.of(line.measured()), line.baseline().stream()))
                .filter(Travel.class::isInstance)
                .map(Travel.class::cast)
                .toList();
        assertThat(travels).extracting(Travel::method).containsAll(methods).isSubsetOf(methods);
        assertThat(travels)
                .extracting(Travel::graph)
                .contains(Arrays.stream(Graph.values())
                        .filter(graph -> graph != Graph.MANY_BEANS)
                        .toArray(Graph[]::new));
    }
}
