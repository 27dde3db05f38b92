package io.processexecutor.benchmarks;

import io.processexecutor.benchmarks.plots.Plot;
import io.processexecutor.benchmarks.table.Effort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Draws the curves into the directory {@code plots}. The README of this module has the command. */
public final class Plots {

    private Plots() {}

    /**
     * Measures and draws.
     *
     * @param arguments a pattern that is found in the names of the plots to draw
     * @throws Exception if something cannot be measured or written
     */
    public static void main(String[] arguments) throws Exception {
        Pattern wanted = Pattern.compile(arguments[0]);
        Path directory = Files.createDirectories(Path.of("plots"));
        for (Plot each : Plot.values()) {
            if (wanted.matcher(each.fileName()).find()) {
                each.draw(directory, Effort.asAnnotated());
                System.out.println("Drawn: " + directory.resolve(each.fileName()));
            }
        }
    }
}
