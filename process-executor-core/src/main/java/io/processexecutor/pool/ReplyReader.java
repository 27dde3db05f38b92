package io.processexecutor.pool;

import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what one worker says. The thread that reads also decodes results and completes futures, which runs code of the
 * user's; if that takes long another thread takes over the reading, so that nothing else waits for it.
 */
final class ReplyReader {

    private static final Logger log = LoggerFactory.getLogger(ReplyReader.class);

    /** How long the reader may be held by user code before another thread takes over. */
    static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final PooledWorker worker;
    private final Connection connection;

    private int shift;
    private long heldSinceNanos;

    ReplyReader(PooledWorker worker, Connection connection) {
        this.worker = worker;
        this.connection = connection;
    }

    /** Tells the news, which runs user code too, and {@linkplain #read reads}. */
    void begin(Runnable news) {
        if (complete(news, shift())) {
            read();
        }
    }

    /** Reads on the calling thread until the worker is gone or another thread took over. */
    void read() {
        int mine = shift();
        try {
            while (true) {
                Message message = connection.receive();
                if (worker.logs().receive(message)) {
                    continue;
                }
                Runnable completion = worker.receive(message);
                if (completion != null && !complete(completion, mine)) {
                    return;
                }
            }
        } catch (Throwable e) {
            // Whatever it is, nobody reads what this worker says any more.
            worker.connectionEnded(e);
        }
    }

    /**
     * Puts another thread in place of one that user code holds.
     *
     * @return whether user code holds the reader now
     */
    synchronized boolean relieve() {
        if (heldSinceNanos == 0) {
            return false;
        }
        if (System.nanoTime() - heldSinceNanos >= PATIENCE_NANOS) {
            shift++;
            try {
                worker.startThread(this::read);
            } catch (Throwable noThread) {
                // First, or else nobody reads any more should there be no memory to tell it.
                shift--;
                log.warn("No thread to read the replies of worker {}", worker.id(), noThread);
                return true;
            }
            heldSinceNanos = 0;
            return false;
        }
        return true;
    }

    private synchronized int shift() {
        return shift;
    }

    /** Returns whether the calling thread is still the one that reads. */
    private boolean complete(Runnable completion, int mine) {
        synchronized (this) {
            heldSinceNanos = System.nanoTime() | 1;
        }
        try {
            worker.watchReader();
        } catch (Throwable e) {
            // Then nobody relieves this thread; the completion matters more.
            Shortage.tell(log, Mishap.REPLIES_MAY_WAIT, e);
        }
        try {
            completion.run();
        } catch (Throwable e) {
            Shortage.tell(log, Mishap.AFTER_REPLY_FAILED, e);
        }
        // A callback that was interrupted, or says so, means no other.
        boolean ignored = Thread.interrupted();
        synchronized (this) {
            if (shift != mine) {
                return false;
            }
            heldSinceNanos = 0;
            return true;
        }
    }
}
