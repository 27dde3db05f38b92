package io.processexecutor.worker;

import io.processexecutor.ContextCarrier.Scope;
import io.processexecutor.ContextCarrier.Snapshot;
import io.processexecutor.internal.protocol.PayloadOutput;
import io.processexecutor.serialization.ExecutorSerializers;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What a task brought along from the thread that submitted it, for as long as the task runs. */
final class RestoredContext {

    private static final RestoredContext NONE = new RestoredContext(new Snapshot[0]);

    private final Snapshot[] snapshots;
    private final Deque<Scope> scopes = new ArrayDeque<>();

    private RestoredContext(Snapshot[] snapshots) {
        this.snapshots = snapshots;
    }

    static RestoredContext decode(ByteBuffer context, ExecutorSerializers serializers) {
        if (!context.hasRemaining()) {
            return NONE;
        }
        Object decoded = serializers.named("closure").decode(PayloadOutput.open(context));
        if (!(decoded instanceof Snapshot[] snapshots)) {
            throw new IllegalStateException("no context was decoded");
        }
        return new RestoredContext(snapshots);
    }

    void restore() throws Exception {
        for (Snapshot each : snapshots) {
            scopes.push(each.restore());
        }
    }

    /** The last first, and each of them whatever becomes of the others. */
    void clear() {
        RuntimeException failure = null;
        Scope scope;
        while ((scope = scopes.poll()) != null) {
            try {
                scope.close();
            } catch (RuntimeException e) {
                failure = with(failure, e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static RuntimeException with(@Nullable RuntimeException first, RuntimeException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }
}
