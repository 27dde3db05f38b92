package io.processexecutor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.benchmarks.serializers.Graph;
import io.processexecutor.benchmarks.serializers.SerializerLines;
import io.processexecutor.benchmarks.serializers.Travel;
import io.processexecutor.benchmarks.serializers.TravelBenchmark;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class SerializerBenchmarksTest {

    @Test
    void everyLineGetsItsFigures() throws Exception {
        SmokeTest.assertFigures(SerializerLines.all());
    }

    @Test
    void everyBenchmarkHasALine() {
        List<Travel> travels = SmokeTest.measurements(SerializerLines.all(), Travel.class);
        assertThat(travels).extracting(Travel::method).containsAll(SmokeTest.benchmarks(TravelBenchmark.class));
        assertThat(travels)
                .extracting(Travel::graph)
                .contains(Arrays.stream(Graph.values())
                        .filter(graph -> graph != Graph.MANY_BEANS)
                        .toArray(Graph[]::new));
    }
}
