package io.processexecutor;

import java.io.Serializable;
import java.nio.ByteBuffer;

/**
 * Bytes that this process and all workers look at in one place. Made by {@link ProcessExecutor#share}, which copies them
 * once; a task that captured it, wherever in its graph, finds them in its worker without a further copy:
 *
 * <pre>{@code
 * try (SharedBuffer pixels = executor.share(image)) {
 *     for (int row = 0; row < rows; row++) {
 *         int from = row * width;
 *         sums.add(executor.submit(() -> sum(pixels.buffer(), from, width)));
 *     }
 * }
 * }</pre>
 *
 * <p>The bytes are a file in memory, or on disk if there is no room for them there, which each process maps once. They take
 * no heap. In a result it is the caller's own again. It travels with tasks of the executor that made it, and nowhere else.
 *
 * <p>Java does not unmap what still may be used: the memory is given back when it is closed, the last task that was
 * submitted with it is done, and in each process the garbage collector has found that nobody holds a buffer of it any more.
 *
 * <p>Safe for use by many threads, each with a buffer of its own.
 */
public interface SharedBuffer extends AutoCloseable, Serializable {

    /**
     * The bytes, as they were when it was made.
     *
     * @return a new read-only view of all of them, with a position of its own and in the byte order of the buffer that was
     *     shared; remains usable after {@link #close}
     * @throws IllegalStateException if it was closed in this process
     */
    ByteBuffer buffer();

    /**
     * Ends it: no more tasks can be submitted with it. May be called at any time: those that were submitted before find
     * the bytes. Has no effect in a worker, or the second time. One that nobody closes is closed, with a warning, when
     * nobody can reach it any more, and ends with its executor in any case.
     */
    @Override
    void close();
}
