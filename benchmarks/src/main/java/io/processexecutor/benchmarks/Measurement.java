package io.processexecutor.benchmarks;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;

/** One figure that JMH finds out. */
interface Measurement {

    /** Microseconds for one operation of each thread, in the least disturbed iteration. */
    double micros(Options how) throws RunnerException;

    static String named(Class<?> benchmark, String method) {
        return "^" + benchmark.getName().replace(".", "\\.") + "\\." + method + "$";
    }

    static double least(ChainedOptionsBuilder options) throws RunnerException {
        return new Runner(options.shouldFailOnError(true).build())
                .runSingle()
                .getPrimaryResult()
                .getStatistics()
                .getMin();
    }
}
