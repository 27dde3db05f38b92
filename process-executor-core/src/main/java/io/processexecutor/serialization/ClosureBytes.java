package io.processexecutor.serialization;

import java.io.Serial;
import java.io.Serializable;

/** Carries a marked object through the platform's protocol as bytes of the closure serializer. */
final class ClosureBytes implements Serializable {

    @Serial
    private static final long serialVersionUID = 1L;

    final byte[] bytes;

    ClosureBytes(byte[] bytes) {
        this.bytes = bytes;
    }
}
