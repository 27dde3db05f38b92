package io.processexecutor.spring;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntSupplier;

/**
 * The dispatchers' queue. To those who measure it, it is the one queue of the executor: as large as everything that waits,
 * calls for a dispatcher and tasks for a worker.
 */
final class DispatchQueue extends LinkedBlockingQueue<Runnable> {

    private static final long serialVersionUID = 1L;

    private final transient IntSupplier waiting;
    private final transient IntSupplier capacity;

    DispatchQueue(IntSupplier waiting, IntSupplier capacity) {
        this.waiting = waiting;
        this.capacity = capacity;
    }

    @Override
    public int size() {
        return waiting.getAsInt();
    }

    @Override
    public int remainingCapacity() {
        return Math.max(0, capacity.getAsInt() - size());
    }

    /** Of calls alone: the pool of dispatchers ends when there are none. */
    @Override
    public boolean isEmpty() {
        return peek() == null;
    }
}
