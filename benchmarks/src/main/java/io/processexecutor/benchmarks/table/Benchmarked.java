package io.processexecutor.benchmarks.table;

import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.util.Statistics;

/**
 * What JMH says of one method: microseconds for one operation of each thread.
 *
 * @param type the benchmark
 * @param method its method
 * @param parameters the values of its parameters
 * @param threads how many run it at once
 * @param percentile which of the iterations is taken: 0 for the least disturbed one, 50 for the median
 */
public record Benchmarked(Class<?> type, String method, Map<String, Value> parameters, int threads, double percentile)
        implements Measurement {

    /**
     * The value of a parameter.
     *
     * @param full for figures that count
     * @param small for those that mean nothing
     */
    public record Value(Object full, Object small) {

        @Override
        public String toString() {
            return full.toString();
        }
    }

    /**
     * A method with the defaults of its parameters, on one thread, in its least disturbed iteration.
     *
     * @param type the benchmark
     * @param method its method
     * @return the measurement
     */
    public static Benchmarked of(Class<?> type, String method) {
        return new Benchmarked(type, method, Map.of(), 1, 0);
    }

    /**
     * Sets a parameter.
     *
     * @param parameter its name
     * @param value its value
     * @return the changed measurement
     */
    public Benchmarked with(String parameter, Object value) {
        return with(parameter, value, value);
    }

    /**
     * Sets a parameter that decides how long it takes.
     *
     * @param parameter its name
     * @param full its value
     * @param small its value in the smoke test
     * @return the changed measurement
     */
    public Benchmarked with(String parameter, Object full, Object small) {
        Map<String, Value> more = new TreeMap<>(parameters);
        more.put(parameter, new Value(full, small));
        return new Benchmarked(type, method, Map.copyOf(more), threads, percentile);
    }

    /**
     * Sets how many threads run it.
     *
     * @param number at least 1
     * @return the changed measurement
     */
    public Benchmarked onThreads(int number) {
        return new Benchmarked(type, method, parameters, number, percentile);
    }

    /**
     * Takes the iteration in the middle.
     *
     * @return the changed measurement
     */
    public Benchmarked median() {
        return new Benchmarked(type, method, parameters, threads, 50);
    }

    @Override
    public double take(Effort effort) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .parent(effort.options())
                .include("^" + type.getName().replace(".", "\\.") + "\\." + method + "$")
                .threads(threads)
                .shouldFailOnError(true);
        parameters.forEach(
                (name, value) -> options.param(name, String.valueOf(effort.smoke() ? value.small() : value.full())));
        Statistics iterations =
                new Runner(options.build()).runSingle().getPrimaryResult().getStatistics();
        return iterations.getPercentile(percentile);
    }

    @Override
    public String toString() {
        return type.getSimpleName() + "." + method + parameters + (threads == 1 ? "" : " on " + threads + " threads")
                + (percentile == 0 ? "" : ", median");
    }
}
