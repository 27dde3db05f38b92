package io.processexecutor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.benchmarks.table.Effort;
import io.processexecutor.benchmarks.table.Line;
import io.processexecutor.benchmarks.table.Measurement;
import io.processexecutor.benchmarks.table.Table;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;

/** Runs benchmarks once, so that none breaks unnoticed. How long they take is not looked at. */
final class SmokeTest {

    static {
        // Nothing is measured, so that other builds may run too.
        System.setProperty("jmh.ignoreLock", "true");
    }

    private SmokeTest() {}

    static void assertFigures(List<Line> lines) throws Exception {
        Table table = new Table(lines);
        table.measure(Effort.smokeTest(), figure -> {});
        String text = table.text(false);
        assertThat(lines)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(text.lines())
                        .filteredOn(row -> row.startsWith(line.name() + "  "))
                        .singleElement()
                        .asString()
                        // What few tasks take of a heap may be less than what it lost meanwhile.
                        .containsPattern(
                                line.baseline().isPresent()
                                        ? "( +-?[\\d,.]+ " + line.unit() + "){2}( +-?[\\d,.]+){2}"
                                        : "( +-?[\\d,.]+ " + line.unit() + "){2}"));
    }

    static List<String> benchmarks(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(method -> method.getName())
                .toList();
    }

    static <T extends Measurement> List<T> measurements(List<Line> lines, Class<T> type) {
        return lines.stream()
                .flatMap(line -> Stream.concat(Stream.of(line.measured()), line.baseline().stream()))
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
