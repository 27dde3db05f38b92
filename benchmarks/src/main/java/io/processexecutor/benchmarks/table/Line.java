package io.processexecutor.benchmarks.table;

import java.util.Optional;

/**
 * One promise: what is measured, against what, and the limit: of the ratio, or of the figure itself where there is nothing
 * to compare with.
 *
 * @param name what it says; unique in its table
 * @param unit of the figures
 * @param measured the figure
 * @param baseline what it is divided by
 * @param limit the most
 * @param limitOnG1 the most where the benchmark runs on that collector
 */
public record Line(
        String name,
        String unit,
        Measurement measured,
        Optional<Measurement> baseline,
        double limit,
        double limitOnG1) {

    /**
     * Times of which the ratio counts.
     *
     * @param name what it says
     * @param measured the time, in microseconds
     * @param baseline what it is divided by
     * @param limit of the ratio
     * @return the line
     */
    public static Line ratio(String name, Measurement measured, Measurement baseline, double limit) {
        return new Line(name, "us", measured, Optional.of(baseline), limit, limit);
    }

    /**
     * A time.
     *
     * @param name what it says
     * @param measured the time, in microseconds
     * @param limit its limit
     * @return the line
     */
    public static Line micros(String name, Measurement measured, double limit) {
        return atMost(name, measured, limit, "us");
    }

    /**
     * An amount.
     *
     * @param name what it says
     * @param measured the amount
     * @param limit its limit
     * @param unit of both
     * @return the line
     */
    public static Line atMost(String name, Measurement measured, double limit, String unit) {
        return new Line(name, unit, measured, Optional.empty(), limit, limit);
    }

    /**
     * Sets another limit for one collector.
     *
     * @param other the most where the benchmark runs on G1
     * @return the changed line
     */
    public Line onG1(double other) {
        return new Line(name, unit, measured, baseline, limit, other);
    }
}
