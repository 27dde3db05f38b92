package io.processexecutor.benchmarks.processes;

import io.processexecutor.ProcessTask;
import java.util.Collections;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * A task that needs nothing but a processor, and always the same amount of its work, so that whoever runs it slower needs
 * longer.
 *
 * @param millis how long it takes, more or less: the machines on which that was found out did about as much in a millisecond
 */
public record Computation(int millis) implements ProcessTask<Integer> {

    private static final int STEPS_PER_MILLI = 500_000;

    @Override
    public Integer call() {
        // Marsaglia's xorshift: each step needs the one before it, and the result needs them all.
        long random = 1;
        for (int i = 0; i < millis * STEPS_PER_MILLI; i++) {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
        }
        return (int) random;
    }

    /**
     * Runs some of these.
     *
     * @param number how many
     * @param executor where
     * @throws InterruptedException if this thread is interrupted meanwhile
     * @throws ExecutionException if one fails
     */
    public void run(int number, ExecutorService executor) throws InterruptedException, ExecutionException {
        for (Future<Integer> each : executor.invokeAll(Collections.nCopies(number, this))) {
            each.get();
        }
    }
}
