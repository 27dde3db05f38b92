package io.processexecutor.pool;

import io.processexecutor.ContextCarrier;
import io.processexecutor.internal.protocol.PayloadFiles;
import io.processexecutor.serialization.ExecutorSerializers;
import io.processexecutor.serialization.shared.SharedScope;
import java.util.List;

/**
 * What tasks of one executor are encoded with.
 *
 * @param serializers all that they may choose from
 * @param carriers what is carried over from the submitting thread
 * @param payloads where large ones are put
 * @param scope what they may refer to
 */
record Encoding(
        ExecutorSerializers serializers, List<ContextCarrier> carriers, PayloadFiles payloads, SharedScope scope) {

    /** For what no caller has a part in: with nothing of a thread, and in memory however large. */
    static Encoding plain(ExecutorSerializers serializers) {
        return new Encoding(serializers, List.of(), PayloadFiles.NONE, new SharedScope());
    }
}
