package io.processexecutor.serialization;

import java.io.Serial;
import java.io.Serializable;

/**
 * Carries the reference of a replacer through the platform's protocol.
 *
 * @param replacer the place of the replacer
 * @param reference what travels
 */
record SwappedReference(int replacer, Object reference) implements Serializable {

    @Serial
    private static final long serialVersionUID = 1L;
}
