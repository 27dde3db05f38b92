package io.processexecutor.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tasks on their way to be done, until whoever wants to know has been told. The pool has not terminated before their futures
 * are complete, nor does the virtual machine end by itself before the callbacks on them have returned. Thread-safe; no lock
 * is on the way of a task unless somebody waits for the last one.
 */
final class EndingTasks {

    private final Set<PendingTask<?>> tasks = ConcurrentHashMap.newKeySet();

    /** Whether somebody waits until there are none. */
    private volatile boolean awaited;

    void add(PendingTask<?> task) {
        tasks.add(task);
    }

    void remove(PendingTask<?> task) {
        tasks.remove(task);
        if (awaited) {
            synchronized (tasks) {
                tasks.notifyAll();
            }
        }
    }

    boolean isNone() {
        return tasks.isEmpty();
    }

    /** Waits until {@linkplain #isNone there are none}, which takes as long as callbacks and listeners do. */
    void awaitNone() throws InterruptedException {
        // First, so that whoever removes the last one sees it.
        awaited = true;
        synchronized (tasks) {
            while (!tasks.isEmpty()) {
                tasks.wait();
            }
        }
    }

    /** Whether there are none that nobody waits for any more but those who hold their futures. */
    boolean areComplete() {
        for (PendingTask<?> task : tasks) {
            if (!task.future().isDone()) {
                return false;
            }
        }
        return true;
    }

    /** Those of them whose futures are not done. */
    List<PendingTask<?>> incomplete() {
        List<PendingTask<?>> incomplete = new ArrayList<>(tasks);
        incomplete.removeIf(task -> task.future().isDone());
        return incomplete;
    }

    /** Does something once there are no {@linkplain #incomplete incomplete} ones; at once if there are none. */
    void whenComplete(Runnable step) {
        CompletableFuture<?>[] futures =
                incomplete().stream().map(PendingTask::future).toArray(CompletableFuture<?>[]::new);
        CompletableFuture<Void> unused = CompletableFuture.allOf(futures).whenComplete((done, failure) -> step.run());
    }
}
