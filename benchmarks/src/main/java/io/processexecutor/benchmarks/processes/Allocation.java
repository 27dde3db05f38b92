package io.processexecutor.benchmarks.processes;

import io.processexecutor.ProcessTask;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** A task that allocates all the time, and drops only in the end what it allocated: some 20 MB. */
record Allocation() implements ProcessTask<Integer> {

    private static final int ENTRIES = 200_000;

    @Override
    public Integer call() {
        Map<Integer, String> all = new HashMap<>();
        for (int i = 0; i < ENTRIES; i++) {
            all.put(i, "entry " + i);
        }
        return all.size();
    }

    /** Runs it over and over, twice as many at once as there are to run them, until this thread is interrupted. */
    static void runForEver(ExecutorService executor, int size) {
        Queue<Future<Integer>> running = new ArrayDeque<>();
        try {
            while (true) {
                while (running.size() < 2 * size) {
                    running.add(executor.submit(new Allocation()));
                }
                running.remove().get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
