package io.processexecutor.serialization;

import java.io.Serial;
import java.io.Serializable;

/** Carries the reference of a replacer through the platform's protocol. No record: a cycle would read one as null. */
final class SwappedReference implements Serializable {

    @Serial
    private static final long serialVersionUID = 1L;

    final int replacer;

    @SuppressWarnings("serial") // Whatever it is, the stream will tell.
    final Object reference;

    SwappedReference(int replacer, Object reference) {
        this.replacer = replacer;
        this.reference = reference;
    }
}
