package io.processexecutor.serialization;

import java.io.Serial;
import java.io.Serializable;

/**
 * Stands in the platform's stream for what the closure serializer wrote beside it: a marked object, or what a replacer
 * sends for one.
 */
final class GraphPlace implements Serializable {

    /** In place of a replacer's place: this is the object itself. */
    static final int NOT_REPLACED = -1;

    @Serial
    private static final long serialVersionUID = 3L;

    final int replacer;

    GraphPlace(int replacer) {
        this.replacer = replacer;
    }
}
