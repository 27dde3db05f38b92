package io.processexecutor.benchmarks.table;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How thoroughly a figure is found out.
 *
 * @param options what JMH is told; what is not among these is as the benchmark is annotated
 * @param smoke whether all that matters is that there is a figure
 */
public record Effort(Options options, boolean smoke) {

    private static final TimeValue ITERATION = TimeValue.milliseconds(300);

    /**
     * Each benchmark as it is annotated.
     *
     * @return for figures that count
     */
    public static Effort asAnnotated() {
        return new Effort(quietly().build(), false);
    }

    /**
     * In a JVM with a collector that is not the benchmark's own choice.
     *
     * @param collector as in {@code -XX:+UseSerialGC}
     * @return for figures that count
     */
    public static Effort on(String collector) {
        return new Effort(
                quietly()
                        .jvmArgs("-Xms2g", "-Xmx2g", "-XX:+Use" + collector + "GC")
                        .forks(1)
                        .warmupIterations(10)
                        .warmupTime(ITERATION)
                        .measurementIterations(10)
                        .measurementTime(ITERATION)
                        .build(),
                false);
    }

    /**
     * Once, in this JVM, and with as little as will do.
     *
     * @return for figures that mean nothing
     */
    public static Effort smokeTest() {
        return new Effort(
                quietly()
                        .forks(0)
                        .mode(Mode.SingleShotTime)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .build(),
                true);
    }

    /** JMH and plain Kryo use what newer JDKs warn of, once in every JVM. */
    private static ChainedOptionsBuilder quietly() {
        ChainedOptionsBuilder options = new OptionsBuilder().verbosity(VerboseMode.SILENT);
        return Runtime.version().feature() < 23
                ? options
                : options.jvmArgsAppend("--sun-misc-unsafe-memory-access=allow");
    }

    /**
     * Chooses an amount.
     *
     * @param full for figures that count
     * @param small for those that mean nothing
     * @return one of both
     */
    public int amount(int full, int small) {
        return smoke ? small : full;
    }
}
