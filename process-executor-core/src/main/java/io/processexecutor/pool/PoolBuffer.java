package io.processexecutor.pool;

import io.processexecutor.SharedBuffer;
import io.processexecutor.serialization.shared.SharedReference;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A shared buffer where it was made. */
final class PoolBuffer extends SharedHandle implements SharedBuffer {

    @Serial
    private static final long serialVersionUID = 1L;

    private transient volatile @Nullable ByteBuffer bytes;

    PoolBuffer(SharedObject shared, ByteBuffer bytes) {
        super(
                shared,
                SharedReference.toBuffer(
                        shared.id(), shared.name(), shared.source(), bytes.order() == ByteOrder.LITTLE_ENDIAN));
        this.bytes = bytes;
    }

    @Override
    public ByteBuffer buffer() {
        ByteBuffer known = bytes;
        if (known == null) {
            throw closed();
        }
        return known.duplicate().order(known.order());
    }

    @Override
    public void close() {
        bytes = null;
        super.close();
    }
}
