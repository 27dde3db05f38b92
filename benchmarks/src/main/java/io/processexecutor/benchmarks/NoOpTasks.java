package io.processexecutor.benchmarks;

import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Tasks that do nothing, one after the other as fast as the workers take them. */
record NoOpTasks(Watched watched) implements Measurement {

    @Override
    public double micros(Options how) throws RunnerException {
        return Measurement.least(new OptionsBuilder()
                .parent(how)
                .include(Measurement.named(TaskBenchmark.class, "noOps"))
                .param("watched", watched.name()));
    }
}
