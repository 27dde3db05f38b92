package io.processexecutor.benchmarks.tasks;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A copy into pages that nobody has touched, which is what a worker's memory is made of when a large argument comes. So the
 * heap has room for all the copies that are made, and no collector ever gives one of them back.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xms4g", "-Xmx4g", "-XX:+UnlockExperimentalVMOptions", "-XX:+UseEpsilonGC", "-Xlog:gc*=off"})
@Warmup(iterations = 2)
@Measurement(iterations = 10)
@NullUnmarked // JMH fills the fields.
public class FreshCopyBenchmark {

    private static final int KILOBYTE = 1 << 10;
    private static final int COMPILED_AFTER = 50_000;

    /** How much. */
    @Param("262144")
    public int kilobytes;

    private byte[] bytes;
    private byte[] copy;

    /** For JMH. */
    public FreshCopyBenchmark() {}

    /** Makes the original, and has the copying compiled: only then does it not write zeros first. */
    @Setup
    public void make() {
        bytes = new byte[16];
        for (int i = 0; i < COMPILED_AFTER; i++) {
            copy();
        }
        bytes = new byte[kilobytes * KILOBYTE];
    }

    /**
     * Copies it.
     *
     * @return the copy
     */
    @Benchmark
    public byte[] copy() {
        copy = bytes.clone();
        return copy;
    }
}
