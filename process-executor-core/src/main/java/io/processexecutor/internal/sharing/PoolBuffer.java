package io.processexecutor.internal.sharing;

import io.processexecutor.ProcessExecutorException;
import io.processexecutor.SharedBuffer;
import io.processexecutor.serialization.shared.SharedReference;
import io.processexecutor.serialization.shared.SharedSource;
import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * A shared buffer where it was made. There it is mapped for who wants to see it only, which is rare: its memory stays taken
 * until the garbage collector has found the mapping.
 */
final class PoolBuffer extends SharedHandle implements SharedBuffer {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient SharedSource source;
    private final transient ByteOrder order;
    private transient @Nullable ByteBuffer bytes;
    private transient boolean closed;

    PoolBuffer(SharedObject shared, ByteOrder order) {
        super(
                shared,
                SharedReference.toBuffer(
                        shared.id(), shared.name(), shared.source(), order == ByteOrder.LITTLE_ENDIAN));
        this.source = shared.source();
        this.order = order;
    }

    @Override
    public synchronized ByteBuffer buffer() {
        if (closed) {
            throw closed();
        }
        if (bytes == null) {
            bytes = map();
        }
        return bytes.duplicate().order(order);
    }

    private ByteBuffer map() {
        try {
            return source.map();
        } catch (NoSuchFileException e) {
            // It ended with its executor.
            throw closed();
        } catch (IOException e) {
            throw new ProcessExecutorException(this + " could not be mapped: " + e, e);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            bytes = null;
        }
        super.close();
    }
}
