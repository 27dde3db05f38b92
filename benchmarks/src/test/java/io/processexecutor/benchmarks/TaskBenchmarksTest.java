package io.processexecutor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.benchmarks.plots.Plot;
import io.processexecutor.benchmarks.processes.JavaProcess;
import io.processexecutor.benchmarks.processes.ProcessLines;
import io.processexecutor.benchmarks.table.Benchmarked;
import io.processexecutor.benchmarks.table.Effort;
import io.processexecutor.benchmarks.tasks.TaskLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(300)
class TaskBenchmarksTest {

    @Test
    void everyLineGetsItsFigures() throws Exception {
        SmokeTest.assertFigures(TaskLines.all());
        SmokeTest.assertFigures(ProcessLines.all());
    }

    @Test
    void everyBenchmarkHasALine() {
        List<Benchmarked> tasks = new ArrayList<>(SmokeTest.measurements(TaskLines.all(), Benchmarked.class));
        tasks.addAll(SmokeTest.measurements(ProcessLines.all(), Benchmarked.class));
        assertThat(tasks)
                .isNotEmpty()
                .allSatisfy(each -> assertThat(tasks)
                        .filteredOn(other -> other.type() == each.type())
                        .extracting(Benchmarked::method)
                        .containsAll(SmokeTest.benchmarks(each.type())));
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
        assertThat(output).hasSizeGreaterThan(1);
    }
}
