package io.processexecutor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.benchmarks.plots.Plot;
import io.processexecutor.benchmarks.serializers.Graph;
import io.processexecutor.benchmarks.serializers.SerializerLines;
import io.processexecutor.benchmarks.serializers.Travel;
import io.processexecutor.benchmarks.serializers.TravelBenchmark;
import io.processexecutor.benchmarks.table.Benchmarked;
import io.processexecutor.benchmarks.table.Effort;
import io.processexecutor.benchmarks.table.Line;
import io.processexecutor.benchmarks.table.Measurement;
import io.processexecutor.benchmarks.table.Table;
import io.processexecutor.benchmarks.tasks.JavaProcess;
import io.processexecutor.benchmarks.tasks.TaskLines;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.annotations.Benchmark;

/** Runs every benchmark once, so that none breaks unnoticed. How long it takes is not looked at. */
@Timeout(300)
class BenchmarksTest {

    @BeforeAll
    static void nothingIsMeasuredSoOtherBuildsMayRunToo() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void everyLineAboutSerializersGetsItsFigures() throws Exception {
        assertFigures(SerializerLines.all());
    }

    @Test
    void everyLineAboutTasksGetsItsFigures() throws Exception {
        assertFigures(TaskLines.all());
    }

    @ParameterizedTest
    @EnumSource
    void everyPlotIsDrawn(Plot plot, @TempDir Path directory) throws Exception {
        plot.draw(directory, Effort.smokeTest());
        assertThat(ImageIO.read(directory.resolve(plot.fileName()).toFile())).isNotNull();
    }

    @Test
    void theProfileOfLocksIsPrinted() throws Exception {
        List<String> output = JavaProcess.run(List.of(), LockProfile.class, "", 0);
        assertThat(output.get(0)).contains("tasks of 4 threads");
        assertThat(output).hasSizeGreaterThan(2);
    }

    private static void assertFigures(List<Line> lines) throws Exception {
        Table table = new Table(lines);
        table.measure(Effort.smokeTest());
        String text = table.text(false);
        assertThat(lines)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(text.lines())
                        .filteredOn(row -> row.startsWith(line.name() + "  "))
                        .singleElement()
                        .asString()
                        .containsPattern(
                                line.baseline().isPresent()
                                        ? "( +[\\d,.]+ " + line.unit() + "){2}( +[\\d,.]+){2}"
                                        : "( +[\\d,.]+ " + line.unit() + "){2}"));
    }

    @Test
    void everyBenchmarkHasALine() {
        List<Travel> travels = measurements(SerializerLines.all(), Travel.class);
        assertThat(travels).extracting(Travel::method).containsAll(benchmarks(TravelBenchmark.class));
        assertThat(travels)
                .extracting(Travel::graph)
                .contains(Arrays.stream(Graph.values())
                        .filter(graph -> graph != Graph.MANY_BEANS)
                        .toArray(Graph[]::new));
        List<Benchmarked> tasks = measurements(TaskLines.all(), Benchmarked.class);
        assertThat(tasks)
                .allSatisfy(each -> assertThat(tasks)
                        .filteredOn(other -> other.type() == each.type())
                        .extracting(Benchmarked::method)
                        .containsAll(benchmarks(each.type())));
    }

    private static List<String> benchmarks(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(method -> method.getName())
                .toList();
    }

    private static <T extends Measurement> List<T> measurements(List<Line> lines, Class<T> type) {
        return lines.stream()
                .flatMap(line -> Stream.concat(Stream.of(line.measured()), line.baseline().stream()))
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
