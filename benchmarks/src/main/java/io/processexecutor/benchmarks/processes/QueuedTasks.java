package io.processexecutor.benchmarks.processes;

import io.processexecutor.ProcessTask;
import io.processexecutor.benchmarks.table.Effort;
import io.processexecutor.benchmarks.table.Measurement;
import io.processexecutor.pool.ProcessPoolExecutor;
import io.processexecutor.serialization.TaskSerializers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.List;

/**
 * Bytes of the caller's heap that a queued task takes beyond those that it is encoded to. Nobody holds its future but the
 * executor.
 *
 * @param number how many are queued
 */
public record QueuedTasks(int number) implements Measurement {

    private static final int FEW = 1_000;

    @Override
    public double take(Effort effort) throws IOException, InterruptedException {
        List<String> output =
                JavaProcess.run(List.of("-Xmx4g", "-XX:+UseG1GC"), QueuedTasks.class, effort.amount(number, FEW));
        return Double.parseDouble(output.get(0));
    }

    /**
     * Queues tasks behind one that does not end, and prints what each takes.
     *
     * @param arguments how many
     */
    @SuppressWarnings("FutureReturnValueIgnored") // Who does not hold it does not pay for it.
    public static void main(String[] arguments) {
        int number = Integer.parseInt(arguments[0]);
        ProcessPoolExecutor executor = ProcessPoolExecutor.builder().workers(1).build();
        for (int i = 0; i < FEW; i++) {
            executor.submit(task(i)).join();
        }
        executor.submit(() -> {
            Thread.sleep(Long.MAX_VALUE);
            return 0;
        });
        long before = usedHeap();
        for (int i = 0; i < number; i++) {
            executor.submit(task(i));
        }
        long taken = usedHeap() - before;
        int queued = executor.stats().queued();
        if (queued != number) {
            throw new IllegalStateException(queued + " tasks are queued in place of " + number);
        }
        int encoded = TaskSerializers.kryo().toBytes(task(number)).length;
        System.out.println((double) taken / number - encoded);
        // The worker ends with this process.
        System.exit(0);
    }

    private static ProcessTask<Integer> task(int number) {
        return () -> number;
    }

    private static long usedHeap() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
