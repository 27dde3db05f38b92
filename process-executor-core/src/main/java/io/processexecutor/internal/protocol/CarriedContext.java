package io.processexecutor.internal.protocol;

import io.processexecutor.ContextCarrier.Scope;
import io.processexecutor.ContextCarrier.Snapshot;
import io.processexecutor.TaskSerializer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What a task brought along from the thread that submitted it, for as long as the task runs.
 *
 * @param snapshots in the order of their carriers
 */
public record CarriedContext(List<Snapshot> snapshots) {

    /** The serializer through which it travels, whatever that of the task is. */
    public static final String SERIALIZER = "closure";

    /**
     * Reads what came with a task.
     *
     * @param bytes an encoded array; empty if nothing was brought along
     * @param serializer the {@link #SERIALIZER} of this end
     * @return the context
     */
    public static CarriedContext decode(ByteBuffer bytes, TaskSerializer serializer) {
        if (!bytes.hasRemaining()) {
            return new CarriedContext(List.of());
        }
        if (!(serializer.decode(PayloadOutput.open(bytes)) instanceof Snapshot[] snapshots)) {
            throw new IllegalStateException("no context was decoded");
        }
        return new CarriedContext(List.of(snapshots));
    }

    /**
     * Restores it around a task.
     *
     * @param task runs if all of it could be restored
     * @param <T> what the task returns
     * @return the same
     * @throws Exception what the task threw, or a snapshot or a scope: the next task must not see what this one brought
     */
    public <T extends @Nullable Object> T around(Callable<T> task) throws Exception {
        Deque<Scope> scopes = new ArrayDeque<>();
        T result;
        try {
            for (Snapshot each : snapshots) {
                scopes.push(each.restore());
            }
            result = task.call();
        } catch (Throwable failure) {
            Throwable another = close(scopes);
            if (another != null && another != failure) {
                failure.addSuppressed(another);
            }
            throw failure;
        }
        Throwable failure = close(scopes);
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            // Other languages throw what is not declared.
            throw failure instanceof Exception known ? known : new IllegalStateException(failure);
        }
        return result;
    }

    /** The last first, and each of them whatever becomes of the others. */
    private static @Nullable Throwable close(Deque<Scope> scopes) {
        Throwable failure = null;
        for (Scope each : scopes) {
            try {
                each.close();
            } catch (Throwable e) {
                if (failure == null) {
                    failure = e;
                } else if (failure != e) {
                    failure.addSuppressed(e);
                }
            }
        }
        return failure;
    }
}
