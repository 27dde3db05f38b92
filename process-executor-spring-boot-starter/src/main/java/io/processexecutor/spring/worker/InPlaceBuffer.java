package io.processexecutor.spring.worker;

import io.processexecutor.SharedBuffer;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A copy in the heap, where tasks run on the thread that submits them. */
final class InPlaceBuffer implements SharedBuffer {

    @Serial
    private static final long serialVersionUID = 1L;

    private final byte[] bytes;
    private final boolean littleEndian;

    InPlaceBuffer(ByteBuffer source) {
        bytes = new byte[source.remaining()];
        source.duplicate().get(bytes);
        littleEndian = source.order() == ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes)
                .asReadOnlyBuffer()
                .order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    @Override
    public void close() {}
}
