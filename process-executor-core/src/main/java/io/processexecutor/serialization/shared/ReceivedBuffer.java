package io.processexecutor.serialization.shared;

import io.processexecutor.SharedBuffer;
import java.io.Serial;
import java.nio.ByteBuffer;

/** A shared buffer in a worker. */
final class ReceivedBuffer implements SharedBuffer {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient SharedReference reference;
    private final transient ByteBuffer bytes;

    ReceivedBuffer(SharedReference reference, ByteBuffer bytes) {
        this.reference = reference;
        this.bytes = bytes;
    }

    @Override
    public ByteBuffer buffer() {
        return bytes.duplicate().order(bytes.order());
    }

    @Override
    public void close() {}

    @Serial
    private Object writeReplace() {
        return reference.home();
    }

    @Override
    public String toString() {
        return reference.toString();
    }
}
