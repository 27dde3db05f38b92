package io.processexecutor.benchmarks;

import io.processexecutor.benchmarks.processes.ProcessLines;
import io.processexecutor.benchmarks.serializers.SerializerLines;
import io.processexecutor.benchmarks.table.Effort;
import io.processexecutor.benchmarks.table.Line;
import io.processexecutor.benchmarks.table.Table;
import io.processexecutor.benchmarks.tasks.TaskLines;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Prints each promise beside its baseline and its limit: of the serializers, on the serial collector and on G1, of tasks, and of
 * processes. Every figure is the best of some short iterations unless its line says otherwise, and of that the median of some
 * rounds; those of a line and of its baseline take turns. So a busy moment of the machine tells little. The README of this
 * module has the command.
 */
public final class Ratios {

    private static final String SERIALIZERS = "serializers";
    private static final String TASKS = "tasks";
    private static final String PROCESSES = "processes";

    private final Pattern wanted;
    private final int rounds;

    private Ratios(Pattern wanted, int rounds) {
        this.wanted = wanted;
        this.rounds = rounds;
    }

    /**
     * Runs the benchmarks: some minutes a round for tasks and processes, and for the serializers on each collector.
     *
     * @param arguments a pattern that is found in "tasks: ", "processes: " or "serializers: " and the names of the lines to run, and how
     *     many rounds
     * @throws Exception if a benchmark fails
     */
    public static void main(String[] arguments) throws Exception {
        Ratios ratios = new Ratios(Pattern.compile(arguments[0]), Integer.parseInt(arguments[1]));
        ratios.print(TASKS, TaskLines.all(), "", Effort.asAnnotated());
        ratios.print(PROCESSES, ProcessLines.all(), "", Effort.asAnnotated());
        for (String collector : List.of("Serial", "G1")) {
            ratios.print(SERIALIZERS, SerializerLines.all(), collector, Effort.on(collector));
        }
    }

    private void print(String group, List<Line> all, String collector, Effort effort) throws Exception {
        List<Line> lines = new ArrayList<>(all);
        lines.removeIf(line -> !wanted.matcher(group + ": " + line.name()).find());
        if (lines.isEmpty()) {
            return;
        }
        Table table = new Table(lines);
        for (int round = 0; round < rounds; round++) {
            table.measure(effort, System.err::println);
        }
        System.out.printf(
                "%n%s, Java %s%s%n%s",
                group,
                System.getProperty("java.version"),
                collector.isEmpty() ? "" : ", " + collector + " collector",
                table.text(collector.equals("G1")));
    }
}
