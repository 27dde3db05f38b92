package io.processexecutor.benchmarks.table;

/** A way to find out one figure. Equal ones are taken once for all lines of a table. */
public interface Measurement {

    /**
     * Finds it out once.
     *
     * @param effort how thoroughly
     * @return the figure, in the unit of its line; the less, the better
     * @throws Exception if it cannot be found out
     */
    double take(Effort effort) throws Exception;
}
