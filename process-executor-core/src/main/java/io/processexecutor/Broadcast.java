package io.processexecutor;

import java.io.Serializable;

/**
 * A value that many tasks use, on its way to the workers once and not with each of them. Made by {@link
 * ProcessExecutor#broadcast}; a task that captured it, wherever in its graph, finds it in its worker:
 *
 * <pre>{@code
 * try (Broadcast<Model> model = executor.broadcast(loadModel())) {
 *     for (Document document : documents) {
 *         scores.add(executor.submit(() -> model.value().score(document)));
 *     }
 * }
 * }</pre>
 *
 * <p>It is encoded once, when it is made, and decoded once in each worker, by the first task there that uses it, as part
 * of decoding that task; a worker that replaces another decodes it anew. In a result it is the caller's own broadcast
 * again. It travels with tasks of the executor that made it, and nowhere else.
 *
 * <p>All tasks of a worker get the same object, one after the other: it should not be changed, nor be tied to a thread.
 * It stays in the heap of the worker until the broadcast is closed and the last task that was submitted with it is done.
 *
 * <p>Safe for use by many threads.
 *
 * @param <T> the type of the value
 */
public interface Broadcast<T> extends AutoCloseable, Serializable {

    /**
     * The value.
     *
     * @return in the process that made the broadcast the very object; in a worker the one copy that it has
     * @throws IllegalStateException if it was closed in this process
     */
    T value();

    /**
     * Ends it: no more tasks can be submitted with it. May be called at any time: those that were submitted before find
     * the value, and once the last of them is done the workers drop it. Has no effect in a worker, or the second time. A
     * broadcast that nobody closes is closed, with a warning, when nobody can reach it any more, and ends with its
     * executor in any case.
     */
    @Override
    void close();
}
